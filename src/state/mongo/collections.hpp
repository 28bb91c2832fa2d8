#pragma once

/// \file What the collections are called; docs/state.md shows what is in them.
namespace imagegen::mongo {

inline constexpr const char* kJobs = "imagegen_jobs";
inline constexpr const char* kOwners = "imagegen_owners";
inline constexpr const char* kPermits = "imagegen_permits";
inline constexpr const char* kAssets = "imagegen_assets";  // until version 2
inline constexpr const char* kRecordSets = "imagegen_record_sets";
inline constexpr const char* kRecordsPrefix = "imagegen_records_";  // and the name of the collection
inline constexpr const char* kAssetRecords = "imagegen_records_assets";
inline constexpr const char* kSchema = "imagegen_schema";

}  // namespace imagegen::mongo
