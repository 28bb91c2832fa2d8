#include <imagegen/core/clock.hpp>
#include <imagegen/testing/contract/job_store_contract.hpp>

#include <gmock/gmock.h>

namespace imagegen::test {

Timestamp JobTimeContract::wall(std::chrono::hours ahead) {
  return to_timestamp(system_clock().wall_now()) + ahead;
}

std::vector<std::string> JobTimeContract::claimed(const std::string& worker, std::chrono::hours ahead, int max_jobs) {
  auto asked = request(worker, max_jobs);
  asked.lease = std::chrono::minutes(10);
  return ids_of(store().claim(asked, wall(ahead)).value());
}

void JobTimeContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JobTimeContract);

TEST_P(JobTimeContract, WhatIsQueuedByAClockThatIsAheadBeginsAtOnce) {
  store().add(job_named("a"), wall(std::chrono::hours(24))).value();
  EXPECT_EQ(store().next_due({"prompt"}).value(), std::chrono::milliseconds(0));
  EXPECT_THAT(claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
  store().update({"a", "w", 1}, ended(JobState::queued), wall(std::chrono::hours(24))).value();
  EXPECT_THAT(claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
  store().update({"a", "w", 2}, ended(JobState::failed), wall()).value();
  store().retry("a", wall(std::chrono::hours(24))).value();
  EXPECT_THAT(claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
}

TEST_P(JobTimeContract, TheOrderIsThatInWhichTheyWereQueued) {
  store().add(job_named("a"), wall(std::chrono::hours(24))).value();
  store().add(job_named("b"), wall(std::chrono::hours(-24))).value();
  EXPECT_THAT(claimed("w", std::chrono::hours(0), 1), testing::ElementsAre("a"));
}

TEST_P(JobTimeContract, AWorkerWhoseClockIsAheadTakesNoLivingJob) {
  store().add(job_named("a"), wall()).value();
  EXPECT_THAT(claimed("w1", std::chrono::hours(0)), testing::ElementsAre("a"));
  EXPECT_THAT(claimed("w2", std::chrono::hours(24)), testing::IsEmpty());
  EXPECT_EQ(store().renew("w1", std::chrono::minutes(10)).value().size(), 1U);
  EXPECT_THAT(claimed("w2", std::chrono::hours(24)), testing::IsEmpty());
}

TEST_P(JobTimeContract, AWorkerWhoseClockIsBehindKeepsItsJobs) {
  store().add(job_named("a"), wall(std::chrono::hours(-24))).value();
  EXPECT_THAT(claimed("w1", std::chrono::hours(-24)), testing::ElementsAre("a"));
  EXPECT_THAT(claimed("w2", std::chrono::hours(0)), testing::IsEmpty());
}

TEST_P(JobTimeContract, ADelayBeginsWithItsChange) {
  store().add(job_named("a"), wall()).value();
  EXPECT_THAT(claimed("w", std::chrono::hours(0)), testing::ElementsAre("a"));
  auto later = ended(JobState::queued);
  later.delay = std::chrono::hours(1);
  store().update({"a", "w", 1}, later, wall(std::chrono::hours(-24))).value();
  EXPECT_THAT(claimed("w", std::chrono::hours(24)), testing::IsEmpty());
  const auto due = store().next_due({"prompt"}).value();
  ASSERT_TRUE(due);
  EXPECT_LE(*due, std::chrono::hours(1));
  EXPECT_GT(*due, std::chrono::minutes(30));
}

TEST_P(JobTimeContract, ALeaseEndsByItself) {
  store().add(job_named("a"), wall()).value();
  auto request = this->request("w1");
  request.lease = std::chrono::milliseconds(1);
  ASSERT_EQ(store().claim(request, wall(std::chrono::hours(24))).value().size(), 1U);
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  std::vector<std::string> taken;
  while (taken.empty() && std::chrono::steady_clock::now() < limit)
    taken = claimed("w2", std::chrono::hours(-24));
  EXPECT_THAT(taken, testing::ElementsAre("a"));
}

}  // namespace imagegen::test
