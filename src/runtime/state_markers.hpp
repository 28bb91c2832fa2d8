#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/permit_store.hpp>
#include <imagegen/storage/write_once_store.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace imagegen {

/// Markers in the state's database: a permit of which there is one for each name.
class StateMarkers final : public ExclusiveMarkers {
 public:
  using Permits = std::function<Result<PermitStore*>()>;

  /// \param permits Called on the pool; may block. \param scope What names are within, such as the store's URL.
  /// \param lease Longer than any put can take: so long is a marker kept that its process died with.
  StateMarkers(Permits permits, ThreadPool& pool, Clock& clock, std::string scope, std::chrono::milliseconds lease);

  Task<Result<std::string>> enter(std::string name) override;
  Task<Result<void>> leave(std::string marker) override;

 private:
  Permits permits_;
  ThreadPool& pool_;
  Clock& clock_;
  std::string scope_;
  std::chrono::milliseconds lease_;
};

}  // namespace imagegen
