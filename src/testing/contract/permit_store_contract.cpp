#include <imagegen/testing/contract/permit_store_contract.hpp>

#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <deque>
#include <random>
#include <thread>

namespace imagegen::test {

bool PermitStoreContract::ask(const std::string& holder, std::vector<PermitLimit> limits, int ms) {
  harness_->clock().set(from_unix_ms(1'800'000'000'000 + ms));
  return permits().acquire({holder, std::move(limits), std::chrono::milliseconds(1000)}).value().granted;
}

void PermitStoreContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PermitStoreContract);

TEST_P(PermitStoreContract, GivesAsManyAsThereArePlaces) {
  const std::vector<PermitLimit> two{{"p", 2, 0}};
  EXPECT_TRUE(ask("w/1", two));
  EXPECT_TRUE(ask("w/2", two));
  EXPECT_FALSE(ask("w/3", two));
  EXPECT_TRUE(ask("w/2", two));
  EXPECT_TRUE(ask("w/4", {{"q", 2, 0}}));
}

TEST_P(PermitStoreContract, AReleasedPlaceIsFree) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(ask("w/1", one));
  ASSERT_THAT(permits().release("w/1"), IsOk());
  EXPECT_TRUE(ask("w/2", one));
  EXPECT_THAT(permits().release("w/9"), IsOk());
}

TEST_P(PermitStoreContract, AnExpiredPlaceIsFree) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(ask("w/1", one, 0));
  EXPECT_FALSE(ask("w/2", one, 1000));
  EXPECT_TRUE(ask("w/2", one, 1001));
}

TEST_P(PermitStoreContract, AHeartbeatKeepsThePlacesOfItsWorker) {
  const std::vector<PermitLimit> two{{"p", 2, 0}};
  EXPECT_TRUE(ask("w/1", two, 0));
  EXPECT_TRUE(ask("w2/1", two, 0));
  ASSERT_THAT(permits().renew("w", std::chrono::milliseconds(5000)), IsOk());
  EXPECT_TRUE(ask("w3/1", two, 2000));
  EXPECT_FALSE(ask("w3/2", two, 2000));
}

TEST_P(PermitStoreContract, ALateHeartbeatBringsNoLostPlaceBack) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(ask("w/1", one, 0));
  EXPECT_TRUE(ask("w2/1", one, 2000));
  ASSERT_THAT(permits().renew("w", std::chrono::milliseconds(7000)), IsOk());
  ASSERT_THAT(permits().release("w2/1"), IsOk());
  EXPECT_TRUE(ask("w3/1", one, 2500));
}

TEST_P(PermitStoreContract, TakesAllOrNothing) {
  EXPECT_TRUE(ask("w/1", {{"u", 1, 0}}));
  EXPECT_FALSE(ask("w/2", {{"p", 1, 0}, {"u", 1, 0}}));
  EXPECT_TRUE(ask("w/3", {{"p", 1, 0}}));
}

TEST_P(PermitStoreContract, SpreadsARateOverTheMinute) {
  const std::vector<PermitLimit> rate{{"p", 0, 60}};  // seven at once, then 54 a minute
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(ask("w/" + std::to_string(i), rate)) << i;
  const auto answer = permits().acquire({"w/7", rate}).value();
  EXPECT_FALSE(answer.granted);
  EXPECT_EQ(answer.wait, std::chrono::milliseconds(1112));
  EXPECT_FALSE(ask("w/7", rate, 1111));
  EXPECT_TRUE(ask("w/7", rate, 1112));
  EXPECT_FALSE(ask("w/8", rate, 1113));
}

// Those who ask come in bursts, at random, in a hurry and after pauses; from two workers, whose permits end or are
// given back.
TEST_P(PermitStoreContract, NoMinuteHasMoreThanTheRateWhereverItBegins) {
  std::mt19937 random(20'261'121);
  for (const int rate : {1, 7, 30}) {
    const std::vector<PermitLimit> limits{{"p" + std::to_string(rate), 0, rate}};
    std::deque<int> granted;  // times, ms, of the last minute
    int now = 0, asked = 0;
    for (; now < 200'000; now += static_cast<int>(random() % 4 == 0 ? random() % 20'000 : random() % 500)) {
      for (auto burst = random() % 8; burst > 0; --burst) {
        const auto holder = "w" + std::to_string(random() % 2) + "/" + std::to_string(rate) + "." +
                            std::to_string(asked++);
        if (!ask(holder, limits, now)) continue;
        granted.push_back(now);
        if (random() % 2 == 0) {
          ASSERT_THAT(permits().release(holder), IsOk());
        }
        while (granted.front() + 60'000 <= now) granted.pop_front();
        ASSERT_LE(granted.size(), static_cast<std::size_t>(rate)) << "in the minute before " << now << " ms";
      }
    }
    EXPECT_GT(asked, rate);
  }
}

// The whole rate is there for who comes after a pause; nine tenths of it for who never stops.
TEST_P(PermitStoreContract, ARateIsNotHeldBackWithoutNeed) {
  const std::vector<PermitLimit> limits{{"p", 0, 30}};
  int first = 0, second = 0;
  for (int now = 0, i = 0; now < 120'000; now += 250, ++i) {
    if (ask("w/" + std::to_string(i), limits, now)) ++(now < 60'000 ? first : second);
  }
  EXPECT_EQ(first, 30);
  EXPECT_GE(second, 26);
}

TEST_P(PermitStoreContract, ARefusedOneCostsNoRate) {
  EXPECT_TRUE(ask("w/1", {{"u", 1, 0}}));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(ask("w/2", {{"p", 0, 6}, {"u", 1, 0}}));
  EXPECT_TRUE(ask("w/3", {{"p", 0, 6}}));
}

TEST_P(PermitStoreContract, RefusesARequestOutOfItsLimits) {
  EXPECT_THAT(permits().acquire({"", {{"p", 1, 0}}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(permits().acquire({"w/1", {}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(permits().acquire({"w/1", {{"p", 1, 0}, {"p", 1, 0}}}),
              FailsWith(Errc::invalid_argument));
  EXPECT_THAT(permits().acquire({"w/1", {{"p", -1, 0}}}), FailsWith(Errc::invalid_argument));
}

TEST_P(PermitStoreContract, HoldsBetweenThreads) {
  std::atomic<int> granted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 32; ++t) {
      threads.emplace_back([&, t] {
        granted += ask("w/" + std::to_string(t), {{"p", 7, 0}, {"u", 20, 0}}) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(granted, 7);
}

}  // namespace imagegen::test
