#include <imagegen/metadata/metadata_store.hpp>
#include <imagegen/metadata/store_parts.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace imagegen {
namespace {

bool matches(const AssetRecord& asset, const AssetQuery& query) {
  return (!query.job_id || asset.job_id == *query.job_id) && (!query.owner || asset.owner == *query.owner) &&
         (!query.kind || asset.kind == *query.kind) && (!query.sha256 || asset.sha256 == *query.sha256);
}

class MemoryMetadataStore final : public MetadataStore {
 public:
  Task<Result<void>> put(AssetRecord asset) override {
    if (auto checked = check_asset(asset); !checked) co_return checked;
    const std::lock_guard lock(mutex_);
    erase(asset.id);
    const AssetCursor place = cursor_of(asset);
    places_[asset.id] = place;
    newest_.emplace(place, std::move(asset));
    co_return Result<void>{};
  }

  Task<Result<std::optional<AssetRecord>>> find(std::string id) override {
    const std::lock_guard lock(mutex_);
    const auto place = places_.find(id);
    if (place == places_.end()) co_return std::optional<AssetRecord>();
    co_return std::optional<AssetRecord>(newest_.at(place->second));
  }

  Task<Result<AssetPage>> list(AssetQuery query) override {
    if (const auto checked = check_query(query); !checked) co_return checked.error();
    const auto after = parse_asset_cursor(query.after);
    if (!after) co_return after.error();
    const std::lock_guard lock(mutex_);
    co_return page_after(*after, query);
  }

  Task<Result<void>> remove(std::string id) override {
    const std::lock_guard lock(mutex_);
    erase(id);
    co_return Result<void>{};
  }

 private:
  AssetPage page_after(const std::optional<AssetCursor>& after, const AssetQuery& query) const {
    AssetPage page;
    for (auto at = after ? newest_.upper_bound(*after) : newest_.begin(); at != newest_.end(); ++at) {
      if (!matches(at->second, query)) continue;
      if (page.assets.size() == static_cast<std::size_t>(query.limit)) {
        page.next = to_cursor(page.assets.back());
        break;
      }
      page.assets.push_back(at->second);
    }
    return page;
  }

  void erase(const std::string& id) {
    const auto place = places_.find(id);
    if (place == places_.end()) return;
    newest_.erase(place->second);
    places_.erase(place);
  }

  std::mutex mutex_;
  std::map<AssetCursor, AssetRecord> newest_;
  std::map<std::string, AssetCursor> places_;
};

}  // namespace

std::unique_ptr<MetadataStore> make_memory_metadata_store() {
  return std::make_unique<MemoryMetadataStore>();
}

}  // namespace imagegen
