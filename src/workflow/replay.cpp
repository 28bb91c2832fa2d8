#include <imagegen/workflow/replay.hpp>

#include <boost/json.hpp>

#include <algorithm>

#include "json/write.hpp"

namespace imagegen {

bool Replay::same() const {
  const auto is_same = [](const ReplayedFile& file) { return file.same_request && file.same_file; };
  return !files.empty() && std::all_of(files.begin(), files.end(), is_same);
}

std::string to_json(const Replay& replay) {
  boost::json::array files;
  for (const ReplayedFile& file : replay.files)
    files.push_back({{"name", file.name},
                     {"sameRequest", file.same_request},
                     {"sameFile", file.same_file},
                     {"recordedSha256", file.recorded_sha256},
                     {"replayedSha256", file.replayed_sha256},
                     {"fault", file.fault}});
  return json::write(
      boost::json::object{{"jobId", replay.job_id}, {"same", replay.same()}, {"files", std::move(files)}});
}

}  // namespace imagegen
