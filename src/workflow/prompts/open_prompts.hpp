#pragma once
#include <imagegen/workflow/prompts/prompt_calls.hpp>

#include <memory>

namespace imagegen {

// Prompt jobs as they are open in a host.
class OpenPrompts final : public Workflow {
 public:
  OpenPrompts(WorkflowHost& host, PromptOptions configured, std::shared_ptr<PromptEnhancer> better, bool is_hosts_own);

  std::string_view job_kind() const noexcept override;
  JobHandler handler(WorkServices services) override;
  Task<Result<Replay>> replay(WorkServices services, std::string job_id) override;
  std::vector<Finding> examine() const override;

  PromptServices with_enhancer(WorkServices services) const;
  PromptServices enhancing();

  const PromptOptions options;
  const bool has_hosts_enhancer;

 private:
  WorkflowHost& host_;
  std::shared_ptr<PromptEnhancer> enhancer_;
  std::unique_ptr<JobStore> no_jobs_ = make_memory_job_store();  // for what is no job
};

OpenPrompts& prompts_in(WorkflowHost& host);

}  // namespace imagegen
