#include "contract/job_store_contract.hpp"
#include "contract/job_time_contract.hpp"
#include "contract/permit_store_contract.hpp"
#include "contract/timed_job_store.hpp"

namespace imagegen::test {
namespace {

class MemoryJobHarness {
 public:
  JobStore& store() { return store_; }
  std::string no_store() const { return {}; }

 private:
  SetClock clock_;
  TimedJobStore store_{make_memory_job_store(clock_), clock_};
};

class UntimedMemoryJobHarness {
 public:
  JobStore& store() { return *store_; }
  std::string no_store() const { return {}; }

 private:
  std::unique_ptr<JobStore> store_ = make_memory_job_store();
};

class MemoryPermitHarness {
 public:
  PermitStore& permits() { return *permits_; }
  SetClock& clock() { return clock_; }
  std::string no_store() const { return {}; }

 private:
  SetClock clock_;
  std::unique_ptr<PermitStore> permits_ = make_memory_permit_store(clock_);
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobStoreContract, MemoryJobHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobClaimContract, MemoryJobHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobTimeContract, UntimedMemoryJobHarness);
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, PermitStoreContract, MemoryPermitHarness);

TEST(MemoryJobStore, AWallClockThatIsSetTakesNoJobAndDelaysNone) {
  SetClock clock;
  const auto wall = [&] { return to_timestamp(clock.wall_now()); };
  const auto store = make_memory_job_store(clock);
  store->add({"a", "prompt", "", "{}", 0}, wall()).value();
  JobClaimRequest request;
  request.worker = "w1", request.kinds = {"prompt"};
  ASSERT_EQ(store->claim(request, wall()).value().size(), 1U);
  clock.step_wall(std::chrono::hours(1));
  request.worker = "w2";
  EXPECT_TRUE(store->claim(request, wall()).value().empty());
  store->add({"b", "prompt", "", "{}", 0}, wall()).value();
  clock.step_wall(std::chrono::hours(-2));
  EXPECT_EQ(store->claim(request, wall()).value().size(), 1U);
  clock.advance(std::chrono::seconds(16));
  request.worker = "w3", request.max_jobs = 9;
  EXPECT_EQ(store->claim(request, wall()).value().size(), 2U);
}

}  // namespace
}  // namespace imagegen::test
