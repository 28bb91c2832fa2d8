#pragma once
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

/// How the files of a job compare with those done again.
struct Replay {
  std::string job_id;               ///< Of the job.
  std::vector<ReplayedFile> files;  ///< By image or shot.
  bool same() const;                ///< Everything, of at least one file.
};

/// `{jobId, same, files: [{name, sameRequest, sameFile, recordedSha256, replayedSha256, fault}]}`
std::string to_json(const Replay& replay);

}  // namespace imagegen
