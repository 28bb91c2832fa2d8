#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/provider/retry_provider.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <deque>
#include <functional>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

/// Fails with its errors in turn, then succeeds.
struct Flaky final : ImageProvider {
  Flaky() { capability_.provider = "flaky"; }
  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest, CallContext) override {
    ++calls;
    if (meanwhile) meanwhile();
    if (errors.empty()) co_return Submission(GeneratedImages{});
    auto error = errors.front();
    errors.pop_front();
    co_return error;
  }
  Task<Result<bool>> wait(RemoteTask, CallContext) override { co_return true; }
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext) override {
    co_return Error{Errc::not_found, task.id};
  }
  Task<Result<void>> cancel(RemoteTask task, Deadline) override { co_return Error{Errc::already_exists, task.id}; }
  Task<Result<void>> check(Deadline) override { co_return Error{Errc::unavailable, "down"}; }

  ProviderCapability capability_;
  int calls = 0;
  std::deque<Error> errors;
  std::function<void()> meanwhile;  ///< Called in each submit().
};

Error throttled(std::optional<milliseconds> retry_after = std::nullopt) {
  Error error(Errc::rate_limited, "slow down");
  error.retry = Retry::later;
  error.retry_after = retry_after;
  error.delivery = Delivery::answered;
  return error;
}

Error refused_connection() {
  Error error(Errc::unavailable, "refused");
  error.retry = Retry::later;
  return error;
}

RetryPolicy seeded(int attempts = 4) {
  RetryPolicy policy;
  policy.max_attempts = attempts;
  policy.jitter_seed = 7;
  return policy;
}

struct RetryProvider : ::testing::Test {
  std::unique_ptr<ImageProvider> wrap(std::deque<Error> errors, RetryPolicy policy = seeded()) {
    auto inner = std::make_unique<Flaky>();
    inner->errors = std::move(errors);
    flaky = inner.get();
    return with_retry(std::move(inner), policy, clock);
  }
  Result<Submission> submit(std::deque<Error> errors, RetryPolicy policy = seeded(),
                            Deadline deadline = Deadline::never()) {
    provider = wrap(std::move(errors), policy);
    return run_task(provider->submit(request_for("a cat"), deadline));
  }
  ManualClock clock{ManualClock::Mode::jumping};
  std::unique_ptr<ImageProvider> provider;
  Flaky* flaky = nullptr;
};

TEST_F(RetryProvider, RepeatsWhatIsSafeUntilItWorks) {
  EXPECT_THAT(submit({throttled(), refused_connection(), throttled(milliseconds(5))}), IsOk());
  EXPECT_EQ(flaky->calls, 4);
}

TEST_F(RetryProvider, NeverRepeatsWhatItWasToldNotTo) {
  auto error = throttled();
  error.retry = Retry::never;
  EXPECT_THAT(submit({error}), FailsWith(Errc::rate_limited));
  EXPECT_EQ(flaky->calls, 1);
}

TEST_F(RetryProvider, NeverRepeatsAfterAnUnknownDeliveryWhateverTheErrorSays) {
  auto error = refused_connection();
  error.delivery = Delivery::unknown;
  const auto result = submit({error});
  EXPECT_THAT(result, FailsWith(Errc::unavailable));
  EXPECT_EQ(flaky->calls, 1);
}

TEST_F(RetryProvider, NeverRepeatsWhatMayBeBilledWhateverTheErrorSays) {
  for (const auto billing : {Billing::maybe, Billing::yes}) {
    auto error = throttled();
    error.billing = billing;
    EXPECT_THAT(submit({error}), FailsWith(Errc::rate_limited));
    EXPECT_EQ(flaky->calls, 1);
  }
  auto unclear = refused_connection();
  unclear.delivery = Delivery::answered;
  EXPECT_THAT(submit({unclear}), FailsWith(Errc::unavailable));
  EXPECT_EQ(flaky->calls, 1);
  unclear.billing = Billing::no;
  EXPECT_THAT(submit({unclear}), IsOk());
}

TEST_F(RetryProvider, TellsWhenNothingIsInFlight) {
  std::vector<std::string> log;
  provider = wrap({throttled(), refused_connection()});
  flaky->meanwhile = [&] { log.emplace_back("sent"); };
  CallContext context;
  context.flight = [&](bool in_flight) -> Task<Result<void>> {
    log.emplace_back(in_flight ? "in flight" : "idle");
    co_return Result<void>{};
  };
  EXPECT_THAT(run_task(provider->submit(request_for("a cat"), context)), IsOk());
  EXPECT_EQ(log, (std::vector<std::string>{"sent", "idle", "in flight", "sent", "idle", "in flight", "sent"}));
}

TEST_F(RetryProvider, SendsNothingThatCouldNotBeWrittenDown) {
  provider = wrap({throttled()});
  CallContext context;
  context.flight = [](bool) -> Task<Result<void>> { co_return Error{Errc::unavailable, "the ledger is away"}; };
  const auto result = run_task(provider->submit(request_for("a cat"), context));
  EXPECT_THAT(result, FailsSaying(Errc::unavailable, ::testing::HasSubstr("ledger")));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_EQ(billing_of(result.error()), Billing::no);
  EXPECT_EQ(flaky->calls, 1);
}

TEST_F(RetryProvider, SaysWhenItHasTriedOftenEnough) {
  const auto result = submit({throttled(), throttled(), throttled(), throttled()}, seeded(3));
  EXPECT_EQ(result.error().retry, Retry::exhausted);
  EXPECT_EQ(flaky->calls, 3);
}

TEST_F(RetryProvider, APolicyOfNoAttemptsIsOneOfOne) {
  EXPECT_THAT(submit({throttled()}, seeded(0)), FailsWith(Errc::rate_limited));
  EXPECT_EQ(flaky->calls, 1);
}

TEST_F(RetryProvider, BacksOffBelowADoublingBound) {
  submit(std::deque<Error>(6, throttled()), seeded(7));
  ASSERT_THAT(clock.sleeps(), SizeIs(6));
  auto bound = milliseconds(500);
  for (const auto slept : clock.sleeps()) {
    EXPECT_THAT(slept, AllOf(Ge(milliseconds(0)), Le(std::min(bound, milliseconds(20'000)))));
    bound *= 2;
  }
}

TEST_F(RetryProvider, JitterFillsTheWholeRange) {
  auto policy = seeded(401);
  policy.base_delay = policy.max_delay = milliseconds(1000);
  submit(std::deque<Error>(400, throttled()), policy);
  const auto slept = clock.sleeps();
  EXPECT_THAT(slept, Each(Le(milliseconds(1000))));
  EXPECT_LT(*std::min_element(slept.begin(), slept.end()), milliseconds(50));
  EXPECT_GT(*std::max_element(slept.begin(), slept.end()), milliseconds(950));
}

TEST_F(RetryProvider, TheSameSeedWaitsTheSame) {
  submit({throttled(), throttled()});
  submit({throttled(), throttled()});
  const auto slept = clock.sleeps();
  ASSERT_THAT(slept, SizeIs(4));
  EXPECT_EQ(slept[0], slept[2]);
  EXPECT_EQ(slept[1], slept[3]);
}

TEST_F(RetryProvider, WithoutASeedTwoProvidersWaitDifferently) {
  auto policy = seeded(9);
  policy.jitter_seed = 0;
  policy.base_delay = policy.max_delay = seconds(20);
  submit(std::deque<Error>(8, throttled()), policy);
  submit(std::deque<Error>(8, throttled()), policy);
  const auto slept = clock.sleeps();
  ASSERT_THAT(slept, SizeIs(16));
  EXPECT_FALSE(std::equal(slept.begin(), slept.begin() + 8, slept.begin() + 8))
      << "sixteen numbers of 20000 came twice in the same order";
}

TEST_F(RetryProvider, WaitsAtLeastAsLongAsTheServerAsks) {
  submit({throttled(seconds(30)), throttled(milliseconds(0))});
  const auto slept = clock.sleeps();
  ASSERT_THAT(slept, SizeIs(2));
  EXPECT_THAT(slept[0], AllOf(Ge(seconds(30)), Le(milliseconds(30'500))));
  EXPECT_THAT(slept[1], Le(milliseconds(1000)));
}

TEST_F(RetryProvider, DoesNotWaitForAServerThatAsksForAnHour) {
  const auto result = submit({throttled(seconds(3600))});
  EXPECT_EQ(flaky->calls, 1);
  EXPECT_TRUE(clock.sleeps().empty());
  EXPECT_EQ(result.error().retry, Retry::later) << "a queue may still come back after an hour";
  EXPECT_EQ(result.error().retry_after, milliseconds(3'600'000));
}

TEST_F(RetryProvider, NoProviderParksAJobForYears) {
  for (const auto asked : {milliseconds(std::chrono::hours(24 * 365 * 10)), milliseconds::max()}) {
    const auto result = submit({throttled(asked)});
    EXPECT_EQ(result.error().retry_after, kLongestRetryAfter);
    EXPECT_THAT(result.error().message, ::testing::HasSubstr("more than 1 h"));
  }
  EXPECT_THAT(submit({throttled(milliseconds::min())}), IsOk());
}

TEST_F(RetryProvider, DoesNotBeginAWaitThatWouldPassTheDeadline) {
  const auto result = submit({throttled(seconds(30))}, seeded(), deadline_after(clock, seconds(29)));
  EXPECT_THAT(result, FailsWith(Errc::rate_limited));
  EXPECT_EQ(billing_of(result.error()), Billing::no);
  EXPECT_TRUE(clock.sleeps().empty());
}

/// Runs a call over a provider that is throttled for a minute, and cancels it: in the middle of the first attempt, or
/// in the wait after it.
Result<Submission> cancelled_call(bool in_attempt, int& calls) {
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal cancel;
  const auto stop = [&] { cancel.emit(boost::asio::cancellation_type::terminal); };
  auto inner = std::make_unique<Flaky>();
  inner->errors = {throttled(seconds(60))};
  if (in_attempt) inner->meanwhile = stop;
  auto* const flaky = inner.get();
  const auto provider = with_retry(std::move(inner), seeded(), system_clock());
  std::optional<Result<Submission>> result;
  auto call = [&]() -> Task<void> {
    result.emplace(co_await provider->submit(request_for("a cat"), Deadline::never()));
  };
  boost::asio::co_spawn(io, call, boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  io.poll();
  stop();
  run_until(io, [&] { return result.has_value(); });
  calls = flaky->calls;
  return *result;
}

TEST(RetryProviderCancelled, EndsTheWaitAndTheCall) {
  for (const bool in_attempt : {false, true}) {
    int calls = 0;
    const auto begun = system_clock().now();
    const auto result = cancelled_call(in_attempt, calls);
    EXPECT_THAT(result, FailsWith(Errc::cancelled));
    EXPECT_EQ(result.error().delivery, Delivery::not_sent) << "a 429 was the answer, and nothing followed it";
    EXPECT_EQ(billing_of(result.error()), Billing::no);
    EXPECT_EQ(calls, 1);
    EXPECT_LT(system_clock().now() - begun, seconds(30)) << "the server asked for a minute";
  }
}

TEST_F(RetryProvider, PassesTheOtherCallsOn) {
  auto wrapped = wrap({});
  EXPECT_EQ(wrapped->capability().provider, "flaky");
  EXPECT_TRUE(run_task(wrapped->wait({"flaky", "id", ""}, Deadline::never())).value());
  EXPECT_THAT(run_task(wrapped->resume({"flaky", "id", ""}, Deadline::never())), FailsWith(Errc::not_found));
  EXPECT_THAT(run_task(wrapped->cancel({"flaky", "id", ""}, Deadline::never())), FailsWith(Errc::already_exists));
  EXPECT_THAT(run_task(wrapped->check(Deadline::never())), FailsWith(Errc::unavailable));
}

}  // namespace
}  // namespace imagegen::test
