#include <imagegen/testing/contract/object_store_contract.hpp>

#include "embed_contract/adapters.hpp"
#include "embed_contract/wishes.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {
namespace {

class EmbeddedStoreHarness : public ObjectStoreHarness {
 public:
  explicit EmbeddedStoreHarness(RuntimeWish wish) : runtime_(open_runtime(std::move(wish))) {}
  ObjectStore& store() override { return *store_; }

 private:
  std::unique_ptr<EmbeddedRuntime> runtime_;
  std::unique_ptr<ObjectStore> store_ = adapt_store(*runtime_);
};

struct MemoryStoreOf : EmbeddedStoreHarness {
  MemoryStoreOf() : EmbeddedStoreHarness(with_config({{"store", "memory:"}})) {}
};
struct FileStoreOf : WithTempFolder, EmbeddedStoreHarness {
  FileStoreOf()
      : EmbeddedStoreHarness(
            with_config({{"store", "file:" + (folder.path() / "root").string()}}, Manner::concurrent)) {}
};
template <Manner manner>
struct HostStoreOf : EmbeddedStoreHarness {
  HostStoreOf() : EmbeddedStoreHarness(with_parts_of_the_host(manner)) {}
};

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, testing::Values(harness<MemoryStoreOf>()));
INSTANTIATE_TEST_SUITE_P(File, ObjectStoreContract, testing::Values(harness<FileStoreOf>()));
INSTANTIATE_TEST_SUITE_P(PlainHost, ObjectStoreContract, testing::Values(harness<HostStoreOf<Manner::plain>>()));
INSTANTIATE_TEST_SUITE_P(ConcurrentHost, ObjectStoreContract,
                         testing::Values(harness<HostStoreOf<Manner::concurrent>>()));

}  // namespace
}  // namespace imagegen::test
