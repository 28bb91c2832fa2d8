#pragma once
#include <imagegen/workflow/heroes/hero_result.hpp>

namespace cli {

// The table of a result on stdout, its missing and failed parts and the activity line on stderr.
void print_report(const imagegen::HeroResult& result);

// What a refusal means, on stderr.
void print_refusal(const imagegen::HeroRefusal& refusal);

// What the process should end with.
int exit_code_of(const imagegen::HeroOutcome& outcome, bool interrupted);

}  // namespace cli
