// The suite of stores, run against one that breaks the promise that IMAGEGEN_BROKEN names; see broken_parts_test.cpp.
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/object_store_contract.hpp>

#include <algorithm>
#include <string>

#include "support/test_server.hpp"

namespace imagegen::test {
namespace {

class Breaking final : public ObjectStore {
 public:
  StoreCapability capability() const override { return inner_->capability(); }
  Task<Result<ObjectInfo>> put(ObjectKey key, ByteView data, PutOptions options) override {
    if (breaks("condition")) options.only_if_absent = false;
    co_return co_await inner_->put(std::move(key), data, std::move(options));
  }
  Task<Result<Bytes>> get(ObjectKey key, std::size_t max_bytes) override {
    co_return co_await inner_->get(std::move(key), breaks("limit") ? SIZE_MAX : max_bytes);
  }
  Task<Result<std::optional<ObjectInfo>>> head(ObjectKey key) override {
    co_return co_await inner_->head(std::move(key));
  }
  Task<Result<void>> remove(ObjectKey key) override {
    if (breaks("remove")) co_return Result<void>();
    co_return co_await inner_->remove(std::move(key));
  }
  Task<Result<std::vector<ObjectInfo>>> list(std::string prefix, std::size_t limit, std::string after) override {
    auto found = co_await inner_->list(std::move(prefix), limit, std::move(after));
    if (found && breaks("order")) std::reverse(found->begin(), found->end());
    co_return found;
  }
  std::string url(const ObjectKey& key) const override { return inner_->url(key); }

 private:
  static bool breaks(std::string_view promise) { return environment("IMAGEGEN_BROKEN") == promise; }
  std::unique_ptr<ObjectStore> inner_ = make_memory_store();
};

struct BreakingHarness final : ObjectStoreHarness {
  ObjectStore& store() override { return store_; }
  Breaking store_;
};

INSTANTIATE_TEST_SUITE_P(Broken, ObjectStoreContract, testing::Values(harness<BreakingHarness>()));

}  // namespace
}  // namespace imagegen::test
