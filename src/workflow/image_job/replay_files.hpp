#pragma once
#include <imagegen/image/renditions.hpp>
#include <imagegen/workflow/replay.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/recorded_job.hpp"

// Doing the files of a job again from what its events say: the same for every system.
namespace imagegen {

// A file as it was stored last, with all that decided what it is like.
struct RecordedFile {
  std::string key, sha256;
  std::string master_key;                  // empty: an older version, which did not write it down
  std::optional<RecordedRequest> request;  // nothing: something else than this job had bought its master
  std::optional<PromptText> prompt;        // nothing: an older version
  std::optional<Encoding> encoding;        // nothing: an older version
  std::optional<PixelSize> size;           // nothing: that of the master
  Fit fit = Fit::cover;
  std::optional<CropPosition> position;
  std::optional<Provenance> provenance;
  bool of_newest_input = false;
};

// By slot. \param name The field of the events that says which: "shot", "slot". \param found_is_own What was found kept
// can only have been bought for this job.
std::map<std::string, std::vector<RecordedFile>> recorded_files(const RecordedJob& recorded, std::string_view name,
                                                                bool found_is_own);

// What a system knows beside the events.
struct ReplayRules {
  std::function<bool(const RecordedFile&)> is_same_request;
  std::function<std::string(const RecordedFile&)> name;
  std::function<std::string(const RecordedFile&)> master_key = {};                  // of one without
  std::function<std::optional<RenditionSpec>(const RecordedFile&)> planned = {};  // how one is cut that does not say
};

// Each master is decoded once.
Task<std::vector<ReplayedFile>> replay_files(const WorkServices& services, const ImageLimits& limits,
                                             std::vector<RecordedFile> files, ReplayRules rules);

}  // namespace imagegen
