#pragma once
/// \file What a program uses that opens a runtime and runs the workflows. Headers of the modules have the rest; those who
/// write stores, providers and workflows have maker.hpp.
#include <imagegen/core/error.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/secret.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/workflow/heroes/hero_calls.hpp>
#include <imagegen/workflow/heroes/hero_request.hpp>
#include <imagegen/workflow/heroes/hero_result.hpp>
#include <imagegen/workflow/heroes/lifestyle_pack.hpp>
#include <imagegen/workflow/prompts/prompt_calls.hpp>
