#pragma once
#include <cstddef>

namespace imagegen {

// An index of PostgreSQL takes about 2700 bytes. As many changes as these fit into one document of MongoDB.
inline constexpr std::size_t kLargestRecord = 256U << 10U, kLongestRecordKey = 1024, kMostRecordChanges = 32;

}  // namespace imagegen
