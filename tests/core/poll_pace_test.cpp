#include <imagegen/maker/core/poll_pace.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

namespace imagegen {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::nanoseconds kLong = std::chrono::nanoseconds::max();

PollPaceOptions pace_of(milliseconds first, double growth, milliseconds longest) {
  PollPaceOptions options;
  options.first = first, options.growth = growth, options.longest = longest;
  options.jitter = 0.5, options.reserve = milliseconds(500);
  return options;
}

std::vector<milliseconds> waits(PollPace pace, int count) {
  std::vector<milliseconds> all;
  for (int i = 0; i < count; ++i) all.push_back(pace.next().value());
  return all;
}

TEST(PollPace, EachWaitIsLongerUpToTheLongest) {
  PollPaceOptions options = pace_of(milliseconds(100), 2, milliseconds(500));
  options.jitter = 0;
  EXPECT_THAT(waits(PollPace(options, "task"), 5),
              testing::ElementsAre(milliseconds(100), milliseconds(200), milliseconds(400), milliseconds(500),
                                   milliseconds(500)));
}

TEST(PollPace, DrawsNoMoreThanItsShareByLot) {
  PollPaceOptions options = pace_of(milliseconds(1000), 1, milliseconds(1000));
  options.jitter = 0.3;
  const auto all = waits(PollPace(options, "task"), 1000);
  EXPECT_THAT(all, testing::Each(testing::AllOf(testing::Ge(milliseconds(700)), testing::Le(milliseconds(1000)))));
  EXPECT_LT(*std::min_element(all.begin(), all.end()), milliseconds(710));
  EXPECT_GT(*std::max_element(all.begin(), all.end()), milliseconds(990));
}

TEST(PollPace, IsTheSameForTheSameTaskAndNotForAnother) {
  const PollPaceOptions options = pace_of(milliseconds(1000), 1.5, milliseconds(60'000));
  EXPECT_EQ(waits(PollPace(options, "job/0/1"), 10), waits(PollPace(options, "job/0/1"), 10));
  EXPECT_NE(waits(PollPace(options, "job/0/1"), 10), waits(PollPace(options, "job/0/2"), 10));
}

// All begin at 0. In any tenth of a second no more come than twice the mean.
TEST(PollPace, TenThousandTasksOfOneMomentDoNotPollAtOneMoment) {
  std::vector<int> polls(600);
  for (int task = 0; task < 10'000; ++task) {
    PollPace pace(PollPaceOptions(), "imgjob_" + std::to_string(task) + "/0/1");
    for (auto at = pace.next().value(); at < milliseconds(60'000); at += pace.next().value())
      ++polls[static_cast<std::size_t>(at.count() / 100)];
  }
  const auto settled = polls.begin() + 100;  // the first polls are quicker than all others
  const double mean = std::accumulate(settled, polls.end(), 0.0) / static_cast<double>(polls.end() - settled);
  EXPECT_LT(*std::max_element(settled, polls.end()), 2 * mean);
  EXPECT_GT(*std::min_element(settled, polls.end()), mean / 2);
  EXPECT_LT(*std::max_element(polls.begin(), settled), 10'000 / 4);
}

TEST(PollPace, AsksNoSoonerThanTheAnswerSaidAndStillByLot) {
  const PollPaceOptions options = pace_of(milliseconds(1000), 1, milliseconds(1000));
  std::vector<milliseconds> all;
  for (int task = 0; task < 100; ++task)
    all.push_back(PollPace(options, std::to_string(task)).next(kLong, milliseconds(7000)).value());
  EXPECT_THAT(all, testing::Each(testing::AllOf(testing::Ge(milliseconds(7000)), testing::Le(milliseconds(7500)))));
  EXPECT_GT(*std::max_element(all.begin(), all.end()) - *std::min_element(all.begin(), all.end()), milliseconds(300));
}

TEST(PollPace, AShortRetryAfterHurriesNobody) {
  PollPaceOptions options = pace_of(milliseconds(1000), 1, milliseconds(1000));
  options.jitter = 0;
  EXPECT_EQ(PollPace(options, "task").next(kLong, milliseconds(0)), milliseconds(1000));
}

TEST(PollPace, PollsOnceMoreBeforeTheDeadlineAndThenNoMore) {
  PollPace pace(pace_of(milliseconds(10'000), 1, milliseconds(10'000)), "task");
  const auto last = pace.next(milliseconds(3000));
  ASSERT_TRUE(last);
  EXPECT_THAT(*last, testing::AllOf(testing::Ge(milliseconds(1250)), testing::Le(milliseconds(2500))));
  EXPECT_FALSE(pace.next(milliseconds(3000) - *last));
}

TEST(PollPace, TheLastPollsOfTasksWithOneDeadlineAreNotAtOneMoment) {
  const PollPaceOptions options = pace_of(milliseconds(100'000), 1, milliseconds(100'000));
  std::vector<milliseconds> all;
  for (int task = 0; task < 100; ++task)
    all.push_back(PollPace(options, std::to_string(task)).next(milliseconds(10'500)).value());
  EXPECT_GT(*std::max_element(all.begin(), all.end()) - *std::min_element(all.begin(), all.end()), milliseconds(4000));
}

TEST(PollPace, HasNoPollLeftWhereTheDeadlineIsTooNear) {
  const PollPaceOptions options = pace_of(milliseconds(1000), 1, milliseconds(1000));
  EXPECT_FALSE(PollPace(options, "task").next(milliseconds(500)));
  EXPECT_FALSE(PollPace(options, "task").next(milliseconds(-1)));
  EXPECT_FALSE(PollPace(options, "task").next(milliseconds(3000), milliseconds(5000)));
}

TEST(PollPace, TakesOptionsThatMakeNoSense) {
  PollPaceOptions options;
  options.first = milliseconds(-5), options.growth = -1, options.longest = milliseconds(-7), options.jitter = 3;
  EXPECT_THAT(waits(PollPace(options, ""), 3), testing::Each(milliseconds(1)));
}

}  // namespace
}  // namespace imagegen
