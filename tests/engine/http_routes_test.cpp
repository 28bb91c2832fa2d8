#include <gmock/gmock.h>

#include "engine/http_host.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kNobody = "null";
constexpr const char* kSales = R"({"user": "bob", "roles": ["sales"]})";
constexpr const char* kPrompt = R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat.", "imageCount": 2})";

struct RouteRow {
  const char* name;
  Ask ask;
  int status;
  const char* says;  // what the body holds
  std::size_t purchases = 0, jobs = 0;
};

void PrintTo(const RouteRow& row, std::ostream* out) {
  *out << row.ask.method << ' ' << row.ask.path << ' ' << row.ask.body;
}

class HttpRoutes : public ::testing::TestWithParam<RouteRow> {};

TEST_P(HttpRoutes, Answer) {
  HttpHost host;
  const auto answered = host(GetParam().ask);
  EXPECT_EQ(answered.status, GetParam().status) << answered.body;
  EXPECT_THAT(answered.body, HasSubstr(GetParam().says));
  EXPECT_EQ(answered.headers.at("Cache-Control"), "no-store");
  EXPECT_EQ(answered.headers.at("Content-Type"), "application/json");
  EXPECT_EQ(host.purchases(), GetParam().purchases);
  EXPECT_EQ(host.jobs(), GetParam().jobs);
}

const RouteRow kHeroRows[] = {
    {"NoBody", {"POST", kHeroes}, 200, R"("ok":true)", 1},
    {"EmptyObject", {"POST", kHeroes, "{}"}, 200, R"("filename":"a.webp")", 1},
    {"BlankBody", {"POST", kHeroes, " \r\n"}, 200, R"("ok":true)", 1},
    {"DryRun", {"POST", kHeroes, R"({"dryRun": true})"}, 200, R"("dryRun":true)"},
    {"AnotherShot", {"POST", kHeroes, R"({"shotIds": ["OL-9"]})"}, 200, R"("missingShots":["OL-9"])"},
    {"NotSignedIn", {"POST", kHeroes, "{}", kNobody}, 401, R"("error":"UNAUTHENTICATED")"},
    {"AnotherRole", {"POST", kHeroes, "{}", kSales}, 403, R"("error":"FORBIDDEN")"},
    {"NotSignedInAndAllWrong", {"POST", "/api/work-items/%00/generate-lifestyle-heroes", "{", kNobody}, 401, ""},
    {"AnotherRoleAndAllWrong", {"POST", "/api/work-items/%00/generate-lifestyle-heroes", "{", kSales}, 403, ""},
    {"IdBeforeBody", {"POST", "/api/work-items/a%0Ab/generate-lifestyle-heroes", "{"},
     400, R"("fieldErrors":{"workItemId":)"},
    {"IdThatIsNoEscape", {"POST", "/api/work-items/50%/generate-lifestyle-heroes"}, 400, R"("workItemId")"},
    {"IdThatIsEmpty", {"POST", "/api/work-items//generate-lifestyle-heroes"}, 400, R"("workItemId")"},
    {"NoPack", {"POST", "/api/work-items/wi-2/generate-lifestyle-heroes"},
     404, R"("error":"LIFESTYLE_PACK_NOT_FOUND")"},
    {"EscapedId", {"POST", "/api/work-items/wi%2D1/generate-lifestyle-heroes"}, 200, R"("workItemId":"wi-1")", 1},
    {"MalformedBody", {"POST", kHeroes, R"({"dryRun": tru})"}, 400, "after byte 11"},
    {"TwoBodies", {"POST", kHeroes, R"({}{"dryRun": true})"}, 400, R"("formErrors":["expected JSON)"},
    {"ArrayAsBody", {"POST", kHeroes, "[]"}, 400, R"("formErrors":["expected an object, got an array"])"},
    {"NoUtf8", {"POST", kHeroes, "{\"dryRun\": \"\xff\"}"}, 400, "expected JSON"},
    {"BudgetFromOutside", {"POST", kHeroes, R"({"budget": 5})"}, 400, R"("budget":["unknown field"])"},
    {"PackFromOutside", {"POST", kHeroes, R"({"pack": {},
     "user": "x"})"}, 400, "pack: unknown field; user: unknown field"},
    {"WorkItemFromOutside", {"POST", kHeroes, R"({"workItemId": "41"})"}, 400, R"("workItemId":["unknown field"])"},
    {"TextForABool", {"POST", kHeroes, R"({"dryRun": "true"})"}, 400, R"("fieldErrors":{"dryRun":)"},
    {"EmptyShot", {"POST", kHeroes, R"({"shotIds": [""]})"}, 400, R"("shotIds[0]")"},
    {"NullShots", {"POST", kHeroes, R"({"shotIds": null})"}, 400, R"("shotIds")"},
    {"QueryThatNobodyKnows", {"POST", "/api/work-items/wi-1/generate-lifestyle-heroes?dryRun=1"}, 400, R"("dryRun")"},
    {"AnotherMethod", {"GET", kHeroes}, 405, R"("error":"METHOD_NOT_ALLOWED")"},
    {"NoRoute", {"POST", "/api/work-items/wi-1/generate"}, 404, R"({"ok":false,"error":"NOT_FOUND","message":)"},
    {"LongerThanTheRoute", {"POST", "/api/work-items/wi-1/generate-lifestyle-heroes/"}, 404, "NOT_FOUND"},
    {"NoPrefix", {"POST", "/api/work-items-wi-1/generate-lifestyle-heroes"}, 404, "NOT_FOUND"},
    {"Root", {"GET", "/", "", kNobody}, 404, "NOT_FOUND"},
    {"TheServerItself", {"OPTIONS", "*", "", kNobody}, 404, "NOT_FOUND"},
    {"NoPath", {"CONNECT", "h:80", "", kNobody}, 404, "NOT_FOUND"},
    {"WholeUrl", {"POST", "http://h:80/api/work-items/wi-1/generate-lifestyle-heroes", R"({"dryRun": true})"},
     200, "wi-1"},
    {"WholeUrlOfAnotherMethod", {"OPTIONS", "http://h/api/work-items/wi-1/generate-lifestyle-heroes"}, 405, ""},
    {"WholeUrlWithoutAPath", {"GET", "http://h?x=/image/job-list"}, 404, "NOT_FOUND"},
    {"BlankUser", {"POST", kHeroes, "{}", R"({"user": " ", "roles": ["ops"]})"}, 401, R"("error":"UNAUTHENTICATED")"},
    {"EmptyUser", {"POST", kHeroes, "{}", R"({"user": "", "roles": ["ops"]})"}, 401, R"("error":"UNAUTHENTICATED")"},
};

const RouteRow kPromptRows[] = {
    {"Enhance", {"POST", "/image/enhance-prompt", R"({"intent": "hero", "prompt": "a cat"})"},
     200, R"("finalPrompt":)"},
    {"Execute", {"POST", "/image/execute-prompt", kPrompt}, 202, R"("status":"QUEUED")", 0, 1},
    {"ExecuteBelowTheOtherPrefix", {"POST", "/api/admin/image/execute-prompt", kPrompt},
     202, R"("jobId":"imgjob_)", 0, 1},
    {"ExecuteForAnother", {"POST", "/image/execute-prompt", R"({"owner": "x"})"}, 400, "owner: unknown field"},
    {"ExecuteNothing", {"POST", "/image/execute-prompt"},
     400, R"({"success":false,"error":{"code":"INVALID_REQUEST","message":)"},
    {"ExecuteSignedOut", {"POST", "/image/execute-prompt", kPrompt, kNobody}, 401, R"("code":"UNAUTHENTICATED")"},
    {"AnyRoleWillDo", {"POST", "/image/execute-prompt", kPrompt, kSales}, 202, "QUEUED", 0, 1},
    {"NoSuchJob", {"GET", "/image/job-status/imgjob_1"}, 404, R"("code":"JOB_NOT_FOUND")"},
    {"NoSuchJobToRetry", {"POST", "/image/retry-job/1"}, 404, "imgjob_1"},
    {"NoSuchJobToCancel", {"POST", "/image/cancel-job/imgjob_1", "{}"}, 404, "JOB_NOT_FOUND"},
    {"List", {"GET", "/image/job-list"}, 200, R"({"jobs":[],"next":""})"},
    {"ListWithAQuery", {"GET", "/image/job-list?limit=5&state=queued&after="}, 200, R"("jobs":[])"},
    {"LimitThatIsNoNumber", {"GET", "/image/job-list?limit=abc"}, 400, R"(limit: expected 1..1000, got \"abc\")"},
    {"LimitTwice", {"GET", "/image/job-list?limit=1&limit=1"}, 400, "limit: expected it once"},
    {"LimitOfZero", {"GET", "/image/job-list?limit=0"}, 400, "limit: expected 1..1000, got 0"},
    {"OwnerInTheQuery", {"GET", "/image/job-list?owner=x"}, 400, "owner: unknown field"},
    {"QueryThatIsNoEscape", {"GET", "/image/job-list?after=%zz"}, 400, "after=%zz: expected percent-encoded text"},
    {"QueryThatIsNoUtf8", {"GET", "/image/job-list?after=%ff"}, 400, "after=%ff: expected percent-encoded text"},
    {"NoRouteBelowThePrefix", {"GET", "/image/nothing"}, 404, R"("error":{"code":"NOT_FOUND")"},
};

std::string name_of(const ::testing::TestParamInfo<RouteRow>& row) {
  return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Heroes, HttpRoutes, ::testing::ValuesIn(kHeroRows), name_of);
INSTANTIATE_TEST_SUITE_P(Prompts, HttpRoutes, ::testing::ValuesIn(kPromptRows), name_of);

TEST(HttpRoute, NamesTheMethodsOfAPath) {
  HttpHost host;
  EXPECT_EQ(host({"DELETE", kHeroes}).headers.at("Allow"), "POST");
  EXPECT_EQ(host({"POST", "/image/job-list"}).headers.at("Allow"), "GET, HEAD");
}

TEST(HttpRoute, AnswersHeadAsGetWithoutABody) {
  HttpHost host;
  const auto answered = host({"HEAD", "/image/job-list"});
  EXPECT_EQ(answered.status, 200);
  EXPECT_EQ(answered.body, "");
}

TEST(HttpRoute, RefusesABodyThatIsTooLargeOrCompressed) {
  HttpHost host;
  EXPECT_EQ(host({"POST", kHeroes, std::string((1U << 20U) + 1, ' ') + "{}"}).status, 413);
  js::object request{{"method", "POST"}, {"path", kHeroes}, {"headers", {{"Content-Encoding", "gzip"}}}, {"body", "x"},
                     {"identity", {{"user", "ann"}, {"roles", {"ops"}}}}};
  EXPECT_EQ(document_of(host.engine().run("http.answer", js::serialize(request))).at("status"), 415);
  EXPECT_EQ(host.purchases(), 0U);
}

TEST(HttpRoute, JobsAreThoseOfWhoeverIsSignedIn) {
  HttpHost host;
  const auto id = std::string(host({"POST", "/image/execute-prompt", kPrompt}).document.at("jobId").as_string());
  const auto status_of = [&](const std::string& path, const char* identity) {
    return host({"GET", path.c_str(), "", identity}).status;
  };
  constexpr const char* kAnn = R"({"user": "ann"})";
  EXPECT_EQ(status_of("/image/job-status/" + id, kAnn), 200);
  EXPECT_EQ(status_of("/image/job-status/" + id.substr(7), kAnn), 200);  // without its prefix
  EXPECT_EQ(status_of("/image/job-status/" + id, kSales), 404);
  EXPECT_EQ(host({"GET", "/image/job-list", "", kSales}).document.at("jobs").as_array().size(), 0U);
  const auto cancel = "/image/cancel-job/" + id;
  EXPECT_EQ(host({"POST", cancel.c_str(), "", kSales}).status, 404);
  EXPECT_EQ(host({"POST", cancel.c_str()}).status, 200);
  EXPECT_EQ(host({"POST", cancel.c_str()}).status, 409);
}

TEST(HttpRoute, BooksOnTheUserWhoIsSignedIn) {
  HttpHost host;
  host({"POST", kHeroes});
  const auto spent = document_of(host.engine().run("spend.list", R"({"user": "ann"})"));
  EXPECT_EQ(spent.at("purchases").as_array().size(), 1U);
}

TEST(HttpRoute, IdsCanBeNumbers) {
  HttpHost host({{"heroes", {{"http", {{"idCodec", "integer"}}}}}});
  const auto id = [&](const std::string& text) {
    return host({"POST", ("/api/work-items/" + text + "/generate-lifestyle-heroes").c_str(), R"({"dryRun": true})"});
  };
  EXPECT_EQ(id("41").document.at("workItemId"), 41);
  for (const auto* wrong : {"41abc", "x", "041", "-1", "+41", "4.1", "9007199254740992", "%2041"}) {
    const auto answered = id(wrong);
    EXPECT_EQ(answered.status, 400) << wrong;
    EXPECT_THAT(answered.body, HasSubstr("workItemId")) << wrong;
  }
}

TEST(HttpRoute, PrefixesAndRolesAreConfigured) {
  HttpHost host({{"heroes", {{"roles", {"sales"}}, {"http", {{"prefixes", {"/v2/items", "/v3"}}}}}},
                 {"prompts", {{"http", {{"prefixes", js::array()}}}}}});
  for (const auto* path : {"/v2/items/wi-1/generate-lifestyle-heroes", "/v3/wi-1/generate-lifestyle-heroes"}) {
    EXPECT_EQ(host({"POST", path, R"({"dryRun": true})", kSales}).status, 200) << path;
    EXPECT_EQ(host({"POST", path, R"({"dryRun": true})"}).status, 403) << path;
  }
  EXPECT_EQ(host({"POST", kHeroes}).status, 404);
  EXPECT_EQ(host({"GET", "/image/job-list"}).status, 404);
}

TEST(HttpRoute, ASystemCanStandAtTheRoot) {
  HttpHost host({{"heroes", {{"http", {{"prefixes", {"/"}}, {"errors", "nest"}}}}}});
  EXPECT_EQ(host({"POST", "/wi-1/generate-lifestyle-heroes", R"({"dryRun": true})"}).status, 200);
  EXPECT_EQ(host({"POST", "/wi-1/generate-lifestyle-heroes", "[]"}).document.at("statusCode"), 400);
  EXPECT_EQ(host({"GET", "/nothing"}).document.at("statusCode"), 404);
  EXPECT_EQ(host({"GET", "/image/nothing"}).document.at("error").at("code"), "NOT_FOUND") << "that is another system";
}

TEST(HttpRoute, EachDialectTellsTheSame) {
  const auto told = [](const char* dialect) {
    HttpHost host({{"heroes", {{"http", {{"errors", dialect}}}}}});
    return host({"POST", kHeroes, R"({"a": 1, "b": 2})"}).document;
  };
  const js::value details{{"formErrors", js::array()},
                          {"fieldErrors", {{"a", {"unknown field"}}, {"b", {"unknown field"}}}}};
  const char* message = "a: unknown field; b: unknown field";
  EXPECT_EQ(told("ok"),
            (js::value{{"ok", false}, {"error", "INVALID_REQUEST"}, {"message", message}, {"details", details}}));
  EXPECT_EQ(told("success"), (js::value{{"success", false}, {"error", message}, {"message", message},
                                        {"code", "INVALID_REQUEST"}, {"details", details}}));
  const js::value error{{"code", "INVALID_REQUEST"}, {"message", message}, {"details", details}};
  EXPECT_EQ(told("admin"), (js::value{{"success", false}, {"error", error}, {"message", message}}));
  auto nest = told("nest").as_object();
  EXPECT_THAT(std::string(nest.at("timestamp").as_string()), ::testing::MatchesRegex("....-..-..T.*Z"));
  nest.erase("timestamp");
  EXPECT_EQ(nest, (js::object{{"statusCode", 400}, {"message", message},
                              {"messages", {"a: unknown field", "b: unknown field"}}, {"code", "INVALID_REQUEST"},
                              {"path", kHeroes}}));
}

// Whoever asks is told an id; the cause is for those who run the host.
TEST(HttpRoute, ACauseIsNeverSent) {
  HttpHost host({{"state", "sqlite:/no/such/folder/imagegen.db"}});
  for (const Ask& asked : {Ask{"POST", kHeroes}, Ask{"POST", "/image/execute-prompt", kPrompt}}) {
    const auto answered = host(asked);
    EXPECT_GE(answered.status, 500);
    EXPECT_THAT(answered.body, Not(HasSubstr("/no/such/folder")));
    const auto& incident = answered.result.at("incident");
    EXPECT_THAT(answered.body, HasSubstr(std::string(incident.at("id").as_string())));
    EXPECT_THAT(js::serialize(incident.at("error")), HasSubstr("folder"));
  }
  EXPECT_FALSE(host({"POST", kHeroes, "["}).result.contains("incident"));
}

TEST(HttpRoute, WhatWeCannotOpenIsNoFaultOfTheRequest) {
  HttpHost host({{"state", "ftp://h/db"}}, {{"lifestylePacks"}});
  const HostThread packs(host.engine(), [](Engine& engine, const Question& asked) {
    static_cast<void>(engine.reject(asked.token, R"({"code": "LIMIT_EXCEEDED", "message": "too many open files"})"));
  });
  for (const Ask& asked : {Ask{"POST", kHeroes}, Ask{"POST", "/image/execute-prompt", kPrompt},
                           Ask{"GET", "/image/job-list"}, Ask{"GET", "/image/job-status/imgjob_1"}}) {
    const auto answered = host(asked);
    EXPECT_EQ(answered.status, 503) << asked.path << answered.body;
    EXPECT_THAT(answered.body, HasSubstr("UNAVAILABLE"));
  }
}

// Of the shots of wi-1 the second, or both, fail with a cause that names a bucket.
HttpReply with_failing_provider(bool all) {
  HttpHost host({{"heroes", {{"maxConcurrentShots", 1}}}}, {{"provider", kProvider}, {"lifestylePacks"}});
  const HostThread parts(host.engine(), [all, asks = 0](Engine& engine, const Question& asked) mutable {
    if (asked.part == "lifestylePacks")
      static_cast<void>(engine.resolve(asked.token, js::serialize(js::object{{"pack", two_shot_pack()}}), {}));
    else if (!all && asks++ == 0)
      static_cast<void>(engine.resolve(asked.token, "{}", {a_provider_picture()}));
    else
      static_cast<void>(engine.reject(asked.token, R"({"code": "NOT_FOUND", "message": "s3://inner-bucket"})"));
  });
  return host({"POST", kHeroes});
}

TEST(HttpRoute, ACauseOfAPartIsNeverSentEither) {
  for (const bool all : {true, false}) {
    const auto answered = with_failing_provider(all);
    EXPECT_EQ(answered.status, all ? 502 : 200);
    EXPECT_THAT(answered.body, Not(HasSubstr("inner-bucket")));
    const auto& holder = all ? answered.document.at("details") : answered.document;
    const auto& failed = holder.at("failed").as_array();
    ASSERT_EQ(failed.size(), all ? 2U : 1U);
    const auto& incident = answered.result.at("incident");
    EXPECT_THAT(std::string(failed.at(0).at("message").as_string()),
                HasSubstr(std::string(incident.at("id").as_string())));
    EXPECT_EQ(failed.at(0).at("error"), "NOT_FOUND");
    EXPECT_THAT(std::string(incident.at("error").at("message").as_string()), HasSubstr("inner-bucket"));
  }
}

// A page that reads 401 signs its user out.
TEST(HttpRoute, ThatSomebodyRefusedUsIsNoRefusalOfTheUser) {
  HttpHost host({}, {{"lifestylePacks"}});
  const HostThread packs(host.engine(), [](Engine& engine, const Question& asked) {
    static_cast<void>(engine.reject(asked.token, R"({"code": "PERMISSION_DENIED", "message": "wrong password"})"));
  });
  const auto answered = host({"POST", kHeroes});
  EXPECT_EQ(answered.status, 502);
  EXPECT_THAT(answered.body, Not(HasSubstr("password")));
}

// What the client has left behind: both a call that looks at its token, and one that is cancelled as Asio does.
TEST(HttpRoute, AClientThatGoesAwayCancels) {
  const auto cancelled = [](HostPart part, const Ask& asked, const char* body) {
    HttpHost host({{"prompts", {{"enhanceTimeoutMs", 60'000}}}}, {std::move(part)});
    std::vector<SharedBytes> inputs;
    inputs.emplace_back(to_bytes(body));
    const auto call = host.engine().start("http.answer", http_request_of(asked), {std::move(inputs)}).value();
    await_question(host.engine());  // and nobody answers it
    host.engine().cancel(call);
    return await(host.engine(), InboxEvent::Kind::done);
  };
  const auto bought = cancelled({"provider", kProvider}, {"POST", kHeroes}, "{}");
  EXPECT_EQ(bought.failure, Errc::cancelled);
  EXPECT_EQ(js::parse(bought.json).at("error").at("spent"), true);
  const auto enhanced = cancelled({"enhancer"}, {"POST", "/image/enhance-prompt"}, R"({"intent": "a", "prompt": "b"})");
  EXPECT_EQ(enhanced.failure, Errc::cancelled);
}

TEST(HttpRoute, TheRequestOfTheHostIsChecked) {
  HttpHost host;
  const auto faults = [&](const char* request, std::vector<SharedBytes> inputs = {}) {
    const auto outcome = host.engine().run("http.answer", request, std::move(inputs));
    EXPECT_EQ(code_of(outcome), "INVALID_ARGUMENT") << request;
    return std::string(document_of(outcome).at("message").as_string());
  };
  EXPECT_THAT(faults(R"({"method": "GET", "path": ""})"), HasSubstr("path"));
  EXPECT_THAT(faults(R"({"method": "GET", "path": "/", "identity": {}})"), HasSubstr("identity.user"));
  EXPECT_THAT(faults(R"({"method": "GET", "path": "/", "identity": {"user": 1}})"), HasSubstr("identity.user"));
  EXPECT_THAT(faults(R"({"method": "GET", "path": "/", "identity": {"user": "u", "roles": [1]}})"),
              HasSubstr("identity.roles"));
  EXPECT_THAT(faults(R"({"method": "GET", "path": "/", "headers": {"a": 1}})"), HasSubstr("headers.a"));
  const auto two = faults(R"({"method": "GET", "path": "/", "body": "{}"})", {SharedBytes(to_bytes("{}"))});
  EXPECT_THAT(two, HasSubstr("expected one body"));
}

}  // namespace
}  // namespace imagegen
