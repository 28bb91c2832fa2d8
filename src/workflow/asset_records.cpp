#include "workflow/asset_records.hpp"

#include <imagegen/core/digest.hpp>

#include <utility>

namespace imagegen {

std::string asset_id(std::string_view job_id, std::string_view place) {
  // Hashed, because ids of jobs and places may hold what an id of a record may not. The length keeps the two apart.
  return to_hex(sha256(std::to_string(job_id.size()) + ":" + std::string(job_id) + std::string(place)));
}

Task<Result<void>> record_asset(AssetStore* assets, AssetRecord asset) {
  if (assets == nullptr) co_return Result<void>{};
  const auto found = co_await assets->find(asset.id);
  if (!found) co_return in_context(found.error(), "record of " + asset.object_key);
  if (*found) {
    AssetRecord same = asset;
    same.created = (**found).created;
    if (same == **found) co_return Result<void>{};
  }
  const std::string key = asset.object_key;
  const auto put = co_await assets->put(std::move(asset));
  if (!put) co_return in_context(put.error(), "record of " + key);
  co_return Result<void>{};
}

}  // namespace imagegen
