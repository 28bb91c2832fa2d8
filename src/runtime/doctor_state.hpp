#pragma once
#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/runtime.hpp>

namespace imagegen {

// What an examination finds out about the state: whether it is there and whole and can be written, what waits in the
// spool, and which jobs wait for a worker that can do them. Blocks for some seconds at most; makes and changes nothing.
std::vector<Finding> state_findings(Runtime& runtime);

}  // namespace imagegen
