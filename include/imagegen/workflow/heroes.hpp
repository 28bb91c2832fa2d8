#pragma once
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/heroes/hero_plan.hpp>
#include <imagegen/workflow/heroes/hero_request.hpp>
#include <imagegen/workflow/heroes/hero_result.hpp>
#include <imagegen/workflow/heroes/hero_workflow.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>
#include <imagegen/workflow/heroes/pack_source.hpp>
