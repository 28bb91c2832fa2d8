#pragma once
#include <imagegen/core/task.hpp>

#include <cstddef>
#include <functional>

namespace imagegen {

/// Runs `body(0) ... body(count - 1)`, at most `limit` (at least 1) at a time, in order of index, and returns when all
/// have ended. All run on the awaiting coroutine's executor, which must be one thread or a strand. An exception in a
/// body is thrown after all have ended. Cancelling the awaiting call cancels those that run and starts no more.
Task<void> for_each_concurrently(std::size_t count, std::size_t limit, std::function<Task<void>(std::size_t)> body);

}  // namespace imagegen
