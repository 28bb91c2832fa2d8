#include <imagegen/testing/contract/metadata_store_contract.hpp>

#include "embed_contract/adapters.hpp"
#include "embed_contract/wishes.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {
namespace {

class EmbeddedMetadataHarness : public MetadataHarness {
 public:
  explicit EmbeddedMetadataHarness(RuntimeWish wish) : runtime_(open_runtime(std::move(wish))) {}
  MetadataStore& metadata() override { return *metadata_; }

 private:
  std::unique_ptr<EmbeddedRuntime> runtime_;
  std::unique_ptr<MetadataStore> metadata_ = adapt_metadata(*runtime_);
};

struct MemoryMetadataOf : EmbeddedMetadataHarness {
  MemoryMetadataOf() : EmbeddedMetadataHarness(with_config({{"state", "memory:"}})) {}
};
struct SqliteMetadataOf : WithTempFolder, EmbeddedMetadataHarness {
  SqliteMetadataOf()
      : EmbeddedMetadataHarness(
            with_config({{"state", "sqlite:" + (folder.path() / "state.db").string()}}, Manner::concurrent)) {}
};
template <Manner manner>
struct HostMetadataOf : EmbeddedMetadataHarness {
  HostMetadataOf() : EmbeddedMetadataHarness(with_parts_of_the_host(manner)) {}
};

INSTANTIATE_TEST_SUITE_P(Memory, MetadataStoreContract, testing::Values(harness<MemoryMetadataOf>()));
INSTANTIATE_TEST_SUITE_P(Sqlite, MetadataStoreContract, testing::Values(harness<SqliteMetadataOf>()));
INSTANTIATE_TEST_SUITE_P(PlainHost, MetadataStoreContract, testing::Values(harness<HostMetadataOf<Manner::plain>>()));
INSTANTIATE_TEST_SUITE_P(ConcurrentHost, MetadataStoreContract,
                         testing::Values(harness<HostMetadataOf<Manner::concurrent>>()));

}  // namespace
}  // namespace imagegen::test
