#include <imagegen/storage/store_probe.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "support/matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kKey(kStoreProbeKey);

class StoreProbeTest : public testing::Test {
 protected:
  Result<void> prove() { return io_.run(probe_.prove()); }
  std::size_t objects() { return io_.run(memory_->list("", 100, "")).value().size(); }
  int asked() const { return static_cast<int>(store_.puts.size()) + store_.failed_puts; }

  IoRunner io_;
  ManualClock clock_;
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  FaultyStore store_{*memory_};
  StoreProbe probe_{store_, clock_};
};

TEST_F(StoreProbeTest, WritesOneSmallObjectAndTakesItAway) {
  EXPECT_THAT(prove(), IsOk());
  EXPECT_THAT(store_.puts, ElementsAre(kKey));
  EXPECT_EQ(objects(), 0U);
}

TEST_F(StoreProbeTest, AProofStandsForAMinute) {
  ASSERT_THAT(prove(), IsOk());
  clock_.advance(seconds(59));
  ASSERT_THAT(prove(), IsOk());
  EXPECT_EQ(asked(), 1);
  clock_.advance(seconds(1));
  ASSERT_THAT(prove(), IsOk());
  EXPECT_EQ(asked(), 2);
}

TEST_F(StoreProbeTest, AFailureIsAskedForAgainAfterAFewSeconds) {
  store_.fail_puts({StoreFault::no_permission});
  EXPECT_THAT(prove(), FailsWith(Errc::permission_denied));
  store_.heal();
  clock_.advance(milliseconds(2'999));
  EXPECT_THAT(prove(), FailsWith(Errc::permission_denied));
  EXPECT_EQ(asked(), 1);
  clock_.advance(milliseconds(1));
  EXPECT_THAT(prove(), IsOk());
}

TEST_F(StoreProbeTest, AServerThatAsksForTimeIsLeftAloneForThatTime) {
  store_.fail_puts({StoreFault::slow_down, "", 1});
  EXPECT_EQ(prove().error().retry_after, seconds(5));
  clock_.advance(milliseconds(4'999));
  EXPECT_THAT(prove(), FailsWith(Errc::rate_limited));
  clock_.advance(milliseconds(1));
  EXPECT_THAT(prove(), IsOk());
  EXPECT_EQ(asked(), 2);
}

TEST_F(StoreProbeTest, EveryWayToFailIsFoundAndSaysThatNothingWasBought) {
  for (std::size_t i = 0; i < kStoreFaults; ++i) {
    const auto fault = static_cast<StoreFault>(i);
    StoreProbe probe(store_, clock_);
    store_.fail_puts({fault});
    const auto proved = io_.run(probe.prove());
    store_.heal();
    const auto own = error_of(fault, kKey);
    ASSERT_TRUE(proved.has_error()) << to_string(fault);
    EXPECT_EQ(proved.error().code, own.code) << to_string(fault);
    EXPECT_THAT(proved.error().message, AllOf(HasSubstr("nothing was bought"), HasSubstr(own.message)));
    EXPECT_EQ(proved.error().delivery, Delivery::not_sent);
    EXPECT_EQ(proved.error().retry, store_may_recover(own) ? Retry::later : Retry::never) << to_string(fault);
  }
}

TEST_F(StoreProbeTest, AConditionThatTheServerDoesNotKnowIsFound) {
  store_.fail_puts({StoreFault::no_condition});
  EXPECT_THAT(prove(), FailsWith(Errc::unsupported));
  EXPECT_TRUE(store_.puts.empty()) << "a put without the condition would succeed, and masters have it";
}

TEST_F(StoreProbeTest, WhereDeletingIsNotAllowedItStillWrites) {
  store_.fault = [](std::string_view call, std::string_view) -> std::optional<Error> {
    if (call == "remove") return Error(Errc::permission_denied, "no");
    return std::nullopt;
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(prove(), IsOk());
    clock_.advance(seconds(60));
  }
  EXPECT_EQ(objects(), 1U);
  // The condition is refused without a word about whether there is room: only another write tells.
  int puts = 0;
  store_.before_put = [&](const ObjectKey&) -> Task<void> {
    if (++puts == 2) store_.fail_puts({StoreFault::disk_full});
    co_return;
  };
  EXPECT_THAT(prove(), FailsWith(Errc::storage_failed));
}

TEST_F(StoreProbeTest, CallersAtOneMomentShareOneAttempt) {
  store_.before_put = [this](const ObjectKey&) -> Task<void> {
    co_await clock_.sleep_until(clock_.now() + seconds(1));
  };
  constexpr std::size_t kCallers = 40;
  std::vector<Result<void>> proved;
  boost::asio::io_context io(1);
  auto ask = [](StoreProbe& probe, std::vector<Result<void>>& out) -> Task<void> {
    out.push_back(co_await probe.prove());
  };
  for (std::size_t i = 0; i < kCallers; ++i) boost::asio::co_spawn(io, ask(probe_, proved), [](auto) {});
  io.poll();
  EXPECT_TRUE(proved.empty());
  clock_.advance(seconds(1));
  run_until(io, [&] { return proved.size() == kCallers; });
  EXPECT_THAT(proved, Each(IsOk()));
  EXPECT_THAT(store_.puts, ElementsAre(kKey));
}

TEST_F(StoreProbeTest, WhoWaitsGoesOnWhenTheFirstIsCancelled) {
  // The first attempt hangs until it is cancelled; the second caller then makes one of its own.
  int puts = 0;
  store_.before_put = [&](const ObjectKey&) -> Task<void> {
    if (++puts > 1) co_return;
    co_await clock_.sleep_until(clock_.now() + seconds(100));
    store_.fail_puts({StoreFault::away, "", 1});
  };
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal stop;
  std::optional<Result<void>> first, second;
  auto ask = [](StoreProbe& probe, std::optional<Result<void>>& out) -> Task<void> { out = co_await probe.prove(); };
  boost::asio::co_spawn(io, ask(probe_, first), boost::asio::bind_cancellation_slot(stop.slot(), [](auto) {}));
  boost::asio::co_spawn(io, ask(probe_, second), [](auto) {});
  io.poll();
  EXPECT_FALSE(first || second);
  stop.emit(boost::asio::cancellation_type::terminal);
  run_until(io, [&] { return first && second; });
  EXPECT_THAT(*first, FailsWith(Errc::cancelled));
  EXPECT_THAT(*second, IsOk());
}

TEST_F(StoreProbeTest, AWriteThatFailedForgetsTheProof) {
  ASSERT_THAT(prove(), IsOk());
  store_.fail_puts({StoreFault::disk_full});
  probe_.failed();
  EXPECT_THAT(prove(), FailsWith(Errc::storage_failed));
}

TEST_F(StoreProbeTest, ARoomForSmallObjectsOnlyIsNoProofAfterALargeOneFailed) {
  ASSERT_THAT(prove(), IsOk());
  store_.fail_puts({StoreFault::disk_full, "", 1000, 100'000});
  probe_.failed(2'000'000);
  EXPECT_THAT(prove(), FailsWith(Errc::storage_failed));
  store_.heal();
  clock_.advance(seconds(3));
  EXPECT_THAT(prove(), IsOk());
  EXPECT_EQ(objects(), 0U);
}

TEST_F(StoreProbeTest, AProofThatBeganBeforeAWriteFailedCountsForNothing) {
  int puts = 0;
  store_.before_put = [&](const ObjectKey&) -> Task<void> {
    if (++puts == 1) probe_.failed();
    co_return;
  };
  EXPECT_THAT(prove(), IsOk());
  EXPECT_EQ(puts, 2);
}

TEST(StoreMayRecover, WhereAServerANetworkOrAnOperatorCanMendIt) {
  using enum StoreFault;
  for (const auto fault : {disk_full, no_permission, expired_token, rate_limited, slow_down, away, lost_answer})
    EXPECT_TRUE(store_may_recover(error_of(fault, "k"))) << to_string(fault);
  for (const auto fault : {too_large, no_condition})
    EXPECT_FALSE(store_may_recover(error_of(fault, "k"))) << to_string(fault);
  for (const auto code : {Errc::already_exists, Errc::invalid_argument, Errc::cancelled, Errc::conflict})
    EXPECT_FALSE(store_may_recover(Error(code, "x"))) << to_string(code);
}

}  // namespace
}  // namespace imagegen::test
