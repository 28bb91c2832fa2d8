#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using testing::HasSubstr;

HttpClientOptions through(const LoopbackServer& proxy) {
  auto options = trusting_options();
  options.proxy = proxy.url();
  return options;
}

Reply tunnel_to(const LoopbackServer& server) {
  Reply reply;
  reply.tunnel_to = server.port();
  return reply;
}

LoopbackServer::Handler answer(std::string body) {
  return [body](const RecordedRequest&) { return Reply::of(200, body); };
}

ServerOptions tls() {
  ServerOptions options;
  options.certificate = Certificate::good;
  return options;
}

TEST(Proxy, IsAskedForTheWholeUrl) {
  LoopbackServer proxy(Reply::of(200, "via"));
  const auto http = client(through(proxy));
  EXPECT_EQ(text_of(send(*http, request("GET", "http://files.test:81/a?b"))), "via");
  EXPECT_EQ(proxy.request(0).target, "http://files.test:81/a?b");
  EXPECT_EQ(proxy.request(0).header("Host"), "files.test:81");
}

TEST(Proxy, TunnelsTls) {
  LoopbackServer server(answer("safe"), tls());
  LoopbackServer proxy(tunnel_to(server));
  const auto http = client(through(proxy));
  auto post = request("POST", "https://localhost:" + std::to_string(server.port()) + "/x", "body");
  post.headers.add("Authorization", "Bearer k");
  EXPECT_EQ(text_of(send(*http, std::move(post))), "safe");
  EXPECT_EQ(server.request(0).target, "/x");
  EXPECT_EQ(server.request(0).body, "body");
  EXPECT_EQ(proxy.request(0).method, "CONNECT");
  EXPECT_EQ(proxy.request(0).target, "localhost:" + std::to_string(server.port()));
  EXPECT_EQ(proxy.request(0).header("Authorization"), "");
}

TEST(Proxy, ARefusedTunnelSentNothing) {
  for (const int status : {403, 407, 502}) {
    LoopbackServer proxy(Reply::of(status, "no"));
    const auto http = client(through(proxy));
    const auto failed = send(*http, request("POST", "https://files.test/"));
    EXPECT_THAT(failed, FailsAt(status == 407 ? Errc::permission_denied : Errc::unavailable, Delivery::not_sent));
    EXPECT_EQ(failed.error().retry, status == 502 ? Retry::later : Retry::never);
    EXPECT_THAT(failed.error().message, HasSubstr(std::to_string(status)));
  }
}

TEST(Proxy, AProxyThatHangsUpSentNothing) {
  LoopbackServer proxy(Reply::dropped(Ending::reset));
  const auto http = client(through(proxy));
  EXPECT_THAT(send(*http, request("POST", "https://files.test/")), FailsAt(Errc::unavailable, Delivery::not_sent));
}

TEST(Proxy, ATunnelToTheWrongServerIsNoticed) {
  ServerOptions options = tls();
  options.certificate = Certificate::wrong_host;
  LoopbackServer server(answer("evil"), options);
  LoopbackServer proxy(tunnel_to(server));
  const auto http = client(through(proxy));
  EXPECT_THAT(send(*http, request("GET", "https://localhost/")),
              FailsSaying(Errc::unavailable, HasSubstr("certificate")));
}

TEST(Proxy, AGuardedUrlIsCheckedBeforeTheProxyIsAsked) {
  LoopbackServer proxy(Reply{});
  auto options = through(proxy);
  const auto http = client_with_dns({{"127.0.0.1", {"127.0.0.1"}}, {"evil.test", {"169.254.169.254"}}}, options);
  auto get = request("GET", "http://evil.test/");
  get.public_addresses_only = true;
  EXPECT_THAT(send(*http, get), FailsWith(Errc::permission_denied));
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST(Proxy, AGuardedUrlIsAskedForByTheAddressThatWasChecked) {
  LoopbackServer server(answer("public"));
  LoopbackServer proxy(tunnel_to(server));
  auto options = through(proxy);
  const auto http = client_with_dns({{"127.0.0.1", {"127.0.0.1"}}, {"cdn.test", {"8.8.8.8", "9.9.9.9"}}}, options);
  auto get = request("GET", "http://cdn.test/x");
  get.public_addresses_only = true;
  EXPECT_EQ(text_of(send(*http, get)), "public");
  EXPECT_EQ(proxy.request(0).target, "8.8.8.8:80");
  EXPECT_EQ(server.request(0).target, "/x");
  EXPECT_EQ(server.request(0).header("Host"), "cdn.test");
}

}  // namespace
}  // namespace imagegen
