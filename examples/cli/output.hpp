#pragma once

namespace cli {

// A reader that goes away, as `head` does, must not end a process that has purchases under way: writing then fails, and
// is found out by whoever looks. And what the process opens must not become its output where it was given none. Before
// anything else.
void prepare_output();

// Whether all that was written so far could be.
bool output_is_written();

// Says it where it could not. \return What the process ends with: `exit_code`, unless that would say that all is well.
int checked_output(int exit_code);

}  // namespace cli
