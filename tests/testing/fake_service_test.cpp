// What the fakes of all services are made of: a fake that lets a wrong request pass hides it.
#include <imagegen/http/http_client.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "support/fake_service.hpp"
#include "support/faults.hpp"

namespace imagegen::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// Sells a picture for a key: POST /buy {"key": "...", "steps": 1} gives its URL.
class Kiosk final : public ServiceRules {
 public:
  std::string contract() const override { return "a kiosk of today"; }
  std::set<std::string> headers() const override { return {"x-key"}; }
  Reply answer(FakeCall& call) override {
    if (!call.has("X-Key", "k")) return Reply::of(401);
    if (call.is("GET", "/shelf/{}/{}", "look")) return Reply::of(200, call.parts[0] + "+" + call.parts[1]);
    if (call.is("GET", "/shelf?", "search")) return Reply::of(200, "found " + std::string(call.query));
    if (!call.is("POST", "/buy", "buy")) return call.violation("unexpected call", Reply::of(404));
    static constexpr FieldRule kFields[] = {{"key", boost::json::kind::string}, {"steps", boost::json::kind::int64, false}};
    const auto body = call.object();
    const auto wrong = body ? field_fault(*body, kFields) : std::string("no object");
    if (!wrong.empty()) return Reply::of(422, wrong);
    return call.begins(std::string(body->at("key").as_string())) ? call.answer(Reply::of(200, call.serve("picture")))
                                                                 : call.answer({});
  }
};

class FakeServiceTest : public ::testing::Test {
 protected:
  HttpResponse send(const std::string& method, const std::string& url, const std::string& body = {},
                    std::vector<HttpHeader> headers = {{"X-Key", "k"}}) {
    HttpRequest request;
    request.method = method, request.url = parse_url(url).value(), request.body = to_bytes(body);
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    for (auto& header : headers) request.headers.add(header.name, header.value);
    auto answered = io_.run(http_->send(std::move(request), Deadline::never()));
    return answered ? *answered : HttpResponse();
  }
  std::string buy(const std::string& body) {
    const auto response = send("POST", kiosk_.url("/buy"), body);
    return std::to_string(response.status) + " " + std::string(as_text(response.body));
  }

  IoRunner io_;
  FakeService kiosk_{std::make_unique<Kiosk>()};
  std::unique_ptr<HttpClient> http_ = [this] {
    HttpClientOptions options;
    options.allowed_hosts = {kiosk_.host()};
    return make_http_client(options).value();
  }();
};

TEST_F(FakeServiceTest, RefusesFieldsThatTheServiceDoesNotHave) {
  EXPECT_EQ(buy(R"({"key":"a","steps":"1"})"), "422 steps is of another type");
  EXPECT_EQ(buy(R"({"steps":1})"), "422 key is missing");
  EXPECT_EQ(buy(R"({"key":"a","seed":1})"), "422 seed is unknown");
  EXPECT_EQ(kiosk_.accepted(), 0);
}

TEST_F(FakeServiceTest, HoldsAgainstTheClientWhatNoClientWouldSend) {
  (void)buy("[1]");
  EXPECT_THAT(kiosk_.take_violations(), ElementsAre(HasSubstr("POST /buy: expected a JSON object, got [1]")));
  (void)send("GET", kiosk_.url("/elsewhere?x"));
  EXPECT_THAT(kiosk_.take_violations(), ElementsAre(HasSubstr("GET /elsewhere?x: unexpected call")));
  (void)send("GET", kiosk_.url("/shelf/1/2"), "", {{"X-Key", "k"}, {"X-Odd", "1"}});
  EXPECT_THAT(kiosk_.take_violations(), ElementsAre(HasSubstr("unexpected header: X-Odd")));
  (void)send("GET", kiosk_.url("/shelf/1/2"), "", {{"X-Key", "k"}, {"X-Key", "k"}});
  EXPECT_THAT(kiosk_.take_violations(), ElementsAre(HasSubstr("more than one header X-Key")));
  EXPECT_THAT(kiosk_.take_violations(), IsEmpty());
}

TEST_F(FakeServiceTest, GivesARouteItsParts) {
  EXPECT_EQ(as_text(send("GET", kiosk_.url("/shelf/left/3")).body), "left+3");
  EXPECT_EQ(send("POST", kiosk_.url("/shelf/left/3")).status, 404);
  EXPECT_EQ(send("GET", kiosk_.url("/shelf//3")).status, 404) << "a part is never empty";
  EXPECT_EQ(kiosk_.calls("look"), 1);
  EXPECT_EQ(kiosk_.take_violations().size(), 2U);
}

TEST_F(FakeServiceTest, TakesAQueryOnlyWhereTheRouteHasOne) {
  EXPECT_EQ(as_text(send("GET", kiosk_.url("/shelf?q=a&p=2")).body), "found q=a&p=2");
  EXPECT_EQ(as_text(send("GET", kiosk_.url("/shelf")).body), "found ");
  for (const auto* target : {"/shelf?", "/shelf/left/3?q=1", "/shelf/left/3?", "/shelf/left/3??"}) {
    EXPECT_EQ(send("GET", kiosk_.url(target)).status, 404) << target;
    EXPECT_THAT(kiosk_.take_violations(), ElementsAre(HasSubstr(std::string("GET ") + target + ": unexpected call")));
  }
  EXPECT_EQ(kiosk_.calls("look"), 0);
}

TEST_F(FakeServiceTest, ServesAResultAtASignedUrlToWhoeverShowsNoKey) {
  const auto url = buy(R"({"key":"a"})").substr(4);
  EXPECT_EQ(as_text(send("GET", url, "", {}).body), "picture");
  EXPECT_EQ(send("GET", url.substr(0, url.find('?')), "", {}).status, 404) << "the signature belongs to it";
  EXPECT_THAT(kiosk_.take_violations(), IsEmpty());
  (void)send("GET", url);
  EXPECT_THAT(kiosk_.take_violations(), ElementsAre(HasSubstr("a result URL was sent X-Key")));
}

TEST_F(FakeServiceTest, FaultsComeInTurnAndThenWhatIsSaidForAlways) {
  kiosk_.fail_always("buy", faults::bad_gateway());
  kiosk_.fail_next("buy", faults::refused("429", Reply::of(429, "later")));
  kiosk_.fail_next("buy", faults::reshaped("longer", [](Reply& reply) { reply.body = "longer"; }));
  EXPECT_EQ(buy(R"({"key":"a"})"), "429 later");
  EXPECT_EQ(buy(R"({"key":"b"})"), "200 longer");
  EXPECT_THAT(buy(R"({"key":"c"})"), HasSubstr("502 "));
  EXPECT_EQ(as_text(send("GET", kiosk_.url("/shelf/1/2")).body), "1+2") << "other calls are as they were";
}

TEST_F(FakeServiceTest, KnowsTheFaultsThatNoCallHad) {
  kiosk_.fail_next("by", faults::bad_gateway());
  kiosk_.fail_next("look", faults::bad_gateway());
  kiosk_.fail_always("cell", faults::html());
  kiosk_.fail_always("buy", faults::html());
  EXPECT_EQ(as_text(send("GET", kiosk_.url("/shelf/1/2")).body), "1+2") << "it is answered without FakeCall::answer()";
  (void)buy(R"({"key":"a"})");
  EXPECT_THAT(kiosk_.take_faults(), ElementsAre("by: 502 with a page", "cell: page with 200", "look: 502 with a page"));
  EXPECT_THAT(kiosk_.take_faults(), IsEmpty());
}

TEST(FakeServiceEnd, AFaultThatNoCallHadFailsTheTest) {
  const auto end_with_a_fault = [] {
    FakeService kiosk(std::make_unique<Kiosk>());
    kiosk.fail_next("by", faults::bad_gateway());
  };
  EXPECT_NONFATAL_FAILURE(end_with_a_fault(), "no call had the fault by: 502");
}

TEST_F(FakeServiceTest, CountsWhatWouldBeBilledWhateverBecameOfTheAnswer) {
  (void)buy(R"({"key":"a"})");
  kiosk_.fail_next("buy", faults::reset_after_request());
  (void)buy(R"({"key":"a"})");
  kiosk_.fail_next("buy", faults::refused("503", Reply::of(503)));
  (void)buy(R"({"key":"b"})");
  EXPECT_THAT(kiosk_.purchases(), ElementsAre(Pair("a", 2)));
  EXPECT_EQ(kiosk_.accepted(), 2);
  EXPECT_EQ(kiosk_.calls("buy"), 3);
}

}  // namespace
}  // namespace imagegen::test
