#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "http/client_fixture.hpp"
#include "support/compressed.hpp"

/// \file Answers that end, or are silent, in other ways than they should.
namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using std::chrono::milliseconds;

/// Knows the end of "(...)", and waits until a parenthesis opens.
struct Parenthesis final : BodySink {
  std::string got;
  bool uses_parts = false;
  Result<void> on_data(ByteView data) override {
    got += as_text(data);
    return {};
  }
  BodyState state() const override {
    if (got.find(')') != std::string::npos) return BodyState::complete;
    if (got.find('(') == std::string::npos) return BodyState::waiting;
    return uses_parts && got.size() > 2 ? BodyState::enough : BodyState::under_way;
  }
};

Result<HttpResponse> post_to(LoopbackServer& server, Parenthesis& sink, milliseconds idle = milliseconds(50)) {
  auto options = trusting_options();
  options.idle_timeout = idle;
  const auto http = client(options);
  auto post = request("POST", server.url("/"), "{}");
  post.sink = &sink;
  return send(*http, std::move(post), soon(std::chrono::hours(1)));
}

Reply raw(std::string bytes, Ending ending) {
  Reply reply;
  reply.raw = std::move(bytes);
  reply.ending = ending;
  return reply;
}

constexpr auto kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n(a)\r\n";

TEST(ClientEndings, WhatIsCompleteMayEndInAnyWay) {
  for (const auto ending : {Ending::close, Ending::keep_alive}) {
    for (const auto& wire :
         {std::string(kChunked), kChunked + std::string("zz\r\n"), kChunked + std::string("5\r\nab"),
          std::string("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n(a)"), std::string("HTTP/1.1 200 OK\r\n\r\n(a)")}) {
      LoopbackServer server(raw(wire, ending));
      Parenthesis sink;
      EXPECT_THAT(post_to(server, sink), IsOk()) << wire;
      EXPECT_EQ(sink.got.substr(0, 3), "(a)");
    }
  }
}

TEST(ClientEndings, ATlsConnectionMayEndWithoutItsNotify) {
  ServerOptions options;
  options.certificate = Certificate::good;
  LoopbackServer server(raw("HTTP/1.1 200 OK\r\n\r\n(a)", Ending::close_without_notify), options);
  Parenthesis sink;
  EXPECT_THAT(post_to(server, sink), IsOk());
  LoopbackServer cut(raw("HTTP/1.1 200 OK\r\n\r\n(a", Ending::close_without_notify), options);
  Parenthesis half;
  EXPECT_THAT(post_to(cut, half), FailsAt(Errc::bad_answer, Delivery::answered));
}

TEST(ClientEndings, AnErrorIsToldByWhatCameOfIt) {
  const std::string body = R"({"error":{"code":"a}\"","list":[{}]}})", head = "HTTP/1.1 429 No\r\n";
  for (const auto ending : {Ending::close, Ending::keep_alive}) {
    for (const auto& wire : {head + "Content-Length: 99\r\n\r\n" + body, head + "\r\n" + body,
                             head + "Transfer-Encoding: chunked\r\n\r\n25\r\n" + body + "\r\nzz"}) {
      LoopbackServer server(raw(wire, ending));
      Parenthesis sink;
      const auto answered = post_to(server, sink);
      ASSERT_THAT(answered, IsOk()) << wire;
      EXPECT_EQ(answered->status, 429);
      EXPECT_EQ(as_text(answered->body).substr(0, body.size()), body);
    }
  }
  LoopbackServer cut(raw(head + "Content-Length: 99\r\n\r\n" + body.substr(0, body.size() - 1), Ending::close));
  Parenthesis sink;
  EXPECT_THAT(post_to(cut, sink), FailsAt(Errc::bad_answer, Delivery::answered));
}

TEST(ClientEndings, AnErrorOverTlsMayEndWithoutItsNotify) {
  ServerOptions options;
  options.certificate = Certificate::good;
  LoopbackServer server(raw("HTTP/1.1 403 No\r\n\r\n<html>", Ending::close_without_notify), options);
  Parenthesis sink;
  EXPECT_EQ(text_of(post_to(server, sink)), "<html>");
}

TEST(ClientEndings, WhatIsNotCompleteIsCutShort) {
  LoopbackServer server(raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n(a", Ending::close));
  Parenthesis sink, enough;
  EXPECT_THAT(post_to(server, sink), FailsAt(Errc::bad_answer, Delivery::answered));
  enough.uses_parts = true;
  LoopbackServer another(raw("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n(abc", Ending::close));
  EXPECT_THAT(post_to(another, enough), IsOk());
}

TEST(ClientEndings, ACompleteBodyThatEndsWellLeavesItsConnection) {
  Reply reply = Reply::of(200, "(a)");
  reply.framing = Framing::chunked;
  LoopbackServer server(reply);
  const auto http = client();
  boost::asio::io_context io(1);
  for (int i = 0; i < 2; ++i) {
    Parenthesis sink;
    auto post = request("GET", server.url("/"));
    post.sink = &sink;
    bool done = false;
    io.restart();
    boost::asio::co_spawn(io, http->send(std::move(post), Deadline::never()),
                          [&](const std::exception_ptr&, const Result<HttpResponse>&) { done = true; });
    run_until(io, [&] { return done; });
  }
  EXPECT_EQ(server.connections(), 1U);
}

// A server that is silent between `start` and the rest for longer than a body may pause.
Reply silent_after(std::string_view start, std::string rest) {
  Reply reply;
  reply.raw = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(start) + std::move(rest);
  reply.drip_bytes = reply.raw.size() - 5;
  reply.drip_pause = milliseconds(150);
  reply.ending = Ending::close;
  return reply;
}

TEST(ClientEndings, WhileASinkWaitsOnlyTheDeadlineEndsASilence) {
  for (const auto* const start : {" ", "\r\n", ": ping\n\n", "{\"created\":1,"}) {
    LoopbackServer server(silent_after(start, "(abc)"));
    Parenthesis sink;
    EXPECT_THAT(post_to(server, sink), IsOk()) << start;
    EXPECT_EQ(sink.got, start + std::string("(abc)"));
  }
  LoopbackServer server(silent_after("(abc", "defg)"));
  Parenthesis sink;
  EXPECT_THAT(post_to(server, sink), FailsAt(Errc::unavailable, Delivery::answered));
}

TEST(ClientEndings, BlanksAreNoBeginningWithoutASinkEither) {
  LoopbackServer server(silent_after(" \r\n\t", "{\"a\"}"));
  HttpClientOptions options;
  options.idle_timeout = milliseconds(50);
  const auto http = client(options);
  EXPECT_EQ(text_of(send(*http, request("GET", server.url("/")))), " \r\n\t{\"a\"}");
}

TEST(ClientEndings, GzipThatNobodyAskedForIsUndone) {
  const auto coded = compressed("{\"a\":1}");
  LoopbackServer server(Reply::of(200, coded, {{"Content-Encoding", "gzip"}, {"X-Other", "1"}}));
  const auto response = send(request("GET", server.url("/"))).value();
  EXPECT_EQ(as_text(response.body), "{\"a\":1}");
  EXPECT_FALSE(response.headers.has("Content-Encoding"));
  EXPECT_FALSE(response.headers.has("Content-Length"));
  EXPECT_TRUE(response.headers.has("X-Other"));
  LoopbackServer refusing(Reply::of(400, coded, {{"Content-Encoding", "gzip"}}));
  EXPECT_EQ(text_of(send(request("POST", refusing.url("/")))), "{\"a\":1}");
}

TEST(ClientEndings, TheLimitHoldsForWhatIsDecoded) {
  LoopbackServer server(Reply::of(200, compressed(std::string(100'000, '0')), {{"Content-Encoding", "gzip"}}));
  auto get = request("GET", server.url("/"));
  get.max_response_bytes = 99'999;
  EXPECT_THAT(send(get), FailsAt(Errc::limit_exceeded, Delivery::answered));
  get.max_response_bytes = 100'000;
  EXPECT_THAT(send(get), IsOk());
}

}  // namespace
}  // namespace imagegen
