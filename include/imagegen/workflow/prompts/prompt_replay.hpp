#pragma once
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <string>
#include <vector>

namespace imagegen {

/// What came of doing one picture of a job again.
struct ReplayedImage {
  int slot = 0;
  bool same_request = false;                     ///< The same would be asked of the provider.
  bool same_file = false;                        ///< The same bytes come out.
  std::string recorded_sha256, replayed_sha256;  ///< Of the file; the second is empty where there is none.
  std::string fault;                             ///< Why there is none; for people.
};

struct PromptReplay {
  std::string job_id;
  std::vector<ReplayedImage> images;  ///< In the order they were made.
  bool same() const;                  ///< Everything, of at least one picture.
};

/// Plans and renders the finished pictures of a prompt job again, from what was recorded and from the pictures as the
/// provider sent them. Asks no provider, buys and stores nothing.
///
/// \return Errc::not_found without such a job, Errc::corrupt_data for a record that was changed, the stores' own
/// errors.
Task<Result<PromptReplay>> replay_prompt_job(PromptServices services, PromptOptions options, std::string job_id);

/// `{jobId, same, images: [{slot, sameRequest, sameFile, recordedSha256, replayedSha256, fault}]}`
std::string to_json(const PromptReplay& replay);

}  // namespace imagegen
