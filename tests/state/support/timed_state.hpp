#pragma once
#include <imagegen/state/state.hpp>
#include <imagegen/testing/contract/timed_job_store.hpp>

#include <memory>
#include <utility>

namespace imagegen::test {

/// Opened with a test's clock: its jobs are a TimedJobStore.
inline Result<State> open_timed(StateOptions options, ThreadPool& pool, SetClock& clock) {
  options.clock = &clock;
  auto opened = open_state(options, pool);
  if (opened) opened->jobs = std::make_unique<TimedJobStore>(std::move(opened->jobs), clock);
  return opened;
}

}  // namespace imagegen::test
