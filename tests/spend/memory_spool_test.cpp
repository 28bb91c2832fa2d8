#include <imagegen/maker/spend/spool_rules.hpp>
#include <imagegen/testing/contract/spool_contract.hpp>

namespace imagegen::test {
namespace {

class MemorySpoolHarness final : public SpoolHarness {
 public:
  Spool& spool() override { return *spool_; }

 private:
  std::unique_ptr<Spool> spool_ = make_memory_spool();
};

INSTANTIATE_TEST_SUITE_P(Memory, SpoolContract, testing::Values(harness<MemorySpoolHarness>()));

}  // namespace
}  // namespace imagegen::test
