#pragma once

namespace cli {

// What the process ends with; --help lists them.
enum ExitCode : int { kOk = 0, kFailed = 1, kBadInput = 2, kPartlyDone = 3, kOverBudget = 5, kInterrupted = 130 };

inline constexpr const char* kExitCodeHelp =
    "Exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 partly done, 5 over budget, 130 interrupted.";

}  // namespace cli
