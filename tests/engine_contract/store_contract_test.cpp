#include <imagegen/testing/contract/object_store_contract.hpp>

#include "engine_contract/adapters.hpp"
#include "engine_contract/wishes.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {
namespace {

class LanguageStoreHarness : public ObjectStoreHarness {
 public:
  explicit LanguageStoreHarness(RuntimeWish wish) : runtime_(open_runtime(std::move(wish))) {}
  ObjectStore& store() override { return *store_; }

 private:
  std::unique_ptr<LanguageRuntime> runtime_;
  std::unique_ptr<ObjectStore> store_ = adapt_store(*runtime_);
};

struct MemoryStoreOf : LanguageStoreHarness {
  MemoryStoreOf() : LanguageStoreHarness(with_config({{"store", "memory:"}})) {}
};
struct FileStoreOf : WithTempFolder, LanguageStoreHarness {
  FileStoreOf()
      : LanguageStoreHarness(
            with_config({{"store", "file:" + (folder.path() / "root").string()}}, Manner::concurrent)) {}
};
template <Manner manner>
struct HostStoreOf : LanguageStoreHarness {
  HostStoreOf() : LanguageStoreHarness(with_parts_of_the_host(manner)) {}
};

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreContract, testing::Values(harness<MemoryStoreOf>()));
INSTANTIATE_TEST_SUITE_P(File, ObjectStoreContract, testing::Values(harness<FileStoreOf>()));
INSTANTIATE_TEST_SUITE_P(PlainHost, ObjectStoreContract, testing::Values(harness<HostStoreOf<Manner::plain>>()));
INSTANTIATE_TEST_SUITE_P(ConcurrentHost, ObjectStoreContract,
                         testing::Values(harness<HostStoreOf<Manner::concurrent>>()));

}  // namespace
}  // namespace imagegen::test
