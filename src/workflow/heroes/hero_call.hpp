#pragma once
#include <imagegen/workflow/heroes/hero_calls.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>

#include <optional>
#include <stop_token>
#include <string>

namespace imagegen {

// One call of heroes_of(): queues the work item's job and does it here. A call that was interrupted
// is first brought to its end, wherever it was made.
class HeroCall {
 public:
  // \param services hero_services() of `host`; \param permits those of its state.
  HeroCall(WorkflowHost& host, HeroServices services, PermitStore& permits, HeroOptions options, HeroOrder order,
           HeroProgressFn progress, std::stop_token stop);

  // Nothing when it was stopped before it began.
  Task<Result<std::optional<HeroOutcome>>> run();

 private:
  bool stopping() const noexcept { return stop_.stop_requested() || options_.stop_buying.stop_requested(); }
  // These block.
  Result<void> queue();
  std::optional<Error> failed_before_it_began();
  void cancel_what_waits();
  void go_on_with_the_same_wish();

  Task<Result<void>> work();
  HeroWatcher watcher();

  WorkflowHost& host_;
  HeroServices services_;
  JobStore& jobs_;
  PermitStore& permits_;
  HeroOptions options_;
  HeroProgressFn progress_;
  std::stop_token stop_;
  std::string id_, input_, owner_;
  bool is_ours_ = false;  // we have queued it, and not found it so
  std::optional<HeroOutcome> outcome_;
};

}  // namespace imagegen
