#include "http/client_fixture.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <set>

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using testing::HasSubstr;
using testing::Not;

TEST(Client, SendsARequestAndGivesTheAnswer) {
  LoopbackServer server(Reply::of(201, "made", {{"X-Id", "7"}}));
  auto post = request("POST", server.url("/v1/images?x=%2f"), "{\"a\":1}");
  post.headers.add("Content-Type", "application/json");
  const auto response = send(std::move(post)).value();
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.headers.get("x-id"), "7");
  EXPECT_EQ(as_text(response.body), "made");
  const auto seen = server.request(0);
  EXPECT_EQ(seen.method + ' ' + seen.target, "POST /v1/images?x=%2f");
  EXPECT_EQ(seen.body, "{\"a\":1}");
  EXPECT_EQ(seen.header("Content-Type"), "application/json");
}

TEST(Client, SendsTheHeadersOfItsOwnOnce) {
  LoopbackServer server(Reply{});
  ASSERT_THAT(send(request("POST", server.url("/"), "abc")), IsOk());
  const auto seen = server.request(0);
  EXPECT_EQ(seen.header("Host"), "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_EQ(seen.header("Content-Length"), "3");
  EXPECT_EQ(seen.header("User-Agent"), "imagegen/0.1");
  for (const char* name : {"Host", "Content-Length", "User-Agent", "Accept", "Accept-Encoding"}) {
    EXPECT_EQ(seen.count(name), 1U) << name;
  }
}

TEST(Client, AnErrorStatusIsAnAnswerLikeAnyOther) {
  LoopbackServer server(Reply::of(503, "<html>busy</html>", {{"Retry-After", "3"}}));
  const auto response = send(request("GET", server.url("/"))).value();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(as_text(response.body), "<html>busy</html>");
}

TEST(Client, FollowsNoRedirects) {
  LoopbackServer server(Reply::of(302, "", {{"Location", "/elsewhere"}}));
  EXPECT_EQ(send(request("GET", server.url("/"))).value().status, 302);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST(Client, ReadsAnyFraming) {
  for (const auto framing : {Framing::content_length, Framing::chunked, Framing::until_close}) {
    Reply reply = Reply::of(200, std::string(100'000, 'x'));
    reply.framing = framing;
    LoopbackServer server(reply);
    EXPECT_EQ(text_of(send(request("GET", server.url("/")))), reply.body);
  }
}

TEST(Client, ReadsAnAnswerThatComesByteByByte) {
  Reply reply = Reply::of(200, "drop by drop");
  reply.framing = Framing::chunked;
  reply.chunk_bytes = 3;
  reply.drip_bytes = 1;
  LoopbackServer server(reply);
  EXPECT_EQ(text_of(send(request("GET", server.url("/")))), "drop by drop");
}

TEST(Client, TakesBodiesAsTheyAre) {
  for (const char* body : {"", "{\"cut\":", "[1]", "\xef\xbb\xbf{}", "\x1f\x8b\x08", "<html></html>"}) {
    LoopbackServer server(Reply::json(body));
    EXPECT_EQ(text_of(send(request("GET", server.url("/")))), body);
  }
}

TEST(Client, UploadsALargeBodyWhole) {
  std::string body(9'000'000, '\0');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>(i * 31 % 251);
  LoopbackServer server(Reply{});
  ASSERT_THAT(send(request("PUT", server.url("/"), body)), IsOk());
  EXPECT_TRUE(server.request(0).body == body);
}

TEST(Client, HeadHasNoBodyWhateverItsLengthSays) {
  LoopbackServer server(Reply::of(200, "abc"));
  const auto response = send(request("HEAD", server.url("/"))).value();
  EXPECT_EQ(response.headers.get("Content-Length"), "3");
  EXPECT_TRUE(response.body.empty());
}

TEST(Client, RefusesALongerBodyThanAllowed) {
  Reply reply = Reply::of(200, std::string(1001, 'x'));
  reply.framing = Framing::chunked;
  LoopbackServer server(reply);
  auto get = request("GET", server.url("/"));
  get.max_response_bytes = 1000;
  EXPECT_THAT(send(get), FailsAt(Errc::limit_exceeded, Delivery::answered));
  get.max_response_bytes = 1001;
  EXPECT_THAT(send(get), IsOk());
}

TEST(Client, RefusesLongerHeadersThanAllowed) {
  LoopbackServer server(Reply::of(200, "", {{"X-Long", std::string(70'000, 'x')}}));
  EXPECT_THAT(send(request("GET", server.url("/"))), FailsWith(Errc::limit_exceeded));
}

TEST(Client, GivesTheBodyToASinkInOrder) {
  struct Collector final : BodySink {
    std::string got;
    Result<void> on_data(ByteView data) override {
      got.append(as_text(data));
      return {};
    }
  } sink;
  std::string body(300'000, ' ');
  for (std::size_t i = 0; i < body.size(); ++i) body[i] = static_cast<char>('a' + i % 23);
  LoopbackServer server(Reply::of(200, body));
  auto get = request("GET", server.url("/"));
  get.sink = &sink;
  EXPECT_TRUE(send(get).value().body.empty());
  EXPECT_TRUE(sink.got == body);
}

TEST(Client, ASinkMayEndIt) {
  struct Full final : BodySink {
    Result<void> on_data(ByteView) override { return Error{Errc::storage_failed, "disk full"}; }
  } sink;
  LoopbackServer server(Reply::of(200, "abc"));
  auto get = request("GET", server.url("/"));
  get.sink = &sink;
  EXPECT_THAT(send(get), FailsAt(Errc::storage_failed, Delivery::answered));
}

TEST(Client, RefusesABadRequestBeforeItConnects) {
  LoopbackServer server(Reply{});
  auto get = request("GET", server.url("/"));
  get.headers.add("X-Key", "a\r\nb");
  EXPECT_THAT(send(get), FailsAt(Errc::invalid_argument, Delivery::not_sent));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Client, ReadsAnAnswerThatCameBeforeTheUploadEnded) {
  ServerOptions options;
  options.on_head = [](const RecordedRequest&) {
    Reply reply = Reply::of(413, "too much");
    reply.ending = Ending::close;
    return reply;
  };
  LoopbackServer server(Reply{}, options);
  const auto response = send(request("POST", server.url("/"), std::string(20'000'000, 'x')));
  EXPECT_EQ(text_of(response), "too much");
}

TEST(Client, SeveralCallsMayBeUnderWayAtOnce) {
  LoopbackServer server([](const RecordedRequest& seen) { return Reply::of(200, seen.target); });
  const auto http = client();
  boost::asio::io_context io(1);
  std::set<std::string> bodies;
  for (int i = 0; i < 20; ++i) {
    auto get = request("GET", server.url("/" + std::to_string(i)));
    boost::asio::co_spawn(io, http->send(std::move(get), Deadline::never()),
                          [&](const std::exception_ptr&, Result<HttpResponse> r) { bodies.insert(text_of(r)); });
  }
  run_until(io, [&] { return bodies.size() == 20; });
  EXPECT_TRUE(bodies.contains("/0") && bodies.contains("/19"));
}

TEST(Client, AMessageHoldsNeitherTargetNorHeaderNorBody) {
  LoopbackServer server(Reply::dropped(Ending::close));
  auto post = request("POST", server.url("/path?sig=hunter2"), "hunter2");
  post.headers.add("Authorization", "Bearer hunter2");
  const auto message = send(std::move(post)).error().message;
  EXPECT_THAT(message, Not(HasSubstr("hunter2")));
  EXPECT_THAT(message, HasSubstr("127.0.0.1:" + std::to_string(server.port()) + ": answer: "));
}

TEST(MakeHttpClient, RefusesACaFileThatIsNone) {
  HttpClientOptions options;
  options.ca_file = "/nowhere/at/all.pem";
  EXPECT_THAT(make_http_client(options), FailsSaying(Errc::invalid_argument, HasSubstr("ca_file")));
}

TEST(MakeHttpClient, RefusesAProxyThatIsNoUrl) {
  for (const char* proxy : {"localhost:3128", "https://localhost", "socks5://h", "http://user:hunter2@h:1"}) {
    HttpClientOptions options;
    options.proxy = proxy;
    const auto made = make_http_client(options);
    EXPECT_THAT(made, FailsSaying(Errc::invalid_argument, HasSubstr("proxy"))) << proxy;
    EXPECT_THAT(made.error().message, Not(HasSubstr("hunter2")));
  }
}

TEST(MakeHttpClient, RefusesAUserAgentThatBreaksItsLine) {
  HttpClientOptions options;
  options.user_agent = "agent\r\nX-Evil: 1";
  EXPECT_THAT(make_http_client(options), FailsSaying(Errc::invalid_argument, HasSubstr("user_agent")));
}

}  // namespace
}  // namespace imagegen
