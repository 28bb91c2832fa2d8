#pragma once
#include <imagegen/image/image_limits.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>
#include <imagegen/workflow/work_services.hpp>

#include <string>
#include <string_view>

/// \file Prompt jobs: the user approves a prompt, then exactly that is bought.
namespace imagegen {

/// What the workflow works with; all of it must outlive the calls, and `jobs` is never null. An enhancer that takes no
/// notice of its deadline outlives them, so it is shared.
struct PromptServices : WorkServices {
  std::shared_ptr<PromptEnhancer> enhancer;  ///< Asked by enhance_prompt() alone; the others work without.
};

/// How prompts are made better, and pictures of them are bought.
struct PromptOptions {
  PixelSize size{1024, 1024};  ///< Asked of the provider; the nearest that it offers.
  Encoding encoding;  ///< Of the files that are stored.
  Budgets budgets;                  ///< What may be spent in all, over all jobs.
  bool again_when_unknown = false;  ///< See PurchaseOrder.
  std::chrono::milliseconds enhance_timeout{2'000};  ///< For enhance_prompt() to answer, whatever the enhancer does.
  std::chrono::milliseconds image_timeout{600'000};  ///< For one picture.
  ImageLimits limits;                                ///< For what the provider sends.
  /// How many pictures of tasks may be in memory at a time, from being fetched to being stored; the others wait at the
  /// provider. At least 1.
  std::size_t pictures_at_a_time = 32;
  std::vector<ProviderModel> route = {};  ///< Who is asked; empty: the first provider.
};

/// An answer as an HTTP route gives it.
struct PromptAnswer {
  int status = 200;                     ///< Of HTTP.
  std::string body;                     ///< JSON
  std::optional<Error> error = {};      ///< Why it is no success; what was asked of the enhancer may be owed.
  std::vector<FieldFault> faults = {};  ///< Of the request.
};

/// `{finalPrompt}`, with `estimates` (the prices of 1..5 images, null where unknown) beside it, and `warnings` where a
/// model is about to be retired. Writes nothing, buys
/// nothing. 400 INVALID_REQUEST; 504 ENHANCE_TIMEOUT, given in time whatever the enhancer does; 502 ENHANCE_FAILED.
Task<PromptAnswer> enhance_prompt(PromptServices services, PromptOptions options, std::string body);
/// The same of a request that is right.
Task<PromptAnswer> enhance_prompt(PromptServices services, PromptOptions options, EnhanceRequest request);

/// Queues a job and answers `{jobId, status: "QUEUED"}` with 202. 400 INVALID_REQUEST also for a prompt that the
/// provider would not take. \param owner The host's user; may be empty.
Task<PromptAnswer> execute_prompt(PromptServices services, PromptOptions options, std::string owner, std::string body);
/// The same of a request that is right.
Task<PromptAnswer> execute_prompt(PromptServices services, PromptOptions options, std::string owner,
                                  ExecuteRequest request);

/// 400 INVALID_REQUEST, with all that is wrong with a request.
PromptAnswer refuse_request(std::vector<FieldFault> faults);

/// 404 JOB_NOT_FOUND. Jobs of other kinds are not found. \param owner If it has a value, those of others are not found
/// either: for whoever asks in a user's name.
Task<PromptAnswer> prompt_job_status(PromptServices services, std::string job_id,
                                     std::optional<std::string> owner = std::nullopt);
/// Newest first. \param query `kind` is set by this call.
Task<PromptAnswer> list_prompt_jobs(PromptServices services, JobQuery query);
/// Queues a FAILED job again; pictures that were paid for are kept. 404 JOB_NOT_FOUND, 409 JOB_NOT_FAILED. \param owner
/// As for prompt_job_status().
Task<PromptAnswer> retry_prompt_job(PromptServices services, std::string job_id,
                                    std::optional<std::string> owner = std::nullopt);
/// Cancels a job that is queued, or asks the worker of a running one to stop, and answers with the job as it then is.
/// 404 JOB_NOT_FOUND, 409 JOB_HAS_ENDED. \param owner As for prompt_job_status().
Task<PromptAnswer> cancel_prompt_job(PromptServices services, std::string job_id,
                                     std::optional<std::string> owner = std::nullopt);

/// Does prompt jobs: has each picture bought once, checked, encoded, stored under the hash of its content with an
/// immutable cache header, recorded, and written into the job before the next is begun. What cannot be recorded for the
/// moment is tried again, and its picture is then found and not bought.
JobHandler prompt_job_handler(PromptServices services, PromptOptions options);

}  // namespace imagegen
