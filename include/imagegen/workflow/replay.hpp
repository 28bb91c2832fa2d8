#pragma once
#include <imagegen/workflow/heroes/hero_workflow.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <string>
#include <vector>

/// \file Doing the finished files of a job again from what was recorded: a proof of what was asked for and made. Asks
/// no provider, buys and stores nothing.
namespace imagegen {

/// What came of doing one file again.
struct ReplayedFile {
  std::string name;                              ///< "image 1" of a prompt job; the filename of a row of heroes.
  bool same_request = false;                     ///< The same would be asked of the provider.
  bool same_file = false;                        ///< The same bytes come out.
  std::string recorded_sha256, replayed_sha256;  ///< Of the file; the second is empty where there is none.
  std::string fault;                             ///< Why there is none; for people.
};

struct Replay {
  std::string job_id;
  std::vector<ReplayedFile> files;  ///< By image or shot.
  bool same() const;                ///< Everything, of at least one file.
};

/// \return Errc::not_found without such a job, Errc::corrupt_data for a record that was changed, the stores' own
/// errors.
Task<Result<Replay>> replay_prompt_job(PromptServices services, PromptOptions options, std::string job_id);

/// The files of all inputs that the job has had, each as it was stored last. Of the newest input the requests are
/// planned again from its pack; of an earlier one, whose pack is not kept, they are made from the recorded prompt. A
/// master that something else than this job had bought counts as the same request. Errors as above.
Task<Result<Replay>> replay_hero_job(HeroServices services, HeroOptions options, JobStore& jobs, std::string job_id);

/// `{jobId, same, files: [{name, sameRequest, sameFile, recordedSha256, replayedSha256, fault}]}`
std::string to_json(const Replay& replay);

}  // namespace imagegen
