#pragma once
#include <imagegen/job/permit_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "contract/set_clock.hpp"
#include "support/matchers.hpp"

/// \file What every PermitStore must do. A harness gives an empty store:
///     PermitStore& permits();       // not called when no_store() says something
///     SetClock& clock();            // by which the store goes
///     std::string no_store() const; // why there is none here; else empty
namespace imagegen::test {

template <class Harness>
class PermitStoreContract : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  PermitStore& permits() { return harness_.permits(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  bool ask(const std::string& holder, std::vector<PermitLimit> limits, int ms = 0) {
    harness_.clock().set(at(ms));
    return permits().acquire({holder, std::move(limits), std::chrono::milliseconds(1000)}).value().granted;
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(PermitStoreContract);

TYPED_TEST_P(PermitStoreContract, GivesAsManyAsThereArePlaces) {
  const std::vector<PermitLimit> two{{"p", 2, 0}};
  EXPECT_TRUE(this->ask("w/1", two));
  EXPECT_TRUE(this->ask("w/2", two));
  EXPECT_FALSE(this->ask("w/3", two));
  EXPECT_TRUE(this->ask("w/2", two));
  EXPECT_TRUE(this->ask("w/4", {{"q", 2, 0}}));
}

TYPED_TEST_P(PermitStoreContract, AReleasedPlaceIsFree) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(this->ask("w/1", one));
  ASSERT_THAT(this->permits().release("w/1"), IsOk());
  EXPECT_TRUE(this->ask("w/2", one));
  EXPECT_THAT(this->permits().release("w/9"), IsOk());
}

TYPED_TEST_P(PermitStoreContract, AnExpiredPlaceIsFree) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(this->ask("w/1", one, 0));
  EXPECT_FALSE(this->ask("w/2", one, 1000));
  EXPECT_TRUE(this->ask("w/2", one, 1001));
}

TYPED_TEST_P(PermitStoreContract, AHeartbeatKeepsThePlacesOfItsWorker) {
  const std::vector<PermitLimit> two{{"p", 2, 0}};
  EXPECT_TRUE(this->ask("w/1", two, 0));
  EXPECT_TRUE(this->ask("w2/1", two, 0));
  ASSERT_THAT(this->permits().renew("w", std::chrono::milliseconds(5000)), IsOk());
  EXPECT_TRUE(this->ask("w3/1", two, 2000));
  EXPECT_FALSE(this->ask("w3/2", two, 2000));
}

TYPED_TEST_P(PermitStoreContract, ALateHeartbeatBringsNoLostPlaceBack) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(this->ask("w/1", one, 0));
  EXPECT_TRUE(this->ask("w2/1", one, 2000));
  ASSERT_THAT(this->permits().renew("w", std::chrono::milliseconds(7000)), IsOk());
  ASSERT_THAT(this->permits().release("w2/1"), IsOk());
  EXPECT_TRUE(this->ask("w3/1", one, 2500));
}

TYPED_TEST_P(PermitStoreContract, TakesAllOrNothing) {
  EXPECT_TRUE(this->ask("w/1", {{"u", 1, 0}}));
  EXPECT_FALSE(this->ask("w/2", {{"p", 1, 0}, {"u", 1, 0}}));
  EXPECT_TRUE(this->ask("w/3", {{"p", 1, 0}}));
}

TYPED_TEST_P(PermitStoreContract, SpreadsARateOverTheMinute) {
  const std::vector<PermitLimit> rate{{"p", 0, 60}};  // seven at once, then 54 a minute
  for (int i = 0; i < 7; ++i) EXPECT_TRUE(this->ask("w/" + std::to_string(i), rate)) << i;
  const auto answer = this->permits().acquire({"w/7", rate}).value();
  EXPECT_FALSE(answer.granted);
  EXPECT_EQ(answer.wait, std::chrono::milliseconds(1112));
  EXPECT_FALSE(this->ask("w/7", rate, 1111));
  EXPECT_TRUE(this->ask("w/7", rate, 1112));
  EXPECT_FALSE(this->ask("w/8", rate, 1113));
}

// Those who ask come in bursts, at random, in a hurry and after pauses; from two workers, whose permits end or are
// given back.
TYPED_TEST_P(PermitStoreContract, NoMinuteHasMoreThanTheRateWhereverItBegins) {
  std::mt19937 random(20'261'121);
  for (const int rate : {1, 7, 30}) {
    const std::vector<PermitLimit> limits{{"p" + std::to_string(rate), 0, rate}};
    std::deque<int> granted;  // times, ms, of the last minute
    int now = 0, asked = 0;
    for (; now < 200'000; now += static_cast<int>(random() % 4 == 0 ? random() % 20'000 : random() % 500)) {
      for (auto burst = random() % 8; burst > 0; --burst) {
        const auto holder = "w" + std::to_string(random() % 2) + "/" + std::to_string(rate) + "." +
                            std::to_string(asked++);
        if (!this->ask(holder, limits, now)) continue;
        granted.push_back(now);
        if (random() % 2 == 0) ASSERT_THAT(this->permits().release(holder), IsOk());
        while (granted.front() + 60'000 <= now) granted.pop_front();
        ASSERT_LE(granted.size(), static_cast<std::size_t>(rate)) << "in the minute before " << now << " ms";
      }
    }
    EXPECT_GT(asked, rate);
  }
}

// The whole rate is there for who comes after a pause; nine tenths of it for who never stops.
TYPED_TEST_P(PermitStoreContract, ARateIsNotHeldBackWithoutNeed) {
  const std::vector<PermitLimit> limits{{"p", 0, 30}};
  int first = 0, second = 0;
  for (int now = 0, i = 0; now < 120'000; now += 250, ++i) {
    if (this->ask("w/" + std::to_string(i), limits, now)) ++(now < 60'000 ? first : second);
  }
  EXPECT_EQ(first, 30);
  EXPECT_GE(second, 26);
}

TYPED_TEST_P(PermitStoreContract, ARefusedOneCostsNoRate) {
  EXPECT_TRUE(this->ask("w/1", {{"u", 1, 0}}));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(this->ask("w/2", {{"p", 0, 6}, {"u", 1, 0}}));
  EXPECT_TRUE(this->ask("w/3", {{"p", 0, 6}}));
}

TYPED_TEST_P(PermitStoreContract, RefusesARequestOutOfItsLimits) {
  EXPECT_THAT(this->permits().acquire({"", {{"p", 1, 0}}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->permits().acquire({"w/1", {}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->permits().acquire({"w/1", {{"p", 1, 0}, {"p", 1, 0}}}),
              FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->permits().acquire({"w/1", {{"p", -1, 0}}}), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(PermitStoreContract, HoldsBetweenThreads) {
  std::atomic<int> granted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 32; ++t) {
      threads.emplace_back([&, t] {
        granted += this->ask("w/" + std::to_string(t), {{"p", 7, 0}, {"u", 20, 0}}) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(granted, 7);
}

REGISTER_TYPED_TEST_SUITE_P(PermitStoreContract, GivesAsManyAsThereArePlaces, AReleasedPlaceIsFree,
                            AnExpiredPlaceIsFree, AHeartbeatKeepsThePlacesOfItsWorker,
                            ALateHeartbeatBringsNoLostPlaceBack, TakesAllOrNothing, SpreadsARateOverTheMinute,
                            NoMinuteHasMoreThanTheRateWhereverItBegins, ARateIsNotHeldBackWithoutNeed,
                            ARefusedOneCostsNoRate, RefusesARequestOutOfItsLimits, HoldsBetweenThreads);

}  // namespace imagegen::test
