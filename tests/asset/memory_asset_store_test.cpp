#include <imagegen/testing/contract/asset_store_contract.hpp>

namespace imagegen::test {
namespace {

class MemoryAssetHarness final : public AssetHarness {
 public:
  AssetStore& assets() override { return *assets_; }

 private:
  std::unique_ptr<AssetStore> assets_ = make_memory_asset_store();
};

INSTANTIATE_TEST_SUITE_P(Memory, AssetStoreContract, testing::Values(harness<MemoryAssetHarness>()));

}  // namespace
}  // namespace imagegen::test
