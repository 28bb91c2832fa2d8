#include "http/client_fixture.hpp"
#include "http/tls_context.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using testing::HasSubstr;

ServerOptions showing(Certificate certificate) {
  ServerOptions options;
  options.certificate = certificate;
  return options;
}

Result<HttpResponse> get(std::string_view url, HttpClientOptions options = trusting_options()) {
  const auto http = client(std::move(options));
  return send(*http, request("GET", url));
}

TEST(Tls, ATrustedCertificateIsAccepted) {
  LoopbackServer server(Reply::of(200, "safe"), showing(Certificate::good));
  EXPECT_EQ(text_of(get(server.url("/"))), "safe");
}

TEST(Tls, TheNameIsSentAndVerified) {
  LoopbackServer server(Reply::of(200, "safe"), showing(Certificate::good));
  const auto http = client_with_dns({{"localhost", {"127.0.0.1"}}}, trusting_options());
  EXPECT_EQ(text_of(send(*http, request("GET", "https://localhost:" + std::to_string(server.port())))), "safe");
  EXPECT_EQ(server.request(0).server_name, "localhost");
}

TEST(Tls, AnAddressIsNotSentAsAName) {
  LoopbackServer server(Reply{}, showing(Certificate::good));
  ASSERT_THAT(get(server.url("/")), IsOk());
  EXPECT_EQ(server.request(0).server_name, "");
}

TEST(Tls, ACertificateForAnotherNameIsRefused) {
  LoopbackServer server(Reply{}, showing(Certificate::good));
  const auto http = client_with_dns({{"evil.test", {"127.0.0.1"}}}, trusting_options());
  const auto failed = send(*http, request("GET", "https://evil.test:" + std::to_string(server.port())));
  EXPECT_THAT(failed, FailsSaying(Errc::unavailable, HasSubstr("certificate")));
  EXPECT_TRUE(server.requests().empty());
}

std::size_t trusted_by(const SystemRoots& roots) {
  boost::asio::ssl::context context(boost::asio::ssl::context::tls_client);
  trust(roots, context);
  return static_cast<std::size_t>(
      sk_X509_OBJECT_num(X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.native_handle()))));
}

// OpenSSL that was built on one distribution looks where that one has its roots.
TEST(Tls, RootsAreFoundWhereAnotherDistributionHasThem) {
  const auto known = trusted_by({"/no/such/file", "/no/such/folder", {}});
  const std::vector<std::string> elsewhere = {"/no/such/bundle", trusting_options().ca_file};
  EXPECT_EQ(trusted_by({"/no/such/file", "/no/such/folder", elsewhere}), known + 1);
  EXPECT_EQ(trusted_by({"/no/such/file", "/", elsewhere}), known) << "OpenSSL's own places come first";
}

struct Refused {
  Certificate certificate;
  const char* reason;
};

class BadCertificate : public testing::TestWithParam<Refused> {};

TEST_P(BadCertificate, IsRefusedBeforeTheRequest) {
  LoopbackServer server(Reply{}, showing(GetParam().certificate));
  const auto failed = get(server.url("/"));
  EXPECT_THAT(failed, FailsAt(Errc::unavailable, Delivery::not_sent));
  EXPECT_THAT(failed.error().message, HasSubstr(GetParam().reason));
  EXPECT_TRUE(server.requests().empty());
}

INSTANTIATE_TEST_SUITE_P(Each, BadCertificate,
                         testing::Values(Refused{Certificate::expired, "expired"},
                                         Refused{Certificate::wrong_host, "mismatch"},
                                         Refused{Certificate::self_signed, "self-signed"}));

TEST(Tls, AnAuthorityThatTheSystemDoesNotKnowIsRefused) {
  LoopbackServer server(Reply{}, showing(Certificate::good));
  EXPECT_THAT(get(server.url("/"), HttpClientOptions()), FailsSaying(Errc::unavailable, HasSubstr("certificate")));
}

TEST(Tls, Version11IsRefused) {
  auto options = showing(Certificate::good);
  options.only_old_tls = true;
  LoopbackServer server(Reply{}, options);
  EXPECT_THAT(get(server.url("/")), FailsAt(Errc::unavailable, Delivery::not_sent));
}

// OpenSSL's own defaults refuse it as well, so this looks at ours.
TEST(Tls, Version12IsTheOldestEvenWhereOpenSslAllowsMore) {
  const auto context = TlsContext::make(LoopbackServer::ca_file()).value();
  EXPECT_EQ(SSL_CTX_get_min_proto_version(context->native().native_handle()), TLS1_2_VERSION);
}

TEST(Tls, AServerWithoutTlsIsNotSpokenTo) {
  ServerOptions options;
  options.greeting = "HTTP/1.1 400 Bad Request\r\n\r\n";
  LoopbackServer server(Reply{}, options);
  EXPECT_THAT(get("https://127.0.0.1:" + std::to_string(server.port())),
              FailsAt(Errc::unavailable, Delivery::not_sent));
}

TEST(Tls, ABodyWithoutLengthMustEndWithANotice) {
  Reply reply = Reply::of(200, "all of it?");
  reply.framing = Framing::until_close;
  LoopbackServer honest(reply, showing(Certificate::good));
  EXPECT_EQ(text_of(get(honest.url("/"))), "all of it?");
  reply.ending = Ending::close_without_notify;
  LoopbackServer cut(reply, showing(Certificate::good));
  EXPECT_THAT(get(cut.url("/")), FailsAt(Errc::bad_answer, Delivery::answered));
}

TEST(Tls, ABodyWithALengthNeedsNone) {
  Reply reply = Reply::of(200, "all of it");
  reply.ending = Ending::close_without_notify;
  LoopbackServer server(reply, showing(Certificate::good));
  EXPECT_EQ(text_of(get(server.url("/"))), "all of it");
}

TEST(Tls, LargeBodiesGoBothWays) {
  LoopbackServer server([](const RecordedRequest& seen) { return Reply::of(200, seen.body); },
                        showing(Certificate::good));
  const std::string body(3'000'000, 'x');
  const auto http = client(trusting_options());
  EXPECT_TRUE(text_of(send(*http, request("POST", server.url("/"), body))) == body);
}

}  // namespace
}  // namespace imagegen
