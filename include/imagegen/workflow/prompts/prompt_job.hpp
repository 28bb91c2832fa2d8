#pragma once
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/workflow/prompts/prompt_enhancer.hpp>
#include <imagegen/workflow/order_terms.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// \file What a prompt job says, as JSON and as values. It holds strings and numbers only: no pictures, no local paths.
namespace imagegen {

inline constexpr std::string_view kPromptJobKind = "prompt";  ///< Of Job::kind.
inline constexpr std::size_t kMaxPromptBytes = 32'000;  ///< Of a prompt, raw or final.

/// What a user approved.
struct ExecuteRequest {
  std::string intent, raw_prompt;  ///< What the picture is for; what the user wrote. For the record: neither is sent.
  std::string final_prompt;  ///< Reaches the provider byte for byte.
  int image_count = 1;       ///< 1..5
};

/// What a document says, or all that is wrong with it.
template <class T>
using Parsed = std::variant<T, std::vector<FieldFault>>;

/// Reads `{intent, prompt}`: strings with more than white space, at most 256 and 32,000 bytes. Unknown fields are
/// faults.
Parsed<EnhanceRequest> parse_enhance_request(std::string_view json);

/// Reads `{intent, rawPrompt, finalPrompt, imageCount}`. A number of images is clamped to 1..5; absent it is 1; what is
/// no number is a fault.
Parsed<ExecuteRequest> parse_execute_request(std::string_view json);

/// One picture of a job that is finished.
struct PromptImage {
  int slot = 0;  ///< 0..image_count-1
  std::string url, key;        ///< Where readers find it; where it is in the store.
  std::string sha256;          ///< Of the file, in hexadecimal.
  std::string purchase_id;     ///< In the ledger.
  std::string revised_prompt;  ///< What the provider made of the prompt; empty: it was left alone.
};

/// Job::input and Job::output of a prompt job.
struct PromptJob {
  ExecuteRequest request;           ///< As it was queued.
  std::string final_prompt_sha256;  ///< Of what was approved, in hexadecimal.
  std::vector<ProviderModel> route;  ///< Who is asked; empty: the order is of an older version.
  std::optional<ApprovedPicture> approved;  ///< Each picture; absent: the order is of an older version.
  std::vector<PromptImage> images;  ///< By slot.

  /// Whether the picture of that slot is finished.
  bool has(int slot) const;
};

/// Job::input, JSON. With the SHA-256 of the final prompt; a job whose prompt was changed buys nothing.
std::string prompt_job_input(const ExecuteRequest& request, const std::vector<ProviderModel>& route = {},
                             const std::optional<ApprovedPicture>& approved = {});
/// Job::output, JSON.
std::string prompt_job_output(const std::vector<PromptImage>& images);
/// Errc::corrupt_data for a job that is none of these.
Result<PromptJob> read_prompt_job(const Job& job);

/// "QUEUED", "RUNNING", "DONE", "FAILED"
std::string_view prompt_status(JobState state) noexcept;

/// `{jobId, status, cdnUrls, intent, rawPrompt, finalPrompt, imageCount, error, createdAt, updatedAt}`
std::string prompt_job_json(const Job& job);
/// `{"jobs": [...], "next": "..."}`, as the store listed them.
std::string prompt_jobs_json(const JobPage& page);

}  // namespace imagegen
