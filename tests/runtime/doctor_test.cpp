#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/testing/faulty_store.hpp>

#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "runtime/openai_options.hpp"
#include "support/loopback_server.hpp"
#include "support/openai/fake_openai.hpp"

namespace imagegen {
namespace {

using test::openai_options;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Verdict = Finding::Verdict;

Finding finding(const RuntimeConfig& config, std::string_view subject) {
  const auto findings = examine(config);
  const auto found =
      std::find_if(findings.begin(), findings.end(), [&](const Finding& f) { return f.subject == subject; });
  return found == findings.end() ? Finding{Verdict::broken, "absent", "no finding about " + std::string(subject)}
                                 : *found;
}

RuntimeConfig openai_config(const std::string& base_url, const std::string& key) {
  RuntimeConfig config;
  config.provider = "openai";
  openai_options(config).api_key = Secret(key);
  openai_options(config).base_url = base_url;
  return config;
}

TEST(Doctor, FindsThePlaceholderAndTheMemoryStoreHealthy) {
  for (const auto& found : examine({})) EXPECT_EQ(found.verdict, Verdict::good) << found.subject << ": " << found.text;
}

TEST(Doctor, SaysWhetherTheProviderTakesTheKeyAndBuysNothing) {
  test::FakeOpenAi openai;
  EXPECT_EQ(finding(openai_config(openai.base_url(), openai.api_key()), "provider").verdict, Verdict::good);
  const auto refused = finding(openai_config(openai.base_url(), "sk-wrong-wrong-wrong"), "provider");
  EXPECT_EQ(refused.verdict, Verdict::broken);
  EXPECT_THAT(refused.text, HasSubstr("PERMISSION_DENIED"));
  EXPECT_EQ(openai.generations(), 0);
}

TEST(Doctor, AsksForEveryModelOfTheRoute) {
  test::FakeOpenAi openai;
  auto config = openai_config(openai.base_url(), openai.api_key());
  openai_options(config).host = "openai";
  config.route = {{"openai", "gpt-image-2"}, {"openai", "gpt-image-of-nobody"}};
  std::vector<std::string> texts;
  for (const auto& found : examine(config))
    if (found.subject == "provider") texts.push_back(found.text);
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_THAT(texts[0], AllOf(HasSubstr("model gpt-image-2:"), HasSubstr("answers")));
  EXPECT_THAT(texts[1], AllOf(HasSubstr("model gpt-image-of-nobody: "), HasSubstr("NOT_FOUND")));
}

TEST(Doctor, SaysThatNobodyIsThere) {
  const test::RefusingPort nobody;
  const auto found =
      finding(openai_config("http://127.0.0.1:" + std::to_string(nobody.port()) + "/v1", "sk-test-test"), "provider");
  EXPECT_EQ(found.verdict, Verdict::broken);
  EXPECT_THAT(found.text, HasSubstr("127.0.0.1"));
}

TEST(Doctor, NamesAMissingKey) {
  const auto found = finding(openai_config("https://api.openai.com/v1", ""), "openai key");
  EXPECT_EQ(found.verdict, Verdict::broken);
  EXPECT_THAT(found.text, AllOf(HasSubstr("OPENAI_API_KEY is not set"), HasSubstr("use --provider placeholder")));
}

TEST(Doctor, ListsWhatWaitsInTheSpool) {
  const auto folder = std::filesystem::temp_directory_path() / ("imagegen-doctor-" + std::to_string(::getpid()));
  std::filesystem::remove_all(folder);
  RuntimeConfig config;
  config.spool = folder.string();
  EXPECT_EQ(finding(config, "spool").verdict, Verdict::good);
  EXPECT_FALSE(std::filesystem::exists(folder)) << "looking makes nothing";
  const auto spool = make_folder_spool(folder).value();
  ASSERT_TRUE(spool->put({"imgjob_1/0/1", ObjectKey::parse("masters/a").value(), "image/png", "{}", to_bytes("abc")}));
  const auto found = finding(config, "spool");
  EXPECT_EQ(found.verdict, Verdict::warning);
  EXPECT_THAT(found.text, AllOf(HasSubstr("1 paid picture of 3 bytes"), HasSubstr("imgjob_1/0/1")));
  std::filesystem::remove_all(folder);
}

TEST(Doctor, WarnsOfAModelWithoutAPrice) {
  test::FakeOpenAi openai;
  auto config = openai_config(openai.base_url(), openai.api_key());
  openai_options(config).model = "gpt-image-99";
  EXPECT_EQ(finding(config, "price").verdict, Verdict::warning);
}

/// An S3 server that never looks at If-None-Match.
class ForgetfulS3 {
 public:
  test::Reply operator()(const test::RecordedRequest& request) {
    if (request.method == "PUT") objects_[request.target] = request.body;
    if (request.method == "DELETE") objects_.erase(request.target);
    if (request.method == "PUT" || request.method == "DELETE")
      return test::Reply::of(request.method == "PUT" ? 200 : 204);
    if (request.target.find("list-type=2") != std::string::npos) return list();
    const auto found = objects_.find(request.target);
    return found == objects_.end() ? test::Reply::of(404) : test::Reply::of(200, found->second);
  }

 private:
  test::Reply list() const {
    std::string page = "<ListBucketResult>";
    for (const auto& [target, body] : objects_)
      page += "<Contents><Key>" + target.substr(target.find('/', 1) + 1) + "</Key><Size>" + std::to_string(body.size()) +
              "</Size></Contents>";
    return test::Reply::of(200, page + "</ListBucketResult>");
  }

  std::map<std::string, std::string> objects_;
};

RuntimeConfig s3_config(const test::LoopbackServer& server) {
  RuntimeConfig config;
  config.store = "s3://shop";
  config.s3.endpoint = server.url();
  config.s3.path_style = true;
  config.s3.access_key_id = "id";
  config.s3.secret_access_key = Secret("secret-secret");
  config.state.url = Secret("sqlite:/nowhere/at/all/state.db");  // an examination opens none
  return config;
}

TEST(Doctor, SaysThatAServerIgnoresTheConditionOfAWrite) {
  test::LoopbackServer server{test::LoopbackServer::Handler(ForgetfulS3())};
  auto config = s3_config(server);
  const auto guarded = finding(config, "store");
  EXPECT_EQ(guarded.verdict, Verdict::warning) << guarded.text;
  EXPECT_THAT(guarded.text, HasSubstr("ignores If-None-Match"));
  config.require_write_once = true;
  const auto refused = finding(config, "store");
  EXPECT_EQ(refused.verdict, Verdict::broken);
  EXPECT_THAT(refused.text, HasSubstr("ignores If-None-Match"));
}

// Of the keys, what a store may be asked and what not.
TEST(Doctor, NamesTheFirstThingThatTheKeysOfTheStoreMayNotDo) {
  const auto memory = make_memory_store();
  for (const auto& [operation, words] : {std::pair{"head", "asking for an object"}, std::pair{"put", "writing"},
                                         std::pair{"get", "reading back"}, std::pair{"remove", "removing"}}) {
    auto store = std::make_unique<FaultyStore>(*memory);
    store->fault = [refused = std::string(operation)](std::string_view call, std::string_view) {
      return call == refused ? std::optional(Error(Errc::permission_denied, "the key may not")) : std::nullopt;
    };
    RuntimeParts parts;
    parts.store = std::move(store);
    const auto runtime = Runtime::open({}, std::move(parts)).value();
    const auto findings = runtime->wait(examine(*runtime));
    const auto found = std::find_if(findings.begin(), findings.end(), [](const Finding& f) { return f.subject == "store"; });
    ASSERT_NE(found, findings.end());
    EXPECT_EQ(found->verdict, Verdict::broken) << words;
    EXPECT_THAT(found->text, HasSubstr(words));
  }
}

}  // namespace
}  // namespace imagegen
