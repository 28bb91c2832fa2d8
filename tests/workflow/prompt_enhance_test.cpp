// enhance_prompt() in front of enhancers of every kind.
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/provider/openai_text.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_http.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/manual_clock.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <boost/json.hpp>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

// What enhancers of this test do and what became of them; outlives them.
struct Seen {
  int cancellations = 0, ended = 0, destroyed = 0;
  bool open = false;
};

// Waits until it is let through, deaf to deadlines and cancellation.
class DeafEnhancer : public PromptEnhancer {
 public:
  explicit DeafEnhancer(Seen& seen) : seen_(seen) {}
  ~DeafEnhancer() override { ++seen_.destroyed; }
  Task<Result<std::string>> enhance(EnhanceRequest request, Deadline) override {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    while (!seen_.open) {
      timer.expires_after(milliseconds(1));
      const auto [cancelled] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      if (cancelled) ++seen_.cancellations;
      co_await boost::asio::this_coro::reset_cancellation_state();
    }
    ++seen_.ended;
    co_return "too late: " + request.prompt;
  }

 private:
  Seen& seen_;
};

class FixedEnhancer : public PromptEnhancer {
 public:
  explicit FixedEnhancer(Result<std::string> answer) : answer_(std::move(answer)) {}
  Task<Result<std::string>> enhance(EnhanceRequest request, Deadline deadline) override {
    asked = std::move(request), until = deadline;
    co_return answer_;
  }
  EnhanceRequest asked;
  Deadline until;

 private:
  Result<std::string> answer_;
};

class PromptEnhance : public testing::Test {
 protected:
  PromptServices services() {
    PromptServices made{{providers_, *store_, *ledger_, pool_, clock_, prices_}, enhancer_};
    made.jobs = jobs_.get();
    return made;
  }
  Task<PromptAnswer> asking() { return enhance_prompt(services(), {}, R"({"intent":"hero","prompt":"a boat"})"); }
  PromptAnswer ask() { return io_.run(asking()); }
  PromptAnswer answer_with(Result<std::string> answer) {
    enhancer_ = std::make_shared<FixedEnhancer>(std::move(answer));
    return ask();
  }

  Seen seen_;  // before io_, with which an enhancer may end that never does
  IoRunner io_;
  ThreadPool pool_{1};
  ManualClock clock_;
  FakeProvider fake_{[](PixelSize) { return Bytes(); }};
  ProviderSet providers_{fake_};
  std::unique_ptr<ObjectStore> store_ = make_memory_store();
  std::unique_ptr<JobStore> jobs_ = make_memory_job_store();
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  PriceTable prices_ = PriceTable::built_in();
  std::shared_ptr<PromptEnhancer> enhancer_;
};

TEST_F(PromptEnhance, AnEnhancerIsToldHowLongItsAnswerAndItsTimeMayBe) {
  fake_.model().prompt.most = 1000;
  const auto enhancer = std::make_shared<FixedEnhancer>(std::string("A boat."));
  enhancer_ = enhancer;
  EXPECT_EQ(ask().status, 200);
  EXPECT_EQ(enhancer->asked.max_chars, 1000U);
  EXPECT_EQ(enhancer->until.at, clock_.now() + milliseconds(2000));
}

TEST_F(PromptEnhance, AnEnhancerThatSaysItIsLateIs504AndOtherFailuresAre502) {
  const auto late = answer_with(Error{Errc::deadline_exceeded, "too slow"});
  EXPECT_EQ(late.status, 504);
  EXPECT_THAT(late.body, HasSubstr("ENHANCE_TIMEOUT"));
  Error refused(Errc::content_refused, "the model declined");
  refused.provider_text = "user's own words";
  const auto failed = answer_with(refused);
  EXPECT_EQ(failed.status, 502);
  EXPECT_EQ(failed.body, R"({"ok":false,"error":"ENHANCE_FAILED","message":"the model declined"})");
}

TEST_F(PromptEnhance, WhatCannotBeApprovedIs502WhoeverMadeIt) {
  fake_.model().prompt.most = 5;
  for (const auto* made : {"", " ", "\xFF", "a boat", "a\x1B", "a\xE2\x80\xAE", "a\xF3\xA0\x81\xA1"}) EXPECT_EQ(answer_with(std::string(made)).status, 502) << made;
  EXPECT_EQ(answer_with(std::string("a bo\xC3\xA4")).status, 200);
}

TEST_F(PromptEnhance, TheLocalEnhancerSaysNoMoreThanFits) {
  fake_.model().prompt.most = 40;
  enhancer_ = make_local_enhancer();
  const auto answer = ask();
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(boost::json::parse(answer.body).at("finalPrompt").as_string(), "a boat. Made for: hero.");
}

TEST_F(PromptEnhance, OneThatNeverAnswersHoldsNothingUp) {
  enhancer_ = std::make_shared<DeafEnhancer>(seen_);
  boost::asio::io_context io;
  std::optional<PromptAnswer> answer;
  boost::asio::co_spawn(io, asking(), [&](const std::exception_ptr&, PromptAnswer got) { answer = std::move(got); });
  run_until(io, [&] { return clock_.sleepers() == 1; });
  clock_.advance(milliseconds(1999));
  for (int i = 0; i < 20; ++i) io.run_one();
  EXPECT_FALSE(answer);
  clock_.advance(milliseconds(1));
  run_until(io, [&] { return answer.has_value(); });
  EXPECT_EQ(answer->status, 504);
  EXPECT_THAT(answer->body, HasSubstr("no answer within 2000 ms"));
  run_until(io, [&] { return seen_.cancellations > 0; });

  enhancer_.reset();  // the host is done with it, and it goes on
  EXPECT_EQ(seen_.destroyed, 0);
  seen_.open = true;
  run_until(io, [&] { return seen_.ended == 1; });
  io.run();
  EXPECT_EQ(seen_.destroyed, 1) << "with the last call that used it";
}

TEST_F(PromptEnhance, ACallThatIsCancelledDoesNotWaitForIt) {
  enhancer_ = std::make_shared<DeafEnhancer>(seen_);
  const auto answer = io_.run_and_cancel(asking(), [&] { return clock_.sleepers() == 1; });
  EXPECT_EQ(answer.status, 502);
  EXPECT_THAT(answer.body, HasSubstr("cancelled"));
  EXPECT_EQ(seen_.ended, 0);
}

TEST_F(PromptEnhance, ASilentServerIs504AndItsRequestIsGivenUp) {
  FakeHttp http;
  http.will_hang();
  enhancer_ = make_text_enhancer(make_openai_text_provider({}, http, clock_).value()).value();
  const auto ticking = [&] {
    if (clock_.sleepers() == 1) clock_.advance(milliseconds(2000));
    return false;
  };
  std::optional<PromptAnswer> answer;
  boost::asio::io_context io;
  boost::asio::co_spawn(io, asking(), [&](const std::exception_ptr&, PromptAnswer got) { answer = std::move(got); });
  run_until(io, [&] { return ticking() || answer.has_value(); });
  EXPECT_EQ(answer->status, 504);
  io.run();  // ends, because nothing is left under way
  EXPECT_EQ(http.requests().size(), 1U);
}

}  // namespace
}  // namespace imagegen::test
