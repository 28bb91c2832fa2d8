#include <imagegen/maker/provider/exchange.hpp>
#include <imagegen/testing/fake_http.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <deque>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Send get(std::string target) {
  Send send;
  send.request.url.host = "api.test";
  send.request.url.target = std::move(target);
  return send;
}

Done one_image() {
  GeneratedImages images;
  images.images.push_back({to_bytes("image"), ""});
  return {std::move(images)};
}

/// Plays its steps in turn, whatever happens, and keeps a line about each event.
struct Scripted final : Exchange {
  explicit Scripted(std::deque<Step> all) : steps(std::move(all)) {}

  Step next() {
    Step step = std::move(steps.front());
    if (steps.size() > 1) steps.pop_front();
    return step;
  }
  Step start() override { return next(); }
  Step on_response(const HttpResponse& response) override {
    log.push_back("answer " + std::to_string(response.status));
    return next();
  }
  Step on_wake() override {
    log.push_back("awake");
    return next();
  }
  Step on_error(Error error) override {
    errors.push_back(error);
    return recover ? next() : Step(Done{std::move(error)});
  }

  std::deque<Step> steps;
  std::vector<std::string> log;
  std::vector<Error> errors;
  bool recover = false;
};

struct RunExchange : ::testing::Test {
  Result<GeneratedImages> run_it(Scripted& exchange, Deadline deadline = Deadline::never()) {
    return run_task(run_to_images(http, clock, exchange, deadline));
  }
  FakeHttp http;
  ManualClock clock{ManualClock::Mode::jumping};
};

TEST_F(RunExchange, TakesEachStepUntilDone) {
  Scripted exchange({get("/a"), Wait{milliseconds(700)}, get("/b"), one_image()});
  http.will_answer(fake_response(202));
  http.will_answer(fake_response(200));
  EXPECT_THAT(run_it(exchange), IsOk());
  EXPECT_THAT(exchange.log, ElementsAre("answer 202", "awake", "answer 200"));
  EXPECT_THAT(clock.sleeps(), ElementsAre(milliseconds(700)));
}

TEST_F(RunExchange, GivesEveryRequestTheWholeDeadline) {
  Scripted exchange({get("/a"), one_image()});
  Deadline given;
  http.on_request_task([&](HttpRequest, Deadline of_request) -> Task<Result<HttpResponse>> {
    given = of_request;
    co_return fake_response(200);
  });
  const auto deadline = deadline_after(clock, seconds(600));
  ASSERT_THAT(run_it(exchange, deadline), IsOk());
  EXPECT_EQ(given.at, deadline.at);
}

TEST_F(RunExchange, AnAnswerThatTakesMinutesIsStillAnAnswer) {
  Scripted exchange({get("/a"), one_image()});
  http.on_request([&](const HttpRequest&) -> Result<HttpResponse> {
    clock.advance(seconds(150));
    return fake_response(200);
  });
  EXPECT_THAT(run_it(exchange, deadline_after(clock, seconds(151))), IsOk());
}

TEST_F(RunExchange, SendsNothingAfterTheDeadline) {
  Scripted exchange({get("/a"), one_image()});
  const auto result = run_it(exchange, deadline_after(clock, milliseconds(0)));
  EXPECT_THAT(result, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_TRUE(http.requests().empty());
}

TEST_F(RunExchange, DoesNotBeginAWaitThatEndsTooLate) {
  Scripted exchange({get("/a"), Wait{seconds(10)}, one_image()});
  http.will_answer(fake_response(202));
  const auto result = run_it(exchange, deadline_after(clock, seconds(5)));
  EXPECT_THAT(result, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(result.error().delivery, Delivery::answered);
  EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(RunExchange, AnErrorOfTheExchangeSaysHowFarItCame) {
  Scripted before({Done{Error{Errc::invalid_argument, "no"}}}),
      after({get("/a"), Done{Error{Errc::rate_limited, "no"}}});
  http.will_answer(fake_response(429));
  EXPECT_EQ(run_it(before).error().delivery, Delivery::not_sent);
  EXPECT_EQ(run_it(after).error().delivery, Delivery::answered);
}

TEST_F(RunExchange, OnlyANetworkThatTookNothingIsWorthRepeating) {
  struct Case {
    Errc code;
    Delivery delivery;
    Retry retry;
  };
  const Case cases[] = {{Errc::unavailable, Delivery::not_sent, Retry::later},
                        {Errc::unavailable, Delivery::unknown, Retry::never},
                        {Errc::unavailable, Delivery::answered, Retry::never},
                        {Errc::deadline_exceeded, Delivery::not_sent, Retry::never},
                        {Errc::deadline_exceeded, Delivery::unknown, Retry::never},
                        {Errc::bad_answer, Delivery::answered, Retry::never},
                        {Errc::permission_denied, Delivery::not_sent, Retry::never}};
  for (const auto& [code, delivery, retry] : cases) {
    Scripted exchange({get("/a"), one_image()});
    auto error = error_of(code, delivery);
    error.retry = Retry::later;  // whatever the client thinks of it
    http.will_answer(error);
    const auto got = run_it(exchange).error();
    EXPECT_EQ(got.code, code);
    EXPECT_EQ(got.delivery, delivery);
    EXPECT_EQ(got.retry, retry) << got;
  }
}

TEST_F(RunExchange, WhatWasAnsweredOnceStaysAnswered) {
  Scripted exchange({get("/a"), get("/b"), one_image()});
  http.will_answer(fake_response(202));
  http.will_answer(error_of(Errc::unavailable, Delivery::not_sent));
  const auto error = run_it(exchange).error();
  EXPECT_EQ(error.delivery, Delivery::answered);
  EXPECT_EQ(error.retry, Retry::never) << "a second submit would buy again";
}

TEST_F(RunExchange, AfterA2xxEveryFailureMayBeBilledUnlessTheExchangeKnowsBetter) {
  Error free(Errc::content_refused, "free by contract");
  free.billing = Billing::no;
  Scripted gone({get("/a"), Done{Error{Errc::not_found, "the picture is gone"}}}), known({get("/a"), Done{free}});
  http.will_answer(fake_response(200));
  EXPECT_EQ(run_it(gone).error().billing, Billing::maybe);
  http.will_answer(fake_response(200));
  EXPECT_EQ(run_it(known).error().billing, Billing::no);
}

TEST_F(RunExchange, WhatOnlyWasRefusedIsNotOwedWhenTheCallEnds) {
  const auto billing_after = [&](int status) {
    Scripted exchange({get("/a"), Wait{seconds(10)}, one_image()});
    http.will_answer(fake_response(status));
    const auto error = run_it(exchange, deadline_after(clock, seconds(5))).error();
    EXPECT_EQ(error.code, Errc::deadline_exceeded);
    return billing_of(error);
  };
  EXPECT_EQ(billing_after(429), Billing::no);
  EXPECT_EQ(billing_after(308), Billing::no);
  EXPECT_EQ(billing_after(202), Billing::maybe);
  EXPECT_EQ(billing_after(500), Billing::maybe);
  EXPECT_EQ(billing_after(408), Billing::maybe);
}

TEST_F(RunExchange, AnAnswerThatBrokeOffMayBeBilled) {
  Scripted exchange({get("/a"), one_image()});
  http.will_answer(error_of(Errc::permission_denied, Delivery::answered));
  EXPECT_EQ(run_it(exchange).error().billing, Billing::maybe);
}

/// Gets one URL after its answer.
struct Fetching final : Exchange {
  explicit Fetching(std::string where) : url(std::move(where)) {}
  Step start() override { return get("/v1/images/generations?v=2"); }
  Step on_response(const HttpResponse&) override { return Fetch{url, 1000}; }
  Step on_fetched(Result<Bytes> file) override {
    if (!file) return Done{file.error()};
    return one_image();
  }
  std::string url;
};

TEST_F(RunExchange, AUrlIsMeantOnThePageThatWasAsked) {
  const std::pair<const char*, const char*> cases[] = {
      {"https://cdn.test/a.png?sig=%2b", "https://cdn.test/a.png?sig=%2b"},
      {"/files/a.png", "https://api.test/files/a.png"},
      {"//cdn.test/a.png", "https://cdn.test/a.png"},
      {"a.png", "https://api.test/v1/images/a.png"},
      {"../../my file [1].png", "https://api.test/my%20file%20%5B1%5D.png"},
      {"https://cdn.test/\xC3\xA4.png", "https://cdn.test/%C3%A4.png"}};
  for (const auto& [url, meant] : cases) {
    Fetching exchange(url);
    http.will_answer(fake_response(200));
    http.will_answer(fake_response(200, "picture"));
    EXPECT_THAT(run_task(run_exchange(http, clock, exchange, Deadline::never())), IsOk()) << url;
    EXPECT_EQ(http.requests().back().url.str(), meant);
  }
}

TEST_F(RunExchange, WhatCouldNotBeFetchedIsOwedAndKeptForTheOperator) {
  const auto failure = [&](std::string url, Result<HttpResponse> answer, Deadline deadline = Deadline::never()) {
    Fetching exchange(std::move(url));
    http.will_answer(fake_response(200));
    http.will_answer(std::move(answer));
    return run_task(run_exchange(http, clock, exchange, deadline)).error();
  };
  const auto gone = failure("/a b.png?sig=x", fake_response(404));
  EXPECT_EQ(gone.where_to_look, "https://api.test/a%20b.png?sig=x");
  EXPECT_EQ(gone.billing, Billing::maybe);
  EXPECT_EQ(gone.delivery, Delivery::answered);
  EXPECT_THAT(gone.message, ::testing::Not(HasSubstr("sig=x")));
  const auto large = failure("/big.png", fake_response(200, std::string(1001, 'x')));
  EXPECT_EQ(large.code, Errc::limit_exceeded);
  EXPECT_EQ(large.billing, Billing::maybe);
  EXPECT_EQ(large.where_to_look, "https://api.test/big.png");
  const auto late = failure("/late.png", error_of(Errc::deadline_exceeded, Delivery::unknown));
  EXPECT_EQ(late.code, Errc::deadline_exceeded);
  EXPECT_EQ(late.billing, Billing::maybe);
  EXPECT_EQ(late.where_to_look, "https://api.test/late.png");
}

TEST_F(RunExchange, AUrlThatIsNoneIsABadAnswerAndKept) {
  for (const auto* const url : {"file:///etc/passwd", "https://user:pass@cdn.test/", "mailto:x"}) {
    Fetching exchange(url);
    http.will_answer(fake_response(200));
    const auto error = run_task(run_exchange(http, clock, exchange, Deadline::never())).error();
    EXPECT_EQ(error.code, Errc::bad_answer) << url;
    EXPECT_EQ(error.billing, Billing::maybe) << url;
    EXPECT_EQ(error.where_to_look, url);
  }
}

TEST_F(RunExchange, AnExchangeMayGoOnAfterALostRequest) {
  Scripted exchange({get("/a"), get("/b"), one_image()});
  exchange.recover = true;
  http.will_answer(error_of(Errc::unavailable, Delivery::unknown));
  http.will_answer(fake_response(200));
  EXPECT_THAT(run_it(exchange), IsOk());
}

TEST_F(RunExchange, NoExchangeGoesOnAfterTheDeadline) {
  Scripted exchange({get("/a")});
  exchange.recover = true;
  EXPECT_THAT(run_it(exchange, deadline_after(clock, milliseconds(-1))), FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(exchange.errors.size(), 1U);
}

TEST_F(RunExchange, ACancelledCallSendsNothingMore) {
  Scripted exchange({get("/a"), Wait{seconds(1)}, get("/b"), one_image()});
  boost::asio::cancellation_signal cancel;
  http.on_request([&](const HttpRequest&) -> Result<HttpResponse> {
    cancel.emit(boost::asio::cancellation_type::terminal);
    return fake_response(202);
  });
  boost::asio::io_context io(1);
  std::optional<Result<GeneratedImages>> result;
  auto call = [&]() -> Task<void> { result.emplace(co_await run_to_images(http, clock, exchange, Deadline::never())); };
  boost::asio::co_spawn(io, call, boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  run_until(io, [&] { return result.has_value(); });
  EXPECT_THAT(*result, FailsWith(Errc::cancelled));
  EXPECT_EQ(result->error().delivery, Delivery::answered);
  EXPECT_EQ(http.requests().size(), 1U);
}

TEST_F(RunExchange, AnExchangeWithoutStepsOfAKindSaysSo) {
  struct Plain final : Exchange {
    Step start() override { return Wait{}; }
    Step on_response(const HttpResponse&) override { return Wait{}; }
  } plain;
  EXPECT_THAT(run_task(run_exchange(http, clock, plain, Deadline::never())),
              FailsSaying(Errc::internal, HasSubstr("never waits")));
}

}  // namespace
}  // namespace imagegen::test
