#include <utility>

#include "workflow/erase/holdings.hpp"
#include "workflow/erase/named_objects.hpp"

namespace imagegen::erasure {
namespace {

constexpr int kOthersAtATime = 1000;

// Goes through all that is kept of others, once: no store has an index by key, and persons are seldom erased.
class Sharers {
 public:
  Sharers(EraseServices& services, const std::vector<PersonalData>& data, const Holdings& holdings,
          std::set<std::string> keys)
      : services_(services), data_(data), holdings_(holdings), keys_(std::move(keys)) {}

  Task<Result<std::set<std::string>>> find() {
    if (keys_.empty()) co_return std::move(shared_);
    const auto assets = co_await look_at_assets();
    if (!assets) co_return assets.error();
    const auto purchases = co_await look_at_purchases();
    if (!purchases) co_return purchases.error();
    for (const PersonalData& one : data_) {
      for (const RecordCollection* collection : one.collections) {
        const auto records = co_await look_at_records(*collection);
        if (!records) co_return records.error();
      }
    }
    co_return std::move(shared_);
  }

 private:
  void take(const std::set<std::string>& named) {
    for (const std::string& key : named)
      if (keys_.contains(key)) shared_.insert(key);
  }

  Task<Result<void>> look_at_assets() {
    AssetQuery query;
    query.limit = kOthersAtATime;
    do {
      const auto page = co_await services_.assets.list(query);
      if (!page) co_return page.error();
      for (const AssetRecord& asset : page->assets)
        if (!holdings_.has(ItemKind::asset, asset.id)) take(objects_of(asset));
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  // One that blocks its key has a picture there, or is about to.
  Task<Result<void>> look_at_purchases() {
    LedgerQuery query;
    query.limit = kOthersAtATime;
    do {
      auto list = [&] { return services_.ledger.list(query); };
      const auto page = co_await services_.pool.run(list);
      if (!page) co_return page.error();
      for (const Purchase& purchase : page->purchases)
        if (purchase.blocks && !is_erased(purchase) && !holdings_.has(ItemKind::purchase, purchase.id))
          take(objects_of(purchase));
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  Task<Result<void>> look_at_records(const RecordCollection& collection) {
    const auto named = collection.personal->objects;
    if (named.empty()) co_return Result<void>();
    RecordQuery query;
    query.collection = &collection, query.limit = kOthersAtATime;
    do {
      const auto page = co_await services_.records.list(query);
      if (!page) co_return page.error();
      for (const Record& record : page->records) {
        if (holdings_.has(ItemKind::record, record.id, &collection)) continue;
        std::set<std::string> keys;
        add_objects(record.document, named, keys);
        take(keys);
      }
      query.after = page->next;
    } while (!query.after.empty());
    co_return Result<void>();
  }

  EraseServices& services_;
  const std::vector<PersonalData>& data_;
  const Holdings& holdings_;
  const std::set<std::string> keys_;
  std::set<std::string> shared_;
};

}  // namespace

Task<Result<std::set<std::string>>> find_shared(EraseServices& services, const std::vector<PersonalData>& data,
                                                const Holdings& holdings, std::set<std::string> keys) {
  Sharers sharers(services, data, holdings, std::move(keys));
  co_return co_await sharers.find();
}

}  // namespace imagegen::erasure
