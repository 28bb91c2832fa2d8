#pragma once
#include <imagegen/core/task.hpp>

#include <chrono>
#include <cstddef>
#include <memory>

namespace imagegen {

/// So many at a time, for what is too large to have many of in memory; the rest wait, first come, first served. All
/// calls, and the end of each place, on one executor, which must be one thread or a strand. Places may outlive this
/// object.
class Places {
 public:
  /// \param count At least 1.
  explicit Places(std::size_t count);

  /// Waits for a place. It is free again when the last copy of what this returns ends. Errc::cancelled;
  /// Errc::deadline_exceeded when there was none until then.
  Task<Result<std::shared_ptr<void>>> take(
      std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max());

 private:
  struct Line;
  class Waiter;
  std::shared_ptr<Line> line_;
};

}  // namespace imagegen
