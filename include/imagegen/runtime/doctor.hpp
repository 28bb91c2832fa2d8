#pragma once
#include <imagegen/core/task.hpp>
#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/workflow/workflow.hpp>

#include <vector>

namespace imagegen {

class Runtime;

/// Looks at a configuration as a person would who has to make it work: what is set, whether provider and store can be
/// reached and written to, whether the state is there, whole and may be written, what waits in the spool and for other
/// workers, what is missing. Buys nothing; writes and removes one small object; makes no state. Blocks up to 30 s.
std::vector<Finding> examine(const RuntimeConfig& config);
/// The same of a runtime that is open, with its own patience. For coroutines on its I/O thread.
Task<std::vector<Finding>> examine(Runtime& runtime);

}  // namespace imagegen
