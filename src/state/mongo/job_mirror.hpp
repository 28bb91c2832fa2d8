#pragma once
#include <imagegen/job/job.hpp>

#include <string>
#include <vector>

#include "state/mongo/bson.hpp"

/// \file What people see who look into the collection. It is written, and never read back.
namespace imagegen::mongo {

/// Of a larger input or output nothing is shown, so that this never takes more.
inline constexpr std::size_t kLargestShown = 1U << 20U;

/// QUEUED, RUNNING, DONE or FAILED.
std::string_view status_of(JobState state) noexcept;

/// The fields of input and output that are texts, numbers, flags or lists of texts, where these are JSON objects, and
/// `cdnUrls`: the `url` of each entry of the output's `images`. At most 64 of them, none longer than 64 KiB, none that
/// is called like one of ours. Where both have one, the output's.
Document mirror_of(const Job& job);

/// The names of the fields that `before` has and `after` lacks.
std::vector<std::string> lost_fields(const Document& before, const Document& after);

}  // namespace imagegen::mongo
