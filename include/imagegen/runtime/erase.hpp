#pragma once
#include <imagegen/workflow/erase_person.hpp>

namespace imagegen {

class Runtime;

/// erase_person() of all that a runtime keeps: its state, its store, its spool, and what its workflows declare. For coroutines
/// on its I/O thread. The errors of erase_person() and of Runtime::state().
Task<Result<EraseReport>> erase_person(Runtime& runtime, EraseRequest request);

}  // namespace imagegen
