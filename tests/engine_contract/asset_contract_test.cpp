#include <imagegen/testing/contract/asset_store_contract.hpp>

#include "engine_contract/adapters.hpp"
#include "engine_contract/wishes.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {
namespace {

class LanguageAssetHarness : public AssetHarness {
 public:
  explicit LanguageAssetHarness(RuntimeWish wish) : runtime_(open_runtime(std::move(wish))) {}
  AssetStore& assets() override { return *assets_; }

 private:
  std::unique_ptr<LanguageRuntime> runtime_;
  std::unique_ptr<AssetStore> assets_ = adapt_assets(*runtime_);
};

struct MemoryAssetsOf : LanguageAssetHarness {
  MemoryAssetsOf() : LanguageAssetHarness(with_config({{"state", "memory:"}})) {}
};
struct SqliteAssetsOf : WithTempFolder, LanguageAssetHarness {
  SqliteAssetsOf()
      : LanguageAssetHarness(
            with_config({{"state", "sqlite:" + (folder.path() / "state.db").string()}}, Manner::concurrent)) {}
};
template <Manner manner>
struct HostAssetsOf : LanguageAssetHarness {
  HostAssetsOf() : LanguageAssetHarness(with_parts_of_the_host(manner)) {}
};

INSTANTIATE_TEST_SUITE_P(Memory, AssetStoreContract, testing::Values(harness<MemoryAssetsOf>()));
INSTANTIATE_TEST_SUITE_P(Sqlite, AssetStoreContract, testing::Values(harness<SqliteAssetsOf>()));
INSTANTIATE_TEST_SUITE_P(PlainHost, AssetStoreContract, testing::Values(harness<HostAssetsOf<Manner::plain>>()));
INSTANTIATE_TEST_SUITE_P(ConcurrentHost, AssetStoreContract,
                         testing::Values(harness<HostAssetsOf<Manner::concurrent>>()));

}  // namespace
}  // namespace imagegen::test
