#include <imagegen/maker/http/download.hpp>

#include "http/client_fixture.hpp"

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using testing::HasSubstr;
using testing::Not;

std::string host_of(const LoopbackServer& server) {
  return "127.0.0.1:" + std::to_string(server.port());
}

Result<Bytes> get(const std::string& url, std::vector<std::string> allowed, std::size_t max_bytes = 1000) {
  HttpClientOptions options;
  options.allowed_hosts = std::move(allowed);
  const auto http = client(options);
  return run_task(download(*http, url, max_bytes, Deadline::never()));
}

LoopbackServer::Handler redirect(std::string to, int status = 302) {
  return [=](const RecordedRequest&) { return Reply::of(status, "moved", {{"Location", to}}); };
}

TEST(Download, GivesTheBodyAndSendsTheUrlByteForByte) {
  LoopbackServer server(Reply::of(200, "png"));
  EXPECT_EQ(as_text(get(server.url("/a%2Fb?sig=%2b+A=="), {"127.0.0.1"}).value()), "png");
  EXPECT_EQ(server.request(0).target, "/a%2Fb?sig=%2b+A==");
  EXPECT_EQ(server.request(0).header("Authorization"), "");
}

TEST(Download, EncodesWhatAUrlCannotHold) {
  LoopbackServer server([](const RecordedRequest& seen) {
    if (seen.target == "/a") return Reply::of(302, "", {{"Location", "/my picture [1].png"}});
    return Reply::of(200, seen.target);
  });
  EXPECT_EQ(as_text(get(server.url("/b c.png"), {"127.0.0.1"}).value()), "/b%20c.png");
  EXPECT_EQ(as_text(get(server.url("/a"), {"127.0.0.1"}).value()), "/my%20picture%20%5B1%5D.png");
}

TEST(Download, RefusesWhatIsNotPublic) {
  LoopbackServer server(Reply::of(200, "secret"));
  EXPECT_THAT(get(server.url("/"), {}), FailsWith(Errc::permission_denied));
  EXPECT_THAT(get("http://169.254.169.254/", {}), FailsWith(Errc::permission_denied));
  EXPECT_EQ(server.connections(), 0U);
}

TEST(Download, RefusesOtherSchemesAndCredentials) {
  EXPECT_THAT(get("file:///etc/passwd", {}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(get("http://user:pass@127.0.0.1/", {"127.0.0.1"}), FailsWith(Errc::invalid_argument));
}

TEST(Download, FollowsRedirectsToOtherHosts) {
  LoopbackServer third(Reply::of(200, "there"));
  for (const int status : {301, 302, 303, 307, 308}) {
    LoopbackServer first(redirect(third.url("/x?y=%2f"), status));
    EXPECT_EQ(as_text(get(first.url("/"), {host_of(first), host_of(third)}).value()), "there");
  }
  EXPECT_EQ(third.request(0).target, "/x?y=%2f");
}

TEST(Download, FollowsARelativeRedirect) {
  LoopbackServer server([](const RecordedRequest& seen) {
    return seen.target == "/a/b?q" ? Reply::of(302, "", {{"Location", "../c?d"}}) : Reply::of(200, seen.target);
  });
  EXPECT_EQ(as_text(get(server.url("/a/b?q"), {"127.0.0.1"}).value()), "/c?d");
}

TEST(Download, ChecksTheAddressAgainOnEachRedirect) {
  LoopbackServer hidden(Reply::of(200, "secret"));
  LoopbackServer first(redirect(hidden.url("/")));
  EXPECT_THAT(get(first.url("/"), {host_of(first)}), FailsWith(Errc::permission_denied));
  EXPECT_EQ(hidden.connections(), 0U);
}

TEST(Download, RefusesARedirectToAnythingButHttp) {
  for (const char* to : {"file:///etc/passwd", "gopher://127.0.0.1/", "http://user@127.0.0.1/", ""}) {
    LoopbackServer server(redirect(to));
    const auto failed = get(server.url("/"), {"127.0.0.1"});
    EXPECT_THAT(failed, FailsWith(Errc::bad_answer)) << to;
    EXPECT_THAT(failed.error().message, Not(HasSubstr("passwd")));
  }
}

TEST(Download, FollowsFiveRedirectsAndNotSix) {
  const auto hops = [](int count) {
    return [count](const RecordedRequest& seen) {
      const int at = std::stoi(seen.target.substr(1));
      return at == count ? Reply::of(200, "end") : Reply::of(302, "", {{"Location", "/" + std::to_string(at + 1)}});
    };
  };
  LoopbackServer five(hops(5));
  EXPECT_THAT(get(five.url("/0"), {"127.0.0.1"}), IsOk());
  LoopbackServer six(hops(6));
  EXPECT_THAT(get(six.url("/0"), {"127.0.0.1"}), FailsWith(Errc::bad_answer));
  EXPECT_EQ(six.requests().size(), 6U);
}

TEST(Download, AnotherStatusIsAnError) {
  for (const int status : {304, 403, 404, 500}) {
    LoopbackServer server(Reply::of(status, "<Error>expired</Error>"));
    const auto failed = get(server.url("/"), {"127.0.0.1"});
    EXPECT_THAT(failed, FailsSaying(Errc::bad_answer, HasSubstr(std::to_string(status))));
    EXPECT_EQ(failed.error().retry, status == 304 ? Retry::never : Retry::later);
  }
}

TEST(Download, SaysHowLongToWait) {
  LoopbackServer server(Reply::of(503, "", {{"Retry-After", "7"}}));
  EXPECT_EQ(get(server.url("/"), {"127.0.0.1"}).error().retry_after, std::chrono::seconds(7));
}

TEST(Download, StopsAtTheLimit) {
  LoopbackServer server(Reply::of(200, std::string(1001, 'x')));
  EXPECT_THAT(get(server.url("/"), {"127.0.0.1"}, 1000), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(get(server.url("/"), {"127.0.0.1"}, 1001), IsOk());
}

TEST(Download, AMessageDoesNotHoldTheSignature) {
  LoopbackServer server(Reply::of(403, ""));
  EXPECT_THAT(get(server.url("/?sig=hunter2"), {"127.0.0.1"}).error().message, Not(HasSubstr("hunter2")));
}

TEST(Download, AFileThatIsWholeMayEndInAnyWay) {
  ServerOptions tls;
  tls.certificate = Certificate::good;
  Reply reply;
  reply.raw = "HTTP/1.1 200 OK\r\n\r\nwhole.";
  reply.ending = Ending::close_without_notify;
  LoopbackServer server(reply, tls);
  auto options = trusting_options();
  options.allowed_hosts = {"127.0.0.1"};
  const auto http = client(options);
  const auto ends = [](ByteView file) { return as_text(file).ends_with('.'); };
  const auto never = [](ByteView) { return false; };
  EXPECT_EQ(as_text(run_task(download(*http, server.url("/"), 100, Deadline::never(), ends)).value()), "whole.");
  EXPECT_THAT(run_task(download(*http, server.url("/"), 100, Deadline::never(), never)), FailsWith(Errc::bad_answer));
}

}  // namespace
}  // namespace imagegen
