#include <imagegen/job/permit_gate.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;

// Fails to give permits back for a while.
class StickyPermitStore : public PermitStore {
 public:
  explicit StickyPermitStore(const Clock& clock) : inner_(make_memory_permit_store(clock)) {}

  int failures = 0;

  Result<PermitAnswer> acquire(const PermitRequest& request) override { return inner_->acquire(request); }
  Result<void> renew(const std::string& worker, milliseconds lease) override { return inner_->renew(worker, lease); }
  Result<void> release(const std::string& holder) override {
    if (failures-- > 0) return Error{Errc::unavailable, "the database is away"};
    return inner_->release(holder);
  }

 private:
  std::unique_ptr<PermitStore> inner_;
};

class PermitGateTest : public testing::Test {
 protected:
  PermitGate gate(PermitRates per_provider, PermitRates per_user) {
    PermitLimits limits;
    limits.each_provider = per_provider, limits.user = per_user;
    return {*store_, pool_, clock_, "w", limits};
  }
  Result<std::string> enter(PermitGate& gate, const std::string& user, milliseconds time = milliseconds(0)) {
    return enter(gate, PermitFor{"openai", "gpt-image-2", user}, time);
  }
  Result<std::string> enter(PermitGate& gate, PermitFor wanted, milliseconds time = milliseconds(0)) {
    return io_.run(gate.enter(std::move(wanted), deadline_after(clock_, time)));
  }
  void leave(PermitGate& gate, const std::string& permit) {
    auto leaving = [](PermitGate& left, std::string held) -> Task<bool> {
      co_await left.leave(std::move(held));
      co_return true;
    };
    io_.run(leaving(gate, permit));
  }

  IoRunner io_;
  ThreadPool pool_{1};
  ManualClock clock_{ManualClock::Mode::jumping};
  std::unique_ptr<PermitStore> store_ = make_memory_permit_store(clock_);
};

TEST_F(PermitGateTest, AsksNobodyWhereThereIsNoLimit) {
  auto open = gate({}, {1, 0});
  EXPECT_EQ(enter(open, "").value(), "");
  EXPECT_EQ(enter(open, "").value(), "");
}

TEST_F(PermitGateTest, APermitIsForOneAtATime) {
  auto narrow = gate({1, 0}, {});
  const auto first = enter(narrow, "u");
  ASSERT_THAT(first, IsOk());
  const auto second = enter(narrow, "v", milliseconds(250));
  EXPECT_THAT(second, FailsSaying(Errc::rate_limited, testing::HasSubstr("openai")));
  EXPECT_EQ(second.error().retry, Retry::later);
  leave(narrow, *first);
  EXPECT_THAT(enter(narrow, "v"), IsOk());
}

TEST_F(PermitGateTest, WaitsForThePlaceOfOneThatIsGone) {
  auto narrow = gate({1, 0}, {});
  ASSERT_THAT(enter(narrow, "u"), IsOk());
  EXPECT_THAT(enter(narrow, "u", std::chrono::seconds(20)), IsOk()) << "the first one's lease ends after 15 s";
}

TEST_F(PermitGateTest, APermitThatCouldNotBeGivenBackIsGivenBackLater) {
  StickyPermitStore sticky(clock_);
  PermitLimits limits;
  limits.each_provider = {1, 0};
  PermitGate narrow(sticky, pool_, clock_, "w", limits);
  const auto first = enter(narrow, "u");
  ASSERT_THAT(first, IsOk());
  sticky.failures = 1;
  leave(narrow, *first);
  EXPECT_THAT(enter(narrow, "u"), IsOk()) << "the heartbeat would keep it for ever";
}

TEST_F(PermitGateTest, EachUserHasLimitsOfTheirOwn) {
  auto per_user = gate({}, {1, 0});
  EXPECT_THAT(enter(per_user, "u"), IsOk());
  EXPECT_THAT(enter(per_user, "u"), FailsWith(Errc::rate_limited));
  EXPECT_THAT(enter(per_user, "v"), IsOk());
}

TEST_F(PermitGateTest, ProvidersAndModelsHaveLimitsOfTheirOwn) {
  PermitLimits limits;
  limits.each_provider = {1, 0};
  limits.providers["wide"] = {2, 0};
  limits.models["wide/slow"] = {1, 0};
  PermitGate several(*store_, pool_, clock_, "w", limits);
  EXPECT_THAT(enter(several, PermitFor{"openai"}), IsOk());
  EXPECT_THAT(enter(several, PermitFor{"openai"}), FailsWith(Errc::rate_limited));
  EXPECT_THAT(enter(several, PermitFor{"other"}), IsOk()) << "one that is not named has as much";
  EXPECT_THAT(enter(several, PermitFor{"wide", "slow"}), IsOk());
  EXPECT_THAT(enter(several, PermitFor{"wide", "slow"}), FailsWith(Errc::rate_limited));
  EXPECT_THAT(enter(several, PermitFor{"wide", "quick"}), IsOk());
  EXPECT_THAT(enter(several, PermitFor{"wide", "quick"}), FailsWith(Errc::rate_limited)) << "of the provider";
}

TEST_F(PermitGateTest, ARateSpreadsPurchasesOut) {
  auto rated = gate({0, 60}, {});
  for (int i = 0; i < 7; ++i) EXPECT_THAT(enter(rated, "u"), IsOk()) << i;
  const auto before = clock_.now();
  EXPECT_THAT(enter(rated, "u", std::chrono::seconds(5)), IsOk());
  EXPECT_EQ(clock_.now() - before, milliseconds(1112));
}

TEST_F(PermitGateTest, PermitsBelongToTheirWorker) {
  auto narrow = gate({1, 0}, {});
  EXPECT_TRUE(enter(narrow, "u")->starts_with("w/"));
}

}  // namespace
}  // namespace imagegen::test
