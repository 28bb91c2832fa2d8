#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "json/fields.hpp"

// What prompt jobs are asked with and answer, as documents.
namespace imagegen {

const json::Fields<EnhanceRequest>& fields_of(const EnhanceRequest*);
const json::Fields<ExecuteRequest>& fields_of(const ExecuteRequest*);

struct EnhancedPrompt {
  std::string final_prompt;
  std::vector<std::optional<Usd>> estimates;
  std::vector<std::string> warnings;
};
const json::Fields<EnhancedPrompt>& fields_of(const EnhancedPrompt*);

// A job that is in the queue.
struct QueuedPromptJob {
  std::string job_id;
  std::string_view status = "QUEUED";
};
const json::Fields<QueuedPromptJob>& fields_of(const QueuedPromptJob*);

struct PromptJobView {
  std::string job_id;
  std::string_view status;
  std::vector<std::string> cdn_urls;
  ExecuteRequest request;
  std::string error;
  Timestamp created{}, updated{};
};
const json::Fields<PromptJobView>& fields_of(const PromptJobView*);
PromptJobView prompt_job_view(const Job& job);

struct PromptJobList {
  std::vector<PromptJobView> jobs;
  std::string next;
};
const json::Fields<PromptJobList>& fields_of(const PromptJobList*);

}  // namespace imagegen
