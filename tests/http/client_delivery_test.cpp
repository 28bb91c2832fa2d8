// How far a request came decides whether a paid call may be made again, so each way to fail has its test.
#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it

Result<HttpResponse> post_to(const LoopbackServer& server, std::size_t body_bytes = 2) {
  return send(request("POST", server.url("/"), std::string(body_bytes, 'x')));
}

TEST(Delivery, ARefusedConnectionSentNothing) {
  const RefusingPort nobody;
  const auto failed = send(request("POST", "http://127.0.0.1:" + std::to_string(nobody.port())));
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_EQ(failed.error().retry, Retry::later);
}

TEST(Delivery, AnUnknownNameSentNothing) {
  const auto http = client_with_dns({});
  const auto failed = send(*http, request("POST", "http://nowhere.test/"));
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_EQ(failed.error().retry, Retry::later);
}

TEST(Delivery, AFailedTlsHandshakeSentNothing) {
  ServerOptions options;
  options.certificate = Certificate::good;
  options.reset_on_accept = [](int) { return true; };
  LoopbackServer server(Reply{}, options);
  const auto failed = post_to(server);
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_EQ(failed.error().retry, Retry::later);
}

TEST(Delivery, ARejectedCertificateSentNothingAndWillBeRejectedAgain) {
  ServerOptions options;
  options.certificate = Certificate::self_signed;
  LoopbackServer server(Reply{}, options);
  const auto failed = post_to(server);
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_EQ(failed.error().retry, Retry::never);
  EXPECT_TRUE(server.requests().empty());
}

TEST(Delivery, AResetAfterTheRequestIsUnknown) {
  LoopbackServer server(Reply::dropped(Ending::reset));
  const auto failed = post_to(server);
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::unknown));
  EXPECT_EQ(failed.error().retry, Retry::never);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Delivery, AResetWhileTheBodyIsSentIsUnknown) {
  ServerOptions options;
  options.on_head = [](const RecordedRequest&) { return Reply::dropped(Ending::reset); };
  LoopbackServer server(Reply{}, options);
  EXPECT_THAT(post_to(server, 20'000'000), FailsAt(Errc::unavailable, Delivery::unknown));
}

TEST(Delivery, ACloseWithoutAnAnswerIsUnknown) {
  LoopbackServer server(Reply::dropped(Ending::close));
  EXPECT_THAT(post_to(server), FailsAt(Errc::unavailable, Delivery::unknown));
}

TEST(Delivery, SilenceUntilTheDeadlineIsUnknown) {
  LoopbackServer server(Reply::never());
  const auto failed = send_within(std::chrono::milliseconds(500), request("POST", server.url("/")));
  EXPECT_THAT(failed, FailsAt(Errc::deadline_exceeded, Delivery::unknown));
  EXPECT_EQ(failed.error().retry, Retry::never);
}

TEST(Delivery, HeadersAndThenACloseIsAnswered) {
  Reply reply = Reply::of(200, "abc");
  reply.cut_body_at = 0;
  LoopbackServer server(reply);
  const auto failed = post_to(server);
  EXPECT_THAT(failed, FailsAt(Errc::bad_answer, Delivery::answered));
  EXPECT_EQ(failed.error().retry, Retry::never);
}

TEST(Delivery, ABodyCutShortIsAnswered) {
  for (const auto ending : {Ending::close, Ending::reset}) {
    Reply reply = Reply::of(200, "abcdef");
    reply.cut_body_at = 3;
    reply.ending = ending;
    LoopbackServer server(reply);
    EXPECT_THAT(post_to(server), FailsAt(Errc::bad_answer, Delivery::answered));
  }
}

TEST(Delivery, AChunkedBodyWithoutItsEndIsAnswered) {
  Reply reply = Reply::of(200, std::string(3000, 'x'));
  reply.framing = Framing::chunked;
  reply.cut_body_at = 1500;
  LoopbackServer server(reply);
  EXPECT_THAT(post_to(server), FailsAt(Errc::bad_answer, Delivery::answered));
}

TEST(Delivery, HalfAStatusLineIsUnknown) {
  Reply reply;
  reply.raw = "HTTP/1.1 20";
  reply.ending = Ending::close;
  LoopbackServer server(reply);
  EXPECT_THAT(post_to(server), FailsAt(Errc::bad_answer, Delivery::unknown));
}

TEST(Delivery, WhatIsNotHttpIsUnknown) {
  Reply reply;
  reply.raw = "220 mail.test ESMTP ready\r\n";
  LoopbackServer server(reply);
  const auto failed = post_to(server);
  EXPECT_THAT(failed, FailsAt(Errc::bad_answer, Delivery::unknown));
  EXPECT_EQ(failed.error().retry, Retry::never);
}

TEST(Delivery, ADeadlineThatHasPassedSendsNothing) {
  LoopbackServer server(Reply{});
  const auto failed = send(request("POST", server.url("/")), soon(std::chrono::milliseconds(-1)));
  EXPECT_THAT(failed, FailsAt(Errc::deadline_exceeded, Delivery::not_sent));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Delivery, AGetThatFailedUnderWayMayBeRepeated) {
  LoopbackServer silent(Reply::dropped(Ending::reset));
  EXPECT_EQ(send(request("GET", silent.url("/"))).error().retry, Retry::later);
  Reply cut = Reply::of(200, "abc");
  cut.cut_body_at = 1;
  LoopbackServer cutting(cut);
  EXPECT_EQ(send(request("GET", cutting.url("/"))).error().retry, Retry::later);
}

}  // namespace
}  // namespace imagegen
