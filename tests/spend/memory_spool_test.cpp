#include "contract/spool_contract.hpp"

namespace imagegen::test {
namespace {

class MemorySpoolHarness {
 public:
  Spool& spool() { return *spool_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<Spool> spool_ = make_memory_spool();
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, SpoolContract, MemorySpoolHarness);

}  // namespace
}  // namespace imagegen::test
