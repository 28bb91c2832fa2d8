#include <imagegen/testing/contract/job_store_contract.hpp>
#include <imagegen/testing/contract/permit_store_contract.hpp>
#include <imagegen/testing/contract/timed_job_store.hpp>

#include <gtest/gtest.h>

#include "job/support/flaky_job_store.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

class MemoryJobHarness final : public JobStoreHarness {
 public:
  JobStore& store() override { return store_; }

 private:
  SetClock clock_;
  TimedJobStore store_{make_memory_job_store(clock_), clock_};
};

class UntimedMemoryJobHarness final : public JobStoreHarness {
 public:
  JobStore& store() override { return *store_; }

 private:
  std::unique_ptr<JobStore> store_ = make_memory_job_store();
};

class MemoryPermitHarness final : public PermitHarness {
 public:
  PermitStore& permits() override { return *permits_; }
  SetClock& clock() override { return clock_; }

 private:
  SetClock clock_;
  std::unique_ptr<PermitStore> permits_ = make_memory_permit_store(clock_);
};

IMAGEGEN_INSTANTIATE_JOB_STORE_SUITES(Memory, MemoryJobHarness, UntimedMemoryJobHarness);
INSTANTIATE_TEST_SUITE_P(Memory, PermitStoreContract, testing::Values(harness<MemoryPermitHarness>()));

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

// One of a host's own, which was written before there was such a function.
TEST(JobStoreOfAHost, SaysThatItCannotErase) {
  SetClock clock;
  FlakyJobStore store(clock);
  EXPECT_THAT(store.erase("a", {}, Timestamp()), FailsSaying(Errc::unsupported, testing::HasSubstr("cannot erase")));
}

}  // namespace
}  // namespace imagegen::test
