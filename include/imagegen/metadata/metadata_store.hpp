#pragma once
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/timestamp.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imagegen {

/// What is known of a stored file.
struct AssetRecord {
  std::string id;          ///< Unique, 1..128 of A-Z a-z 0-9 . _ -
  std::string kind;        ///< "master", "rendition"
  std::string object_key;  ///< Where it is in the ObjectStore.
  std::string url;         ///< Where readers find it.
  std::string content_type;
  std::string sha256;  ///< Of the file, in hexadecimal.
  PixelSize size;      ///< px
  std::uint64_t size_bytes = 0;
  std::string job_id, owner;  ///< May be empty.
  std::string provider, model;
  std::string prompt_sha256;  ///< Of the prompt as it was sent, in hexadecimal; may be empty.
  std::string extra;          ///< JSON of the workflow; may be empty. At most 64 KiB.
  Timestamp created{};

  friend bool operator==(const AssetRecord&, const AssetRecord&) = default;
};

struct AssetQuery {
  std::optional<std::string> job_id = {}, owner = {}, kind = {}, sha256 = {};
  std::string after = {};  ///< AssetPage::next of the page before; empty for the first.
  int limit = 50;          ///< 1..1000
};

struct AssetPage {
  std::vector<AssetRecord> assets;  ///< Newest first, by time of creation and then id.
  std::string next;                 ///< Empty: that was the last page.
};

/// Where records of files are kept; a host may bring its own. All calls may be made from any coroutine, several at a
/// time. Errors beside those named: unavailable, storage_failed, invalid_argument.
class MetadataStore {
 public:
  virtual ~MetadataStore() = default;

  /// Adds it, or replaces the one with its id.
  virtual Task<Result<void>> put(AssetRecord asset) = 0;
  /// Nothing when there is none.
  virtual Task<Result<std::optional<AssetRecord>>> find(std::string id) = 0;
  virtual Task<Result<AssetPage>> list(AssetQuery query) = 0;
  /// Succeeds also when there was none. The file itself stays.
  virtual Task<Result<void>> remove(std::string id) = 0;
};

/// Lives in this process and ends with it.
std::unique_ptr<MetadataStore> make_memory_metadata_store();

/// For makers of a MetadataStore: Errc::invalid_argument naming the field that is out of its limits.
Result<void> check_asset(const AssetRecord& asset);

}  // namespace imagegen
