#include "provider/common/poll_exchange.hpp"

#include <imagegen/testing/fake_http.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <sstream>

#include "openai_fixtures.hpp"
#include "provider/common/failure.hpp"
#include "provider/common/key_url.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr FailureTable kFailures{.provider = "tasks", .free_statuses = kFreeStatuses};

// 202: goes on; 200: its body is the URLs of the pictures; 207: something else is to be asked; 422: it has failed;
// everything else is about the asking.
class Poll final : public PollExchange {
 public:
  using PollExchange::PollExchange;
  Billing billed = Billing::maybe;
  std::optional<Errc> failed_with = {};
  bool has_key = false;  // its pictures are for who has one
  double progress = 0.25;

 private:
  static HttpRequest get(const std::string& url) {
    HttpRequest request;
    request.url = parse_url(url).value();
    return request;
  }
  Result<HttpRequest> question() override {
    if (task().resume_url.empty()) return get("https://tasks.test/" + task().id);
    auto url = url_for_key(task().resume_url, parse_url("https://tasks.test").value());
    if (!url) return url.error();
    return get(url->str());
  }
  std::optional<HttpRequest> picture_request(const FoundImage& image) override {
    if (!has_key) return std::nullopt;
    auto request = get(image.url);
    request.headers.add("Authorization", "Bearer k");
    return request;
  }
  TaskState read(const HttpResponse& response) override {
    if (response.status == 202) return TaskGoesOn{progress};
    if (response.status == 207) return TaskAsksOn{};
    std::istringstream urls(std::string(as_text(response.body)));
    TaskIsDone done;
    for (std::string url; response.status == 200 && urls >> url;)
      done.images.push_back(FoundImage{.file = {}, .url = url});
    if (response.status == 200) return done;
    auto error = failure_of(kFailures, response.status, response.headers, {.message = urls.str()}, {}, {});
    if (response.status != 422) return error;
    error.code = failed_with.value_or(error.code);
    return TaskHasFailed{std::move(error), billed};
  }
};

class PollExchangeTest : public ::testing::Test {
 protected:
  PollOptions options(bool fetches = true) {
    PollOptions made{{"tasks", "t-1", {}}, clock, deadline_after(clock, seconds(60))};
    made.fetches = fetches, made.pace.jitter = 0;
    made.progress = [this](double fraction) { progress.push_back(fraction); };
    return made;
  }
  Result<GeneratedImages> resume(Billing billed = Billing::maybe, std::optional<Errc> failed_with = {}) {
    Poll poll(options(), foreign);
    poll.billed = billed, poll.failed_with = failed_with;
    return run(poll);
  }
  Result<GeneratedImages> run(Poll& poll) {
    return run_task(run_resume(http, clock, poll, deadline_after(clock, seconds(60))));
  }
  Error resume_fails(Billing billed = Billing::maybe, std::optional<Errc> failed_with = {}) {
    return resume(billed, failed_with).error();
  }
  // The picture at each URL, and 404 elsewhere; `tasks.test` says what is in `states`, the last for ever.
  void serve(std::vector<HttpResponse> states, std::map<std::string, std::string> files) {
    http.on_request([this, states, files](const HttpRequest& request) -> Result<HttpResponse> {
      if (request.url.host == "tasks.test") return states.at(std::min(asked++, states.size() - 1));
      const auto found = files.find(request.url.str());
      return found == files.end() ? fake_response(404) : fake_response(200, found->second);
    });
  }

  FakeHttp http;
  ManualClock clock{ManualClock::Mode::jumping};
  ForeignText foreign{Secret("sk-secret-0123456789")};
  std::vector<double> progress;
  std::size_t asked = 0;
};

TEST_F(PollExchangeTest, AsksUntilTheTaskIsDoneAndFetchesItsPicture) {
  http.will_answer(fake_response(202)).will_answer(fake_response(202));
  http.will_answer(fake_response(200, "https://files.test/a.png")).will_answer(fake_response(200, png("a")));
  const auto made = resume();
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(as_text(made->images.at(0).file), png("a"));
  EXPECT_THAT(http.requests(), SizeIs(4));
  EXPECT_EQ(http.request(3).url.host, "files.test");
  EXPECT_TRUE(http.request(3).public_addresses_only);
  EXPECT_THAT(progress, ElementsAre(0.25, 0.25));
  EXPECT_THAT(clock.sleeps(), ElementsAre(milliseconds(1000), milliseconds(1500)));
}

TEST_F(PollExchangeTest, AServiceThatIsAwayForAMomentIsAskedAgain) {
  http.will_answer(fake_response(503)).will_answer(fake_response(429, "", {{"Retry-After", "7"}}));
  Error broken(Errc::unavailable, "the connection broke");
  broken.delivery = Delivery::unknown;
  http.will_answer(broken);
  http.will_answer(fake_response(200, "https://files.test/a.png")).will_answer(fake_response(200, png("a")));
  EXPECT_THAT(resume(), IsOk());
  EXPECT_THAT(clock.sleeps(), ElementsAre(milliseconds(1000), milliseconds(7000), milliseconds(2250)));
}

TEST_F(PollExchangeTest, WhatIsWrongWithTheAskingLeavesTheTaskAsItIs) {
  http.will_answer(fake_response(401, "sk-secret-0123456789 is no key"));
  const auto error = resume_fails();
  EXPECT_EQ(error.code, Errc::permission_denied);
  EXPECT_EQ(error.retry, Retry::later) << "somebody may mend the key, and the task is still there";
  EXPECT_EQ(billing_of(error), Billing::maybe) << "401 is free, the task is not";
  EXPECT_THAT(error.message, HasSubstr("tasks: "));
  EXPECT_THAT(error.provider_text, Not(HasSubstr("secret")));
}

TEST_F(PollExchangeTest, ATaskThatNobodyKnowsIsNotFoundAndNotReleased) {
  http.will_answer(fake_response(404));
  const auto error = resume_fails();
  EXPECT_EQ(error.code, Errc::not_found);
  EXPECT_EQ(error.retry, Retry::never);
  EXPECT_EQ(billing_of(error), Billing::maybe);
}

TEST_F(PollExchangeTest, ATaskThatHasFailedIsBilledAsItsContractSays) {
  http.will_answer(fake_response(422)).will_answer(fake_response(422));
  EXPECT_EQ(billing_of(resume_fails()), Billing::maybe) << "where it says nothing";
  const auto free = resume_fails(Billing::no);
  EXPECT_EQ(billing_of(free), Billing::no);
  EXPECT_EQ(free.retry, Retry::never);
}

TEST_F(PollExchangeTest, ATaskThatIsNotDoneInTimeStays) {
  http.on_request([](const HttpRequest&) -> Result<HttpResponse> { return fake_response(202); });
  const auto error = resume_fails();
  EXPECT_EQ(error.code, Errc::deadline_exceeded);
  EXPECT_EQ(error.retry, Retry::later);
  EXPECT_THAT(error.message, HasSubstr("the task was not done in time"));
}

TEST_F(PollExchangeTest, ATaskThatHasFailedIsOverWhateverItsWordForIt) {
  for (const auto code : {Errc::unavailable, Errc::rate_limited, Errc::deadline_exceeded, Errc::cancelled, Errc::not_found}) {
    http.will_answer(fake_response(422));
    const auto error = resume_fails(Billing::no, code);
    EXPECT_EQ(error.code, Errc::bad_answer) << to_string(code) << " would be taken for a task that goes on";
    EXPECT_EQ(error.retry, Retry::never);
    EXPECT_EQ(billing_of(error), Billing::no);
  }
  http.will_answer(fake_response(422));
  EXPECT_EQ(resume_fails(Billing::maybe, Errc::content_refused).code, Errc::content_refused);
}

TEST_F(PollExchangeTest, APictureThatCannotBeFetchedIsAskedForAnewAndIsStillThere) {
  serve({fake_response(200, "https://files.test/a.png")}, {});
  const auto error = resume_fails();
  EXPECT_EQ(error.retry, Retry::later);
  EXPECT_EQ(error.where_to_look, "https://files.test/a.png");
  EXPECT_EQ(asked, 2U);
}

TEST_F(PollExchangeTest, AUrlThatHasEndedIsAskedForAnew) {
  serve({fake_response(200, "https://files.test/old.png"), fake_response(200, "https://files.test/new.png")},
        {{"https://files.test/new.png", png("new")}});
  const auto made = resume();
  ASSERT_THAT(made, IsOk());
  EXPECT_EQ(as_text(made->images.at(0).file), png("new"));
}

TEST_F(PollExchangeTest, WhatIsNoPictureIsNotFetchedForEver) {
  serve({fake_response(200, "https://files.test/a.png")}, {{"https://files.test/a.png", "<html>gone</html>"}});
  const auto error = resume_fails();
  EXPECT_EQ(error.retry, Retry::never) << "the next run would get the same";
  EXPECT_EQ(billing_of(error), Billing::maybe);
  EXPECT_EQ(error.where_to_look, "https://files.test/a.png");
  EXPECT_EQ(asked, 1U);
}

TEST_F(PollExchangeTest, OfSeveralPicturesTheLateOneIsWaitedForOnceMore) {
  serve({fake_response(200, "https://files.test/a.png https://files.test/late.png"),
         fake_response(200, "https://files.test/a.png https://files.test/b.png")},
        {{"https://files.test/a.png", png("a")}, {"https://files.test/b.png", png("b")}});
  EXPECT_THAT(resume()->images, SizeIs(2));
  asked = 0;
  serve({fake_response(200, "https://files.test/a.png https://files.test/late.png")}, {{"https://files.test/a.png", png("a")}});
  EXPECT_THAT(resume()->images, SizeIs(1)) << "then what there is is taken";
}

TEST_F(PollExchangeTest, WhatWasHadIsNotLostByAskingAnew) {
  const auto two = fake_response(200, "https://files.test/a.png https://files.test/late.png");
  for (const auto& then : {fake_response(404), fake_response(422), fake_response(200)}) {
    asked = 0;
    serve({two, then}, {{"https://files.test/a.png", png("a")}});
    const auto made = resume();
    ASSERT_THAT(made, IsOk()) << then.status;
    EXPECT_THAT(made->images, SizeIs(1));
  }
}

TEST_F(PollExchangeTest, PicturesBehindOneThatMayStillComeWaitForIt) {
  serve({fake_response(200, "https://files.test/a.png https://files.test/late.png https://files.test/c.png")},
        {{"https://files.test/a.png", png("a")}, {"https://files.test/c.png", png("c")}});
  EXPECT_THAT(resume()->images, SizeIs(1)) << "the third in the place of the second would be there twice in the end";
  asked = 0;
  serve({fake_response(200, "https://files.test/late.png https://files.test/c.png")}, {{"https://files.test/c.png", png("c")}});
  EXPECT_EQ(resume_fails().retry, Retry::later);
}

TEST_F(PollExchangeTest, APictureForWhoHasTheKeyThatIsNotThereIsNoTaskThatIsNotThere) {
  serve({fake_response(200, "https://tasks-files.test/a.png")}, {});
  Poll poll(options(), foreign);
  poll.has_key = true;
  const auto error = run(poll).error();
  EXPECT_EQ(error.code, Errc::bad_answer);
  EXPECT_EQ(error.retry, Retry::later);
  EXPECT_EQ(error.where_to_look, "https://tasks-files.test/a.png");
}

TEST_F(PollExchangeTest, NoMorePicturesAreFetchedThanThereIsRoomFor) {
  std::string urls;
  for (int i = 0; i < 1000; ++i) urls += "https://files.test/a.png ";
  serve({fake_response(200, urls)}, {{"https://files.test/a.png", png("a")}});
  EXPECT_THAT(resume()->images, SizeIs(64));
  EXPECT_THAT(http.requests(), SizeIs(65));
}

TEST_F(PollExchangeTest, AnAddressOutOfTheLedgerGetsNoKeyUnlessItIsTheServices) {
  for (const auto* url : {"https://evil.test/t-1", "http://tasks.test/t-1", "https://tasks.test.evil.test/", "no url"}) {
    auto asked_there = options();
    asked_there.task.resume_url = url;
    Poll poll(asked_there, foreign);
    const auto error = run(poll).error();
    EXPECT_EQ(error.code, Errc::permission_denied) << url;
    EXPECT_EQ(error.retry, Retry::later);
    EXPECT_THAT(error.message, Not(HasSubstr("evil")));
  }
  EXPECT_THAT(http.requests(), IsEmpty());
}

TEST_F(PollExchangeTest, PicturesForWhoHasTheKeyAreAskedForWithIt) {
  serve({fake_response(200, "https://tasks-files.test/a.png")}, {{"https://tasks-files.test/a.png", png("a")}});
  Poll poll(options(), foreign);
  poll.has_key = true;
  ASSERT_THAT(run(poll), IsOk());
  EXPECT_EQ(http.request(1).headers.get("Authorization"), "Bearer k");
}

TEST_F(PollExchangeTest, AsksOnAtOnceAndNotForEver) {
  serve({fake_response(207), fake_response(207), fake_response(200, "https://files.test/a.png")}, {{"https://files.test/a.png", png("a")}});
  ASSERT_THAT(resume(), IsOk());
  EXPECT_THAT(clock.sleeps(), IsEmpty());
  asked = 0;
  serve({fake_response(207)}, {});
  EXPECT_EQ(resume_fails().code, Errc::deadline_exceeded);
  EXPECT_THAT(clock.sleeps(), Not(IsEmpty()));
}

TEST_F(PollExchangeTest, ALongRetryAfterIsNotWaitedForInFull) {
  serve({fake_response(202, "", {{"Retry-After", "5"}}), fake_response(200, "https://files.test/a.png")}, {{"https://files.test/a.png", png("a")}});
  auto paced = options();
  paced.longest_asked = seconds(3);
  Poll poll(paced, foreign);
  ASSERT_THAT(run(poll), IsOk());
  EXPECT_THAT(clock.sleeps(), ElementsAre(seconds(3))) << "also where the service answers that it goes on";
}

TEST_F(PollExchangeTest, AnAnswerThatBreaksOffIsAskedForAgain) {
  http.will_answer(Error{Errc::bad_answer, "it was cut short"});
  http.will_answer(fake_response(200, "https://files.test/a.png")).will_answer(fake_response(200, png("a")));
  EXPECT_THAT(resume(), IsOk());
}

TEST_F(PollExchangeTest, ASilentServiceIsAskedAgain) {
  auto impatient = PollOptions{{"tasks", "t-1", {}}, system_clock(), deadline_after(system_clock(), seconds(30))};
  impatient.patience = milliseconds(20), impatient.pace.first = milliseconds(1);
  Poll poll(impatient, foreign);
  http.will_hang();
  http.will_answer(fake_response(200, "https://files.test/a.png")).will_answer(fake_response(200, png("a")));
  EXPECT_THAT(run_task(run_resume(http, system_clock(), poll, impatient.deadline)), IsOk());
  EXPECT_THAT(http.requests(), SizeIs(3));
}

TEST_F(PollExchangeTest, ProgressIsBetweenNothingAndAll) {
  serve({fake_response(202), fake_response(200)}, {});
  for (const double told : {-1.0, 1e308, std::nan("")}) {
    Poll poll(options(), foreign);
    poll.progress = told, asked = 0;
    EXPECT_THAT(run(poll), FailsWith(Errc::bad_answer));
  }
  EXPECT_THAT(progress, ElementsAre(0.0, 1.0));
}

TEST_F(PollExchangeTest, WhoWaitsDoesNotReadPictures) {
  http.will_answer(Error{Errc::limit_exceeded, "longer than was allowed"});
  Poll poll(options(false), foreign);
  EXPECT_THAT(run_task(run_wait(http, clock, poll, deadline_after(clock, seconds(60)))), IsOk());
  EXPECT_LE(http.request(0).max_response_bytes, 1U << 20U);
}

TEST_F(PollExchangeTest, ADoneTaskWithoutAPictureHasFailed) {
  http.will_answer(fake_response(200));
  const auto error = resume_fails();
  EXPECT_EQ(error.code, Errc::bad_answer);
  EXPECT_EQ(error.retry, Retry::never);
  EXPECT_EQ(billing_of(error), Billing::maybe);
}

TEST_F(PollExchangeTest, WaitingFetchesNothingAndBeginsWithAPause) {
  Poll poll(options(false), foreign);
  http.on_request([&](const HttpRequest&) -> Result<HttpResponse> {
    EXPECT_THAT(clock.sleeps(), Not(IsEmpty()));
    return fake_response(200, "https://files.test/a.png");
  });
  const auto waited = run_task(run_wait(http, clock, poll, deadline_after(clock, seconds(60))));
  ASSERT_THAT(waited, IsOk());
  EXPECT_TRUE(*waited);
  EXPECT_THAT(http.requests(), SizeIs(1));
}

}  // namespace
}  // namespace imagegen::test
