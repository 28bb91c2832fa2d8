#include "contract/metadata_store_contract.hpp"

namespace imagegen::test {
namespace {

class MemoryMetadataHarness : public IoRunner {
 public:
  MetadataStore& metadata() { return *metadata_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<MetadataStore> metadata_ = make_memory_metadata_store();
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, MetadataStoreContract, MemoryMetadataHarness);

}  // namespace
}  // namespace imagegen::test
