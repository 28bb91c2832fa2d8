#pragma once
#include <imagegen/metadata/metadata_store.hpp>

#include <string_view>

/// \file What makers of a MetadataStore share; check_asset() stands with the store. Pure.
namespace imagegen {

/// A place in a list of records, newest first.
struct AssetCursor {
  Timestamp created{};  ///< Of the record.
  std::string id;  ///< Of the record; tells those of one moment apart.

  friend bool operator==(const AssetCursor&, const AssetCursor&) = default;
  /// Newer is less; of one age, the greater id.
  friend bool operator<(const AssetCursor& a, const AssetCursor& b) {
    return a.created != b.created ? a.created > b.created : a.id > b.id;
  }
};

/// The place of a record in such a list.
inline AssetCursor cursor_of(const AssetRecord& asset) {
  return {asset.created, asset.id};
}

/// As it stands in AssetPage::next.
std::string to_cursor(const AssetRecord& asset);
/// Nothing for an empty text; Errc::invalid_argument for one that to_cursor() cannot have made.
Result<std::optional<AssetCursor>> parse_asset_cursor(std::string_view text);

/// Errc::invalid_argument for a limit out of 1..1000.
Result<void> check_query(const AssetQuery& query);

/// Whether `text` may be a record's id: 1..128 of A-Z a-z 0-9 . _ -
bool is_asset_id(std::string_view text) noexcept;

}  // namespace imagegen
