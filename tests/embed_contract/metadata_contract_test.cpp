#include "contract/metadata_store_contract.hpp"

#include "embed_contract/adapters.hpp"
#include "embed_contract/wishes.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {
namespace {

class EmbeddedMetadataHarness : public IoRunner {
 public:
  explicit EmbeddedMetadataHarness(RuntimeWish wish) : runtime_(open_runtime(std::move(wish))) {}
  MetadataStore& metadata() { return *metadata_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<EmbeddedRuntime> runtime_;
  std::unique_ptr<MetadataStore> metadata_ = adapt_metadata(*runtime_);
};

struct MemoryMetadataOf : EmbeddedMetadataHarness {
  MemoryMetadataOf() : EmbeddedMetadataHarness(with_config({{"state", "memory:"}})) {}
};
struct Folder {
  TempFolder folder;
};
struct SqliteMetadataOf : Folder, EmbeddedMetadataHarness {
  SqliteMetadataOf()
      : EmbeddedMetadataHarness(
            with_config({{"state", "sqlite:" + (folder.path() / "state.db").string()}}, Manner::concurrent)) {}
};
template <Manner manner>
struct HostMetadataOf : EmbeddedMetadataHarness {
  HostMetadataOf() : EmbeddedMetadataHarness(with_parts_of_the_host(manner)) {}
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, MetadataStoreContract, MemoryMetadataOf);
INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, MetadataStoreContract, SqliteMetadataOf);
INSTANTIATE_TYPED_TEST_SUITE_P(PlainHost, MetadataStoreContract, HostMetadataOf<Manner::plain>);
INSTANTIATE_TYPED_TEST_SUITE_P(ConcurrentHost, MetadataStoreContract, HostMetadataOf<Manner::concurrent>);

}  // namespace
}  // namespace imagegen::test
