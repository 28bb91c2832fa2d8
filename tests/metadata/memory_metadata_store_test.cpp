#include <imagegen/testing/contract/metadata_store_contract.hpp>

namespace imagegen::test {
namespace {

class MemoryMetadataHarness final : public MetadataHarness {
 public:
  MetadataStore& metadata() override { return *metadata_; }

 private:
  std::unique_ptr<MetadataStore> metadata_ = make_memory_metadata_store();
};

INSTANTIATE_TEST_SUITE_P(Memory, MetadataStoreContract, testing::Values(harness<MemoryMetadataHarness>()));

}  // namespace
}  // namespace imagegen::test
