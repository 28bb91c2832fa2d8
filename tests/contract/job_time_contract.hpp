#pragma once
#include <imagegen/core/clock.hpp>

#include "contract/job_store_fixture.hpp"

/// \file Whose clock decides: never that of a caller. A harness gives a store that goes by its own time, without a
/// test's clock.
namespace imagegen::test {

template <class Harness>
class JobTimeContract : public JobStoreTest<Harness> {
 protected:
  static Timestamp wall(std::chrono::hours ahead = std::chrono::hours(0)) {
    return to_timestamp(system_clock().wall_now()) + ahead;
  }
  std::vector<std::string> claimed(const std::string& worker, std::chrono::hours ahead, int max_jobs = 9) {
    auto request = this->request(worker, max_jobs);
    request.lease = std::chrono::minutes(10);
    return this->ids_of(this->store().claim(request, wall(ahead)).value());
  }
};

TYPED_TEST_SUITE_P(JobTimeContract);

TYPED_TEST_P(JobTimeContract, WhatIsQueuedByAClockThatIsAheadBeginsAtOnce) {
  this->store().add(this->job_named("a"), this->wall(std::chrono::hours(24))).value();
  EXPECT_EQ(this->store().next_due({"prompt"}).value(), std::chrono::milliseconds(0));
  EXPECT_THAT(this->claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
  this->store().update({"a", "w", 1}, this->ended(JobState::queued), this->wall(std::chrono::hours(24))).value();
  EXPECT_THAT(this->claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
  this->store().update({"a", "w", 2}, this->ended(JobState::failed), this->wall()).value();
  this->store().retry("a", this->wall(std::chrono::hours(24))).value();
  EXPECT_THAT(this->claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
}

TYPED_TEST_P(JobTimeContract, TheOrderIsThatInWhichTheyWereQueued) {
  this->store().add(this->job_named("a"), this->wall(std::chrono::hours(24))).value();
  this->store().add(this->job_named("b"), this->wall(std::chrono::hours(-24))).value();
  EXPECT_THAT(this->claimed("w", std::chrono::hours(0), 1), testing::ElementsAre("a"));
}

TYPED_TEST_P(JobTimeContract, AWorkerWhoseClockIsAheadTakesNoLivingJob) {
  this->store().add(this->job_named("a"), this->wall()).value();
  EXPECT_THAT(this->claimed("w1", std::chrono::hours(0)), testing::ElementsAre("a"));
  EXPECT_THAT(this->claimed("w2", std::chrono::hours(24)), testing::IsEmpty());
  EXPECT_EQ(this->store().renew("w1", std::chrono::minutes(10)).value().size(), 1U);
  EXPECT_THAT(this->claimed("w2", std::chrono::hours(24)), testing::IsEmpty());
}

TYPED_TEST_P(JobTimeContract, AWorkerWhoseClockIsBehindKeepsItsJobs) {
  this->store().add(this->job_named("a"), this->wall(std::chrono::hours(-24))).value();
  EXPECT_THAT(this->claimed("w1", std::chrono::hours(-24)), testing::ElementsAre("a"));
  EXPECT_THAT(this->claimed("w2", std::chrono::hours(0)), testing::IsEmpty());
}

TYPED_TEST_P(JobTimeContract, ADelayBeginsWithItsChange) {
  this->store().add(this->job_named("a"), this->wall()).value();
  EXPECT_THAT(this->claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
  auto later = this->ended(JobState::queued);
  later.delay = std::chrono::hours(1);
  this->store().update({"a", "w", 1}, later, this->wall(std::chrono::hours(-24))).value();
  EXPECT_THAT(this->claimed("w", std::chrono::hours(24)), testing::IsEmpty());
  const auto due = this->store().next_due({"prompt"}).value();
  ASSERT_TRUE(due);
  EXPECT_LE(*due, std::chrono::hours(1));
  EXPECT_GT(*due, std::chrono::minutes(30));
}

TYPED_TEST_P(JobTimeContract, ALeaseEndsByItself) {
  this->store().add(this->job_named("a"), this->wall()).value();
  auto request = this->request("w1");
  request.lease = std::chrono::milliseconds(1);
  ASSERT_EQ(this->store().claim(request, this->wall(std::chrono::hours(24))).value().size(), 1U);
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::vector<std::string> taken;
  while (taken.empty() && std::chrono::steady_clock::now() < limit)
    taken = this->claimed("w2", std::chrono::hours(-24));
  EXPECT_THAT(taken, testing::ElementsAre("a"));
}

REGISTER_TYPED_TEST_SUITE_P(JobTimeContract, WhatIsQueuedByAClockThatIsAheadBeginsAtOnce,
                            TheOrderIsThatInWhichTheyWereQueued, AWorkerWhoseClockIsAheadTakesNoLivingJob,
                            AWorkerWhoseClockIsBehindKeepsItsJobs, ADelayBeginsWithItsChange, ALeaseEndsByItself);

}  // namespace imagegen::test
