#pragma once
#include <imagegen/job/permit_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/matchers.hpp"

/// \file What every PermitStore must do. A harness gives an empty store:
///     PermitStore& permits();       // not called when no_store() says something
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
    return permits().acquire({holder, std::move(limits), std::chrono::milliseconds(1000)}, at(ms)).value().granted;
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
  ASSERT_THAT(this->permits().renew("w", this->at(5000)), IsOk());
  EXPECT_TRUE(this->ask("w3/1", two, 2000));
  EXPECT_FALSE(this->ask("w3/2", two, 2000));
}

TYPED_TEST_P(PermitStoreContract, ALateHeartbeatBringsNoLostPlaceBack) {
  const std::vector<PermitLimit> one{{"p", 1, 0}};
  EXPECT_TRUE(this->ask("w/1", one, 0));
  EXPECT_TRUE(this->ask("w2/1", one, 2000));
  ASSERT_THAT(this->permits().renew("w", this->at(9000)), IsOk());
  ASSERT_THAT(this->permits().release("w2/1"), IsOk());
  EXPECT_TRUE(this->ask("w3/1", one, 2500));
}

TYPED_TEST_P(PermitStoreContract, TakesAllOrNothing) {
  EXPECT_TRUE(this->ask("w/1", {{"u", 1, 0}}));
  EXPECT_FALSE(this->ask("w/2", {{"p", 1, 0}, {"u", 1, 0}}));
  EXPECT_TRUE(this->ask("w/3", {{"p", 1, 0}}));
}

TYPED_TEST_P(PermitStoreContract, SpreadsARateOverTheMinute) {
  const std::vector<PermitLimit> rate{{"p", 0, 60}};  // one a second, ten at once
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(this->ask("w/" + std::to_string(i), rate)) << i;
  const auto answer = this->permits().acquire({"w/10", rate}, this->at(0)).value();
  EXPECT_FALSE(answer.granted);
  EXPECT_EQ(answer.wait, std::chrono::milliseconds(1000));
  EXPECT_FALSE(this->ask("w/10", rate, 999));
  EXPECT_TRUE(this->ask("w/10", rate, 1000));
  EXPECT_FALSE(this->ask("w/11", rate, 1001));
}

TYPED_TEST_P(PermitStoreContract, ARefusedOneCostsNoRate) {
  EXPECT_TRUE(this->ask("w/1", {{"u", 1, 0}}));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(this->ask("w/2", {{"p", 0, 6}, {"u", 1, 0}}));
  EXPECT_TRUE(this->ask("w/3", {{"p", 0, 6}}));
}

TYPED_TEST_P(PermitStoreContract, RefusesARequestOutOfItsLimits) {
  EXPECT_THAT(this->permits().acquire({"", {{"p", 1, 0}}}, this->at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->permits().acquire({"w/1", {}}, this->at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->permits().acquire({"w/1", {{"p", 1, 0}, {"p", 1, 0}}}, this->at(0)),
              FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->permits().acquire({"w/1", {{"p", -1, 0}}}, this->at(0)), FailsWith(Errc::invalid_argument));
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
                            ARefusedOneCostsNoRate, RefusesARequestOutOfItsLimits, HoldsBetweenThreads);

}  // namespace imagegen::test
