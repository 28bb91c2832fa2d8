#pragma once
#include <imagegen/workflow/heroes/hero_calls.hpp>

#include <memory>

namespace imagegen {

// Heroes as they are open in a host.
class OpenHeroes final : public Workflow {
 public:
  OpenHeroes(WorkflowHost& host, HeroOptions configured, std::shared_ptr<LifestylePackSource> source, std::size_t in_memory);

  std::string_view job_kind() const noexcept override;
  JobHandler handler(WorkServices services) override;
  Task<Result<Replay>> replay(WorkServices services, std::string job_id) override;

  HeroServices with_events(WorkServices services) noexcept;

  const HeroOptions options;
  const std::shared_ptr<LifestylePackSource> packs;  // may be null

 private:
  WorkflowHost& host_;
  Places places_;  // of masters in memory, over all calls
};

}  // namespace imagegen
