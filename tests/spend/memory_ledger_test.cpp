#include <imagegen/testing/contract/ledger_contract.hpp>

namespace imagegen::test {
namespace {

class MemoryLedgerHarness final : public LedgerHarness {
 public:
  Ledger& ledger() override { return *ledger_; }

 private:
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
};

INSTANTIATE_TEST_SUITE_P(Memory, LedgerContract, testing::Values(harness<MemoryLedgerHarness>()));

}  // namespace
}  // namespace imagegen::test
