#pragma once
/// \file The whole library. Programs that care for their build times include the modules they use.
#include <imagegen/core.hpp>
#include <imagegen/runtime.hpp>
#include <imagegen/workflow/heroes.hpp>
#include <imagegen/workflow/prompts.hpp>
