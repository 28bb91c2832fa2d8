#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it

HttpRequest guarded(std::string_view url) {
  auto out = request("GET", url);
  out.public_addresses_only = true;
  return out;
}

std::string at_port(const std::string& host, const LoopbackServer& server) {
  return "http://" + host + ':' + std::to_string(server.port()) + '/';
}

TEST(AddressGuard, RefusesThisMachine) {
  LoopbackServer server(Reply{});
  EXPECT_THAT(send(guarded(server.url("/"))), FailsAt(Errc::permission_denied, Delivery::not_sent));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(AddressGuard, RefusesTheMetadataService) {
  EXPECT_THAT(send(guarded("http://169.254.169.254/latest/meta-data")), FailsWith(Errc::permission_denied));
  EXPECT_THAT(send(guarded("http://[::ffff:169.254.169.254]/")), FailsWith(Errc::permission_denied));
}

TEST(AddressGuard, LooksAtWhatDnsSaysAndNotAtTheName) {
  LoopbackServer server(Reply{});
  const auto http = client_with_dns({{"cdn.test", {"127.0.0.1", "10.0.0.1", "::1"}}});
  EXPECT_THAT(send(*http, guarded(at_port("cdn.test", server))), FailsWith(Errc::permission_denied));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(AddressGuard, IsOffForUrlsOfOurOwn) {
  LoopbackServer server(Reply::of(200, "x"));
  EXPECT_EQ(text_of(send(request("GET", server.url("/")))), "x");
}

TEST(AddressGuard, LetsAllowedHostsPass) {
  LoopbackServer server(Reply::of(200, "x"));
  const std::string with_port = "127.0.0.1:" + std::to_string(server.port());
  for (const auto& allowed : {std::string("127.0.0.1"), with_port}) {
    HttpClientOptions options;
    options.allowed_hosts = {allowed};
    const auto http = client(options);
    EXPECT_EQ(text_of(send(*http, guarded(server.url("/")))), "x") << allowed;
  }
}

TEST(AddressGuard, AnAllowedPortDoesNotAllowTheOthers) {
  LoopbackServer server(Reply{});
  HttpClientOptions options;
  options.allowed_hosts = {"127.0.0.1:1"};
  const auto http = client(options);
  EXPECT_THAT(send(*http, guarded(server.url("/"))), FailsWith(Errc::permission_denied));
}

TEST(AddressGuard, AnAllowedNameDoesNotAllowItsAddressUnderAnotherName) {
  LoopbackServer server(Reply{});
  HttpClientOptions options;
  options.allowed_hosts = {"files.test"};
  const auto http = client_with_dns({{"files.test", {"127.0.0.1"}}, {"evil.test", {"127.0.0.1"}}}, options);
  EXPECT_THAT(send(*http, guarded(at_port("files.test", server))), IsOk());
  EXPECT_THAT(send(*http, guarded(at_port("evil.test", server))), FailsWith(Errc::permission_denied));
}

TEST(AddressGuard, AnOpenConnectionIsNoWayRound) {
  LoopbackServer server(Reply{});
  const auto http = client();
  const auto second = run([&]() -> Task<Result<HttpResponse>> {
    const auto first = co_await http->send(request("GET", server.url("/")), Deadline::never());
    EXPECT_THAT(first, IsOk());
    co_return co_await http->send(guarded(server.url("/")), Deadline::never());
  });
  EXPECT_THAT(second, FailsWith(Errc::permission_denied));
  EXPECT_EQ(server.requests().size(), 1U);
}

}  // namespace
}  // namespace imagegen
