#pragma once
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/timestamp.hpp>
#include <imagegen/record/record_store.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imagegen {

/// What is known of a stored file. Texts are UTF-8 without NUL.
struct AssetRecord {
  std::string id;                ///< Unique, 1..128 of A-Z a-z 0-9 . _ -
  std::string kind;              ///< "master", "rendition"; 1..64 bytes
  std::string object_key;        ///< Where it is in the ObjectStore; see ObjectKey.
  std::string url;               ///< Where readers find it; may be empty. At most 4096 bytes.
  std::string content_type;      ///< At most 256 bytes, as are all texts that say nothing else.
  std::string sha256;            ///< Of the file: 64 lower-case hexadecimal digits.
  PixelSize size;                ///< px; 0 by 0 for what is no picture.
  std::uint64_t size_bytes = 0;  ///< At most 2^63 - 1.
  std::string job_id, owner;     ///< May be empty.
  std::string provider, model;   ///< May be empty.
  std::string prompt_sha256;     ///< Of the prompt as it was sent, as sha256; may be empty.
  std::string extra;             ///< JSON of the workflow; may be empty. At most 64 KiB.
  Timestamp created{};           ///< By the clock of whoever stored the file.

  friend bool operator==(const AssetRecord&, const AssetRecord&) = default;
};

/// Which records AssetStore::list() gives; what is absent does not matter.
struct AssetQuery {
  std::optional<std::string> job_id = {}, owner = {}, kind = {}, sha256 = {};  ///< Exactly these.
  std::string after = {};  ///< AssetPage::next of the page before; empty for the first.
  int limit = 50;          ///< 1..1000
};

/// Some records, and where to go on.
struct AssetPage {
  std::vector<AssetRecord> assets;  ///< Newest first, by time of creation and then id.
  std::string next;                 ///< Empty: that was the last page.
};

/// Where records of files are kept; a host may bring its own. All calls may be made from any coroutine, several at a
/// time. Errors beside those named: unavailable, storage_failed, invalid_argument.
class AssetStore {
 public:
  virtual ~AssetStore() = default;

  /// Adds it, or replaces the one with its id.
  virtual Task<Result<void>> put(AssetRecord asset) = 0;
  /// Nothing when there is none.
  virtual Task<Result<std::optional<AssetRecord>>> find(std::string id) = 0;
  /// Records, a page at a time. Errc::invalid_argument for a limit out of range or an `after` that is no cursor.
  virtual Task<Result<AssetPage>> list(AssetQuery query) = 0;
  /// Succeeds also when there was none. The file itself stays.
  virtual Task<Result<void>> remove(std::string id) = 0;
};

/// In which make_record_asset_store() keeps them: "assets", with a view "imagegen_assets".
const RecordCollection& asset_collection() noexcept;

/// The collection of files in a store of records, which outlives this.
std::unique_ptr<AssetStore> make_record_asset_store(RecordStore& records);

/// Lives in this process and ends with it.
std::unique_ptr<AssetStore> make_memory_asset_store();

/// For makers of a AssetStore: Errc::invalid_argument naming the field that is out of its limits.
Result<void> check_asset(const AssetRecord& asset);

}  // namespace imagegen
