#include "contract/ledger_contract.hpp"

namespace imagegen::test {
namespace {

class MemoryLedgerHarness {
 public:
  Ledger& ledger() { return *ledger_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LedgerContract, MemoryLedgerHarness);

}  // namespace
}  // namespace imagegen::test
