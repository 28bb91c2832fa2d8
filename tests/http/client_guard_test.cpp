#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using testing::HasSubstr;
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

TEST(AddressGuard, RefusesANameWithPrivateBesidePublicAddresses) {
  const auto http = client_with_dns({{"mixed.test", {"8.8.8.8", "10.0.0.1"}}, {"mixed6.test", {"2606:4700::1", "fd00::1"}}});
  EXPECT_THAT(send(*http, guarded("http://mixed.test/")), FailsAt(Errc::permission_denied, Delivery::not_sent));
  EXPECT_THAT(send(*http, guarded("http://mixed6.test/")), FailsAt(Errc::permission_denied, Delivery::not_sent));
}

TEST(AddressGuard, RefusesPortsOfOtherServices) {
  const auto http = client_with_dns({{"cdn.test", {"8.8.8.8"}}});
  for (const auto* port : {"22", "25", "6379"})
    EXPECT_THAT(send(*http, guarded(std::string("http://cdn.test:") + port + "/")),
                FailsSaying(Errc::permission_denied, HasSubstr(std::string("port ") + port)));
}

TEST(AddressGuard, RefusesHttpWhereHttpsWasBefore) {
  LoopbackServer server(Reply::of(200, "x"));
  auto asked = request("GET", server.url("/"));
  asked.encrypted_only = true;
  EXPECT_THAT(send(asked), FailsSaying(Errc::permission_denied, HasSubstr("https has led to http")));
  HttpClientOptions options;
  options.allowed_hosts = {"127.0.0.1"};
  EXPECT_EQ(text_of(send(*client(options), asked)), "x");
}

TEST(AddressGuard, AnAllowedHostThatCanNeverMatchIsAnError) {
  HttpClientOptions options;
  options.allowed_hosts = {"https://files.test"};
  EXPECT_THAT(make_http_client(options), FailsSaying(Errc::invalid_argument, HasSubstr("http.allowedHosts[0]")));
}

}  // namespace
}  // namespace imagegen
