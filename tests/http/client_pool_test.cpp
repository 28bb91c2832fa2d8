#include "http/client_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it

// The connections on which the requests came, in order.
std::vector<int> connections_of(const LoopbackServer& server) {
  std::vector<int> out;
  for (const auto& seen : server.requests()) out.push_back(seen.connection);
  return out;
}

// Both calls on one io_context; `between` runs when the first has ended.
Result<HttpResponse> send_two(
    HttpClient& http, HttpRequest first, HttpRequest second, const std::function<void()>& between = [] {}) {
  return run([&]() -> Task<Result<HttpResponse>> {
    const auto one = co_await http.send(first, Deadline::never());
    EXPECT_THAT(one, IsOk());
    between();
    co_return co_await http.send(second, Deadline::never());
  });
}

Result<HttpResponse> send_two(
    const LoopbackServer& server, const std::string& method, const std::function<void()>& between = [] {}) {
  const auto http = client(trusting_options());
  return send_two(*http, request("GET", server.url("/1")), request(method, server.url("/2")), between);
}

// Answers the first request of the first connection, and drops its second one unanswered.
LoopbackServer::Handler dies_at_second_request(Ending how) {
  return [how, count = 0](const RecordedRequest&) mutable { return ++count == 2 ? Reply::dropped(how) : Reply{}; };
}

TEST(Pool, AConnectionIsUsedAgain) {
  LoopbackServer server(Reply::of(200, "x"));
  EXPECT_THAT(send_two(server, "POST"), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 1}));
}

TEST(Pool, SoIsATlsConnection) {
  ServerOptions options;
  options.certificate = Certificate::good;
  LoopbackServer server(Reply::of(200, "x"), options);
  EXPECT_THAT(send_two(server, "POST"), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 1}));
}

TEST(Pool, AnErrorAnswerDoesNotSpoilTheConnection) {
  LoopbackServer server(Reply::of(500, "x"));
  EXPECT_THAT(send_two(server, "POST"), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 1}));
}

TEST(Pool, AConnectionThatTheServerWillCloseIsNotKept) {
  Reply reply = Reply::of(200, "x");
  reply.ending = Ending::close;
  LoopbackServer server(reply);
  EXPECT_THAT(send_two(server, "POST"), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
}

TEST(Pool, AConnectionWithBytesLeftOverIsNotKept) {
  Reply reply;
  reply.raw = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfake";
  LoopbackServer server(reply);
  EXPECT_EQ(text_of(send_two(server, "POST")), "x");
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
}

TEST(Pool, AConnectionClosedWhileIdleIsNotUsedSoAPostSucceeds) {
  for (const auto certificate : {Certificate::none, Certificate::good}) {
    for (const auto how : {Ending::close, Ending::close_without_notify, Ending::reset}) {
      ServerOptions options;
      options.certificate = certificate;
      LoopbackServer server(Reply::of(200, "x"), options);
      EXPECT_EQ(text_of(send_two(server, "POST", [&] { server.close_idle(how); })), "x");
      EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
    }
  }
}

TEST(Pool, AGetThatMetADeadConnectionIsSentOnceMore) {
  for (const auto how : {Ending::close, Ending::reset}) {
    LoopbackServer server(dies_at_second_request(how));
    EXPECT_THAT(send_two(server, "GET"), IsOk());
    EXPECT_EQ(connections_of(server), (std::vector{1, 1, 2}));
  }
}

TEST(Pool, APostThatMetADeadConnectionIsNotSentAgain) {
  LoopbackServer server(dies_at_second_request(Ending::reset));
  EXPECT_THAT(send_two(server, "POST"), FailsAt(Errc::unavailable, Delivery::unknown));
  EXPECT_EQ(connections_of(server), (std::vector{1, 1}));
}

TEST(Pool, AFreshConnectionIsAskedForAndKeptForOthers) {
  LoopbackServer server(Reply::of(200, "x"));
  const auto http = client();
  auto post = request("POST", server.url("/2"));
  post.fresh_connection = true;
  EXPECT_THAT(send_two(*http, request("GET", server.url("/1")), post), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
  const auto again = client();
  EXPECT_THAT(send_two(*again, post, request("GET", server.url("/3"))), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2, 3, 3}));
}

TEST(Pool, APostOnAFreshConnectionNeverMeetsOneThatTheServerIsClosing) {
  for (const auto how : {Ending::close, Ending::reset}) {
    LoopbackServer server([how, seen = std::map<int, int>()](const RecordedRequest& request) mutable {
      return ++seen[request.connection] == 2 ? Reply::dropped(how) : Reply::of(200, "x");
    });
    const auto http = client();
    auto post = request("POST", server.url("/2"));
    post.fresh_connection = true;
    EXPECT_EQ(text_of(send_two(*http, request("GET", server.url("/1")), post)), "x");
  }
}

TEST(Pool, NeitherIsAConditionalPut) {
  LoopbackServer server(dies_at_second_request(Ending::reset));
  const auto http = client();
  auto put = request("PUT", server.url("/2"), "x");
  put.headers.add("If-None-Match", "*");
  EXPECT_THAT(send_two(*http, request("GET", server.url("/1")), put), FailsAt(Errc::unavailable, Delivery::unknown));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Pool, AGetOnAFreshConnectionIsNotSentAgain) {
  LoopbackServer server(Reply::dropped(Ending::reset));
  EXPECT_THAT(send(request("GET", server.url("/"))), FailsAt(Errc::unavailable, Delivery::unknown));
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Pool, AGetIsSentAgainOnceAtMost) {
  LoopbackServer server(
      [count = 0](const RecordedRequest&) mutable { return ++count >= 2 ? Reply::dropped(Ending::reset) : Reply{}; });
  EXPECT_THAT(send_two(server, "GET"), FailsWith(Errc::unavailable));
  EXPECT_EQ(server.requests().size(), 3U);
}

TEST(Pool, AnAnswerThatBeganIsNotAskedForAgain) {
  LoopbackServer server([count = 0](const RecordedRequest&) mutable {
    Reply reply = Reply::of(200, "abc");
    if (++count == 2) reply.cut_body_at = 1;
    return reply;
  });
  EXPECT_THAT(send_two(server, "GET"), FailsAt(Errc::bad_answer, Delivery::answered));
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Pool, AConnectionUnusedForTooLongIsClosed) {
  HttpClientOptions options;
  options.pool_idle = std::chrono::milliseconds(0);
  const auto http = client(options);
  LoopbackServer server(Reply{});
  EXPECT_THAT(send_two(*http, request("GET", server.url("/1")), request("GET", server.url("/2"))), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
}

TEST(Pool, KeepsNoMoreThanAllowed) {
  HttpClientOptions options;
  options.max_idle_per_host = 0;
  const auto http = client(options);
  LoopbackServer server(Reply{});
  EXPECT_THAT(send_two(*http, request("GET", server.url("/1")), request("GET", server.url("/2"))), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
}

TEST(Pool, HostsDoNotShareConnections) {
  LoopbackServer server(Reply{});
  const std::string port = std::to_string(server.port());
  const auto http = client_with_dns({{"one.test", {"127.0.0.1"}}, {"two.test", {"127.0.0.1"}}});
  EXPECT_THAT(send_two(*http, request("GET", "http://one.test:" + port), request("GET", "http://two.test:" + port)),
              IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
}

TEST(Pool, AClientOutlivesTheContextItWorkedOn) {
  LoopbackServer server(Reply{});
  const auto http = client();
  EXPECT_THAT(send(*http, request("GET", server.url("/1"))), IsOk());
  EXPECT_THAT(send(*http, request("GET", server.url("/2"))), IsOk());
  EXPECT_EQ(connections_of(server), (std::vector{1, 2}));
}

TEST(Pool, AContextOutlivesItsClient) {
  LoopbackServer server(Reply{});
  boost::asio::io_context io(1);
  bool done = false;
  {
    const auto http = client();
    boost::asio::co_spawn(io, http->send(request("GET", server.url("/")), Deadline::never()),
                          [&](const std::exception_ptr&, const Result<HttpResponse>& r) { done = r.has_value(); });
    run_until(io, [&] { return done; });
  }
  EXPECT_TRUE(done);
}

TEST(Pool, AnIdleConnectionDoesNotKeepTheContextBusy) {
  LoopbackServer server(Reply{});
  const auto http = client();
  boost::asio::io_context io(1);
  boost::asio::co_spawn(io, http->send(request("GET", server.url("/")), Deadline::never()),
                        [](const std::exception_ptr&, const Result<HttpResponse>&) {});
  io.run_for(kTaskLimit);
  EXPECT_TRUE(io.stopped()) << "run_for() ended by its limit, not for want of work";
}

}  // namespace
}  // namespace imagegen
