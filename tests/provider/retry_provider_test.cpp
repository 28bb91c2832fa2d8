#include <imagegen/provider/retry_provider.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <deque>

#include "jumping_clock.hpp"
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
  ProviderCapability capability() const override {
    ProviderCapability capability;
    capability.provider = "flaky";
    return capability;
  }
  Task<Result<Submission>> submit(ImageRequest, Deadline) override {
    ++calls;
    if (errors.empty()) co_return Submission(GeneratedImages{});
    auto error = errors.front();
    errors.pop_front();
    co_return error;
  }
  Task<Result<GeneratedImages>> resume(RemoteTask task, Deadline) override {
    co_return Error{Errc::not_found, task.id};
  }
  Task<Result<void>> cancel(RemoteTask task, Deadline) override { co_return Error{Errc::already_exists, task.id}; }
  Task<Result<void>> check(Deadline) override { co_return Error{Errc::unavailable, "down"}; }

  int calls = 0;
  std::deque<Error> errors;
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
  JumpingClock clock;
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
  ASSERT_THAT(clock.slept, SizeIs(6));
  auto bound = milliseconds(500);
  for (const auto slept : clock.slept) {
    EXPECT_THAT(slept, AllOf(Ge(milliseconds(0)), Le(std::min(bound, milliseconds(20'000)))));
    bound *= 2;
  }
}

TEST_F(RetryProvider, JitterFillsTheWholeRange) {
  auto policy = seeded(401);
  policy.base_delay = policy.max_delay = milliseconds(1000);
  submit(std::deque<Error>(400, throttled()), policy);
  EXPECT_THAT(clock.slept, Each(Le(milliseconds(1000))));
  EXPECT_LT(*std::min_element(clock.slept.begin(), clock.slept.end()), milliseconds(50));
  EXPECT_GT(*std::max_element(clock.slept.begin(), clock.slept.end()), milliseconds(950));
}

TEST_F(RetryProvider, TheSameSeedWaitsTheSame) {
  submit({throttled(), throttled()});
  submit({throttled(), throttled()});
  ASSERT_THAT(clock.slept, SizeIs(4));
  EXPECT_EQ(clock.slept[0], clock.slept[2]);
  EXPECT_EQ(clock.slept[1], clock.slept[3]);
}

TEST_F(RetryProvider, WithoutASeedTwoProvidersWaitDifferently) {
  auto policy = seeded(9);
  policy.jitter_seed = 0;
  policy.base_delay = policy.max_delay = seconds(20);
  submit(std::deque<Error>(8, throttled()), policy);
  submit(std::deque<Error>(8, throttled()), policy);
  const auto half = clock.slept.begin() + 8;
  EXPECT_FALSE(std::equal(clock.slept.begin(), half, half)) << "sixteen numbers of 20000 came twice in the same order";
}

TEST_F(RetryProvider, WaitsAtLeastAsLongAsTheServerAsks) {
  submit({throttled(seconds(30)), throttled(milliseconds(0))});
  ASSERT_THAT(clock.slept, SizeIs(2));
  EXPECT_THAT(clock.slept[0], AllOf(Ge(seconds(30)), Le(milliseconds(30'500))));
  EXPECT_THAT(clock.slept[1], Le(milliseconds(1000)));
}

TEST_F(RetryProvider, DoesNotWaitForAServerThatAsksForAnHour) {
  const auto result = submit({throttled(seconds(3600))});
  EXPECT_EQ(flaky->calls, 1);
  EXPECT_TRUE(clock.slept.empty());
  EXPECT_EQ(result.error().retry, Retry::later) << "a queue may still come back after an hour";
  EXPECT_EQ(result.error().retry_after, milliseconds(3'600'000));
}

TEST_F(RetryProvider, DoesNotBeginAWaitThatWouldPassTheDeadline) {
  const auto result = submit({throttled(seconds(30))}, seeded(), clock.in(seconds(29)));
  EXPECT_THAT(result, FailsWith(Errc::rate_limited));
  EXPECT_TRUE(clock.slept.empty());
}

TEST_F(RetryProvider, ACancelledWaitIsACancelledCall) {
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal cancel;
  std::optional<Result<Submission>> result;
  auto inner = std::make_unique<Flaky>();
  inner->errors = {throttled(seconds(60))};
  auto* const calls = inner.get();
  auto sleeper = with_retry(std::move(inner), seeded(), system_clock());
  auto call = [&]() -> Task<void> {
    result.emplace(co_await sleeper->submit(request_for("a cat"), Deadline::never()));
  };
  boost::asio::co_spawn(io, call, boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  io.poll();
  cancel.emit(boost::asio::cancellation_type::terminal);
  run_until(io, [&] { return result.has_value(); });
  EXPECT_THAT(*result, FailsWith(Errc::cancelled));
  EXPECT_EQ(result->error().delivery, Delivery::answered);
  EXPECT_EQ(calls->calls, 1);
}

TEST_F(RetryProvider, PassesTheOtherCallsOn) {
  auto wrapped = wrap({});
  EXPECT_EQ(wrapped->capability().provider, "flaky");
  EXPECT_THAT(run_task(wrapped->resume({"flaky", "id", ""}, Deadline::never())), FailsWith(Errc::not_found));
  EXPECT_THAT(run_task(wrapped->cancel({"flaky", "id", ""}, Deadline::never())), FailsWith(Errc::already_exists));
  EXPECT_THAT(run_task(wrapped->check(Deadline::never())), FailsWith(Errc::unavailable));
}

}  // namespace
}  // namespace imagegen::test
