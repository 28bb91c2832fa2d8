#include "storage/support/s3_fake.hpp"
#include "support/matchers.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

// What the S3 store does when a try fails, and when it cannot know whether it did.
namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;

TEST_F(S3Fake, TriesAgainWhatMayPass) {
  http_.will_answer(s3_error(503, "SlowDown")).will_answer(lost_answer()).will_answer(s3_error(500, "InternalError"));
  http_.will_answer(fake_response(200));
  EXPECT_THAT(put("x"), IsOk());
  EXPECT_EQ(http_.requests().size(), 4U);
  EXPECT_EQ(clock_.sleeps().size(), 3U);
  EXPECT_THAT(clock_.sleeps(), Each(Le(milliseconds(400))));
  EXPECT_EQ(as_text(http_.request(3).body), "x");
}

TEST_F(S3Fake, SignsEachTryWithItsOwnTime) {
  http_.on_request([&](const HttpRequest&) {
    clock_.advance(seconds(5));
    return s3_error(500, "InternalError");
  });
  EXPECT_FALSE(get());
  EXPECT_EQ(http_.request(0).headers.get("x-amz-date"), "20260101T000000Z");
  EXPECT_NE(http_.request(1).headers.get("x-amz-date"), "20260101T000000Z");
  EXPECT_NE(http_.request(0).headers.get("authorization"), http_.request(1).headers.get("authorization"));
}

TEST_F(S3Fake, GivesUpAfterMaxAttempts) {
  reopen([](S3Options& options) { options.max_attempts = 2; });
  http_.on_request([](const HttpRequest&) { return s3_error(503, "SlowDown"); });
  const auto failed = get();
  EXPECT_THAT(failed, FailsWith(Errc::rate_limited));
  EXPECT_EQ(failed.error().retry, Retry::exhausted);
  EXPECT_EQ(http_.requests().size(), 2U);
}

TEST_F(S3Fake, WaitsAsLongAsItIsAskedTo) {
  http_.will_answer(fake_response(503, "", {{"Retry-After", "7"}})).will_answer(fake_response(200));
  EXPECT_THAT(put("x"), IsOk());
  EXPECT_THAT(clock_.sleeps(), testing::ElementsAre(seconds(7)));
}

TEST_F(S3Fake, LeavesALongWaitToItsCaller) {
  http_.will_answer(fake_response(503, "", {{"Retry-After", "31"}}));
  const auto failed = put("x");
  EXPECT_EQ(failed.error().retry, Retry::later);
  EXPECT_EQ(failed.error().retry_after, seconds(31));
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(S3Fake, DoesNotRepeatWhatWillFailAgain) {
  for (const auto& answer :
       {s3_error(403, "AccessDenied"), s3_error(400, "InvalidRequest"), s3_error(404, "NoSuchKey")}) {
    const auto before = http_.requests().size();
    http_.will_answer(answer);
    EXPECT_EQ(get().error().retry, Retry::never);
    EXPECT_EQ(http_.requests().size(), before + 1);
  }
}

TEST_F(S3Fake, RepeatsAPutThatMetAnother) {
  http_.will_answer(s3_error(409, "ConditionalRequestConflict")).will_answer(fake_response(200));
  EXPECT_THAT(put("x", if_absent()), IsOk());
}

TEST_F(S3Fake, IsOverWhenItIsCancelledBetweenTwoTries) {
  ManualClock stopped;
  const auto store = make_s3_store(fake_s3_options(), http_, stopped).value();
  // The pause before the next try may be none at all.
  for (int i = 0; i < 4; ++i) http_.will_answer(s3_error(503, "SlowDown"));
  boost::asio::io_context io;
  boost::asio::cancellation_signal signal;
  std::optional<Result<Bytes>> got;
  auto call = [&]() -> Task<void> { got = co_await store->get(key_of("a"), 10); };
  boost::asio::co_spawn(io, call, boost::asio::bind_cancellation_slot(signal.slot(), boost::asio::detached));
  run_until(io, [&] { return stopped.sleepers() == 1; });
  signal.emit(boost::asio::cancellation_type::terminal);
  run_until(io, [&] { return got.has_value(); });
  EXPECT_THAT(*got, FailsWith(Errc::cancelled));
}

/// A server for one key that keeps what a conditional put brings, and loses answers as told.
class OneObjectServer {
 public:
  int answers_to_lose = 0;
  bool tells_length = true;
  std::optional<HttpRequest> stored;

  Result<HttpResponse> operator()(const HttpRequest& request) {
    if (request.method == "HEAD") return head();
    if (stored) return s3_error(412, "PreconditionFailed");
    stored = request;
    if (answers_to_lose-- > 0) return lost_answer();
    return fake_response(200, "", {{"ETag", "\"put\""}});
  }

  HttpResponse head() const {
    auto answer = fake_response(stored ? 200 : 404, "", {{"ETag", "\"found\""}});
    if (!stored) return answer;
    if (tells_length) answer.headers.add("Content-Length", std::to_string(stored->body.size()));
    for (const auto& [name, value] : stored->headers.entries()) {
      if (name.starts_with("x-amz-meta-")) answer.headers.add(name, value);
    }
    return answer;
  }
};

class S3Taken : public S3Fake {
 protected:
  S3Taken() {
    http_.on_request([this](const HttpRequest& request) { return server_(request); });
  }
  OneObjectServer server_;
};

TEST_F(S3Taken, ConditionalPutWhoseAnswerWasLostKnowsItsOwnObject) {
  server_.answers_to_lose = 1;
  const auto stored = put("picture", if_absent());
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->etag, "found");
  EXPECT_EQ(stored->size_bytes, 7U);
}

TEST_F(S3Taken, ConditionalPutKnowsItsOwnObjectWithoutItsLength) {
  server_.answers_to_lose = 1;
  server_.tells_length = false;
  EXPECT_THAT(put("picture", if_absent()), IsOk());
}

TEST_F(S3Taken, ConditionalPutDoesNotTakeAnEqualObjectOfSomebodyElseForItsOwn) {
  ASSERT_THAT(put("picture", if_absent()), IsOk());
  EXPECT_THAT(put("picture", if_absent()), FailsWith(Errc::already_exists));
}

TEST_F(S3Taken, ConditionalPutLosesAfterALostAnswerWhenAnotherWasFirst) {
  ASSERT_THAT(put("other", if_absent()), IsOk());
  auto requests = 0;
  http_.on_request([&](const HttpRequest& request) -> Result<HttpResponse> {
    if (requests++ == 0) return lost_answer();
    return server_(request);
  });
  EXPECT_THAT(put("picture", if_absent()), FailsWith(Errc::already_exists));
}

TEST_F(S3Fake, BelievesARefusalWhereItMayNotRead) {
  http_.will_answer(s3_error(412, "PreconditionFailed")).will_answer(fake_response(403));
  EXPECT_THAT(put("x", if_absent()), FailsWith(Errc::already_exists));
}

TEST_F(S3Fake, SaysThatItCannotKnowWhereItMayNotRead) {
  http_.will_answer(lost_answer()).will_answer(s3_error(412, "PreconditionFailed")).will_answer(fake_response(403));
  EXPECT_THAT(put("x", if_absent()), FailsSaying(Errc::permission_denied, HasSubstr("lost answer")));
}

}  // namespace
}  // namespace imagegen::test
