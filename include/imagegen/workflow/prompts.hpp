#pragma once
#include <imagegen/workflow/prompts/prompt_calls.hpp>
#include <imagegen/workflow/prompts/prompt_enhancer.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>
#include <imagegen/workflow/prompts/prompt_replay.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>
#include <imagegen/workflow/prompts/text_enhancer.hpp>
