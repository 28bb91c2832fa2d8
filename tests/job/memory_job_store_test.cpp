#include "contract/job_store_contract.hpp"
#include "contract/permit_store_contract.hpp"

namespace imagegen::test {
namespace {

class MemoryJobHarness {
 public:
  JobStore& store() { return *store_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<JobStore> store_ = make_memory_job_store();
};

class MemoryPermitHarness {
 public:
  PermitStore& permits() { return *permits_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<PermitStore> permits_ = make_memory_permit_store();
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobStoreContract, MemoryJobHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobClaimContract, MemoryJobHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PermitStoreContract, MemoryPermitHarness);

}  // namespace
}  // namespace imagegen::test
