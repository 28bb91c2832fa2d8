#include <imagegen/testing/fake_http.hpp>

#include <imagegen/testing/manual_clock.hpp>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using testing::ElementsAre;
using testing::HasSubstr;

HttpRequest get(std::string_view url = "https://fake.test/x?y") {
  HttpRequest out;
  out.url = parse_url(url).value();
  return out;
}

Result<HttpResponse> send(FakeHttp& http, HttpRequest request) {
  return run_task(http.send(std::move(request), Deadline::never()));
}

struct Pieces final : BodySink {
  std::vector<std::string> got;
  Result<void> on_data(ByteView data) override {
    got.emplace_back(as_text(data));
    return {};
  }
};

TEST(FakeHttp, AnswersInTheOrderOfItsScript) {
  FakeHttp http;
  http.will_answer(fake_response(500, "oops", {{"Retry-After", "1"}})).will_answer(Error{Errc::unavailable, "gone"});
  const auto first = send(http, get()).value();
  EXPECT_EQ(first.status, 500);
  EXPECT_EQ(first.headers.get("retry-after"), "1");
  EXPECT_EQ(as_text(first.body), "oops");
  EXPECT_THAT(send(http, get()), FailsWith(Errc::unavailable));
}

TEST(FakeHttp, ARequestThatNobodyExpectedFailsAndIsNamed) {
  FakeHttp http;
  EXPECT_THAT(send(http, get()),
              FailsSaying(Errc::internal, HasSubstr("request 1 was not expected: GET fake.test/x?y")));
}

TEST(FakeHttp, KeepsWhatItWasAsked) {
  FakeHttp http;
  http.will_answer(fake_response(200)).will_answer(fake_response(200));
  auto post = get("https://fake.test/1");
  post.method = "POST";
  post.body = to_bytes("body");
  ASSERT_THAT(send(http, post), IsOk());
  ASSERT_THAT(send(http, get("https://fake.test/2")), IsOk());
  EXPECT_EQ(http.request(0).method, "POST");
  EXPECT_EQ(as_text(http.request(0).body), "body");
  EXPECT_EQ(http.request(1).url.target, "/2");
  EXPECT_THROW(http.request(2), std::out_of_range);
}

TEST(FakeHttp, AsksItsHandlerWhenTheScriptIsEmpty) {
  FakeHttp http;
  http.will_answer(fake_response(503));
  http.on_request([](const HttpRequest& request) { return fake_response(200, request.url.target); });
  EXPECT_EQ(send(http, get()).value().status, 503);
  EXPECT_EQ(as_text(send(http, get()).value().body), "/x?y");
}

TEST(FakeHttp, AHandlerMayTakeItsTime) {
  FakeHttp http;
  ManualClock clock(ManualClock::Mode::jumping);
  http.on_request_task([&](HttpRequest, Deadline) -> Task<Result<HttpResponse>> {
    const auto slept = co_await clock.sleep_until(clock.now() + std::chrono::seconds(150));
    if (!slept) co_return slept.error();
    co_return fake_response(200, "late");
  });
  EXPECT_EQ(as_text(send(http, get()).value().body), "late");
  EXPECT_THAT(clock.sleeps(), ElementsAre(std::chrono::seconds(150)));
}

TEST(FakeHttp, FeedsASinkInPieces) {
  FakeHttp http;
  http.will_answer(fake_response(200, "abcdefg"));
  http.set_piece_bytes(3);
  Pieces sink;
  auto request = get();
  request.sink = &sink;
  EXPECT_TRUE(send(http, request).value().body.empty());
  EXPECT_THAT(sink.got, ElementsAre("abc", "def", "g"));
}

TEST(FakeHttp, AnErrorAnswerPassesTheSinkBy) {
  FakeHttp http;
  http.will_answer(fake_response(404, std::string(100'000, 'x')));
  Pieces sink;
  auto request = get();
  request.sink = &sink;
  EXPECT_EQ(send(http, request).value().body.size(), 65'536U);
  EXPECT_TRUE(sink.got.empty());
}

TEST(FakeHttp, TheSinksErrorEndsTheCall) {
  struct Full final : BodySink {
    Result<void> on_data(ByteView) override { return Error{Errc::storage_failed, "disk full"}; }
  } sink;
  FakeHttp http;
  http.will_answer(fake_response(200, "abc"));
  auto request = get();
  request.sink = &sink;
  const auto failed = send(http, request);
  EXPECT_THAT(failed, FailsWith(Errc::storage_failed));
  EXPECT_EQ(failed.error().delivery, Delivery::answered);
}

TEST(FakeHttp, HoldsTheLimitOfTheRequest) {
  FakeHttp http;
  http.will_answer(fake_response(200, "abcd")).will_answer(fake_response(200, "abc"));
  auto request = get();
  request.max_response_bytes = 3;
  EXPECT_THAT(send(http, request), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(send(http, request), IsOk());
}

TEST(FakeHttp, AHangingCallEndsAtItsDeadline) {
  FakeHttp http;
  http.will_hang();
  const auto failed = run_task(http.send(get(), deadline_after(system_clock(), std::chrono::milliseconds(10))));
  EXPECT_THAT(failed, FailsWith(Errc::deadline_exceeded));
  EXPECT_EQ(failed.error().delivery, Delivery::unknown);
}

TEST(FakeHttp, AHangingCallCanBeCancelled) {
  FakeHttp http;
  http.will_hang();
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal signal;
  std::optional<Result<HttpResponse>> result;
  boost::asio::co_spawn(
      io, http.send(get(), Deadline::never()),
      boost::asio::bind_cancellation_slot(
          signal.slot(), [&](const std::exception_ptr&, const Result<HttpResponse>& r) { result = r; }));
  io.poll();
  signal.emit(boost::asio::cancellation_type::terminal);
  io.poll();
  ASSERT_TRUE(result);
  EXPECT_THAT(*result, FailsWith(Errc::cancelled));
}

}  // namespace
}  // namespace imagegen
