#include <imagegen/testing/contract/record_store_contract.hpp>

namespace imagegen::test {
namespace {

class MemoryRecordHarness final : public RecordHarness {
 public:
  RecordStore& records() override { return *records_; }

 private:
  std::unique_ptr<RecordStore> records_ = make_memory_record_store();
};

INSTANTIATE_TEST_SUITE_P(Memory, RecordStoreContract, testing::Values(harness<MemoryRecordHarness>()));

}  // namespace
}  // namespace imagegen::test
