#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using std::chrono::milliseconds;
using testing::HasSubstr;

Result<HttpResponse> send_with_idle(const Reply& reply, milliseconds idle, milliseconds time = std::chrono::hours(1)) {
  LoopbackServer server(reply);
  HttpClientOptions options;
  options.idle_timeout = idle;
  const auto http = client(options);
  return send(*http, request("GET", server.url("/")), soon(time));
}

TEST(ClientTime, ASilentAnswerIsWaitedForLongerThanAPauseInABody) {
  Reply reply = Reply::of(200, "late");
  reply.delay = milliseconds(150);
  EXPECT_EQ(text_of(send_with_idle(reply, milliseconds(20))), "late");
}

TEST(ClientTime, SoIsTheFirstByteOfABody) {
  Reply reply = Reply::of(200, "late");
  reply.body_delay = milliseconds(150);
  EXPECT_EQ(text_of(send_with_idle(reply, milliseconds(20))), "late");
}

TEST(ClientTime, APauseInsideABodyEndsIt) {
  Reply reply = Reply::of(200, "abcdef");
  reply.hold_body_at = 3;
  const auto failed = send_with_idle(reply, milliseconds(50));
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::answered));
  EXPECT_THAT(failed.error().message, HasSubstr("nothing came in time"));
}

TEST(ClientTime, ASlowBodyThatGoesOnDoesNot) {
  Reply reply = Reply::of(200, std::string(20, 'x'));
  reply.drip_bytes = 1;
  reply.drip_pause = milliseconds(1);
  EXPECT_EQ(text_of(send_with_idle(reply, milliseconds(5000))), reply.body);
}

TEST(ClientTime, TheDeadlineHoldsInTheBodyToo) {
  Reply reply = Reply::of(200, std::string(100'000, 'x'));
  reply.drip_bytes = 1;
  reply.drip_pause = milliseconds(1);
  EXPECT_THAT(send_with_idle(reply, milliseconds(5000), milliseconds(1000)),
              FailsAt(Errc::deadline_exceeded, Delivery::answered));
}

TEST(ClientTime, TheDeadlineHoldsWhileUploading) {
  ServerOptions options;
  options.on_head = [](const RecordedRequest&) { return Reply::never(); };  // and reads nothing more
  LoopbackServer server(Reply{}, options);
  EXPECT_THAT(send_within(milliseconds(1000), request("POST", server.url("/"), std::string(20'000'000, 'x'))),
              FailsAt(Errc::deadline_exceeded, Delivery::unknown));
}

TEST(ClientTime, ConnectingHasALimitOfItsOwn) {
  const SilentPort nobody;
  HttpClientOptions options;
  options.connect_timeout = milliseconds(50);
  const auto http = client(options);
  const auto failed = send(*http, request("POST", "http://127.0.0.1:" + std::to_string(nobody.port())));
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_EQ(failed.error().retry, Retry::later);
}

TEST(ClientTime, TheDeadlineHoldsWhileConnecting) {
  const SilentPort nobody;
  EXPECT_THAT(send_within(milliseconds(50), request("POST", "http://127.0.0.1:" + std::to_string(nobody.port()))),
              FailsAt(Errc::deadline_exceeded, Delivery::not_sent));
}

TEST(ClientTime, TheConnectLimitHoldsInTheTlsHandshake) {
  ServerOptions server_options;
  server_options.certificate = Certificate::good;
  server_options.hold_on_accept = [](int) { return true; };
  LoopbackServer server(Reply{}, server_options);
  HttpClientOptions options;
  options.connect_timeout = milliseconds(50);
  const auto http = client(options);
  const auto failed = send(*http, request("POST", server.url("/")));
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_THAT(failed.error().message, HasSubstr("TLS"));
}

TEST(ClientTime, AnAddressThatRefusesIsNotTheLast) {
  LoopbackServer server(Reply::of(200, "x"));
  const auto http = client_with_dns({{"two.test", {"127.0.0.2", "127.0.0.1"}}});
  EXPECT_EQ(text_of(send(*http, request("GET", "http://two.test:" + std::to_string(server.port())))), "x");
}

TEST(ClientTime, AnAddressThatSwallowsPacketsLeavesTimeForTheNext) {
  LoopbackServer server(Reply::of(200, "x"));
  const SilentPort nobody(server.port());
  HttpClientOptions options;
  options.connect_timeout = milliseconds(1000);
  const auto http = client_with_dns({{"two.test", {"127.0.0.2", "127.0.0.1"}}}, options);
  EXPECT_EQ(text_of(send(*http, request("GET", "http://two.test:" + std::to_string(server.port())))), "x");
}

TEST(ClientTime, LimitsWithoutEndDoNotOverflow) {
  LoopbackServer server(Reply::of(200, "x"));
  HttpClientOptions options;
  options.connect_timeout = options.idle_timeout = options.pool_idle = milliseconds::max();
  const auto http = client(options);
  EXPECT_EQ(text_of(send(*http, request("GET", server.url("/")))), "x");
}

}  // namespace
}  // namespace imagegen
