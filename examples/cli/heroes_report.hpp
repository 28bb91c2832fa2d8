#pragma once
#include "call.hpp"

namespace cli {

// The table of a result on stdout, its missing and failed parts and the activity line on stderr; or why there is none.
void print_heroes(const Answer& answer);
// The latter alone, for --json.
void print_refusal(const Answer& answer);

// What the process should end with.
int exit_code_of_heroes(const Answer& answer, bool interrupted);

}  // namespace cli
