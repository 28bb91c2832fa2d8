#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/workflow/heroes.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include "runtime/openai_options.hpp"

namespace imagegen {
namespace {

using test::openai_options;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Faults = std::vector<FieldFault>;

TEST(JsonConfig, FillsInEverySection) {
  RuntimeConfig config;
  EXPECT_EQ(apply_json(config,
                       R"({"provider":"openai","store":"file:x","publicBaseUrl":"https://cdn","events":"e","threads":2,
    "openai":{"apiKey":"k","baseUrl":"http://g/v1","model":"m","quality":"q","organization":"o","project":"p","keyHeader":"api-key","apiVersion":"2025-04-01","moderation":"low","background":"opaque"},
    "s3":{"region":"r","endpoint":"http://e","accessKeyId":"a","secretAccessKey":"s","sessionToken":"t","maxAttempts":2,"requireWriteOnce":true},
    "http":{"caFile":"c","proxy":"http://p","connectTimeoutMs":5,"idleTimeoutMs":6,"allowedHosts":["h"]},
    "retry":{"maxAttempts":1,"baseDelayMs":2,"maxDelayMs":3,"maxRetryAfterMs":4},
    "heroes":{"promptTemplate":"t","maxConcurrentShots":5,"masterTimeoutMs":7,"budget":1.5,"allowUnknownPrice":true},
    "state":"mongodb://h/db","stateLedger":"sqlite:l.db","stateConnections":8,"prices":{"models":[]}})"),
            Faults{});
  EXPECT_EQ(config.provider, "openai");
  EXPECT_EQ(openai_options(config).api_key.reveal(), "k");
  EXPECT_EQ(openai_options(config).moderation, "low");
  EXPECT_EQ(openai_options(config).key_header + " " + openai_options(config).api_version, "api-key 2025-04-01");
  EXPECT_TRUE(config.require_write_once);
  EXPECT_TRUE(config.s3.path_style) << "an own endpoint";
  EXPECT_EQ(config.s3.secret_access_key.reveal(), "s");
  EXPECT_EQ(config.s3.max_attempts, 2);
  EXPECT_EQ(config.http.connect_timeout, std::chrono::milliseconds(5));
  EXPECT_THAT(config.http.allowed_hosts, ElementsAre("h"));
  EXPECT_EQ(config.retry.max_retry_after, std::chrono::milliseconds(4));
  EXPECT_EQ(config.of<HeroConfig>().options.max_concurrent_shots, 5U);
  EXPECT_EQ(config.of<HeroConfig>().options.budget, Usd::from_dollars(1.5));
  EXPECT_TRUE(config.of<HeroConfig>().options.allow_unknown_price);
  EXPECT_EQ(config.prices_json, R"({"models":[]})");
  EXPECT_EQ(config.state.url.reveal(), "mongodb://h/db");
  EXPECT_EQ(config.state.ledger_url.reveal(), "sqlite:l.db");
  EXPECT_EQ(config.state.connections, 8);
}

TEST(JsonConfig, ListsUnknownAndWrongFieldsByTheirPathsAndThenChangesNothing) {
  RuntimeConfig config;
  const auto faults =
      apply_json(config, R"({"store":"file:x","openai":{"modle":"m"},"heroes":{"maxConcurrentShots":65},"http":7})");
  std::vector<std::string> paths;
  for (const auto& fault : faults) paths.push_back(fault.path);
  EXPECT_THAT(paths, ElementsAre("openai.modle", "http", "heroes.maxConcurrentShots"));
  EXPECT_EQ(config.store, "memory:");
}

TEST(JsonConfig, GivesPromptsTheQualityOfTheirFormatWhereNoneIsSaid) {
  const auto quality_with = [](std::string_view prompts) {
    RuntimeConfig config;
    EXPECT_EQ(apply_json(config, R"({"prompts":)" + std::string(prompts) + "}"), Faults{});
    return quality_of(config.of<PromptConfig>().options.encoding);
  };
  EXPECT_EQ(quality_with("{}"), 90);
  EXPECT_EQ(quality_with(R"({"format":"avif"})"), 78);
  EXPECT_EQ(quality_with(R"({"format":"avif","quality":90})"), 90);
}

TEST(JsonConfig, RefusesNumbersWhereIdsAreNone) {
  RuntimeConfig config;
  EXPECT_EQ(apply_json(config, R"({"prompts":{"http":{"idCodec":"integer"}}})"),
            (Faults{{"prompts.http.idCodec", "expected text or prefix:TEXT, got \"integer\""}}));
  EXPECT_EQ(apply_json(config, R"({"heroes":{"http":{"idCodec":"number"}}})"),
            (Faults{{"heroes.http.idCodec", "expected text, integer or prefix:TEXT, got \"number\""}}));
}

TEST(JsonConfig, SaysHowRoutesAreMounted) {
  RuntimeConfig config;
  EXPECT_THAT(config.of<PromptConfig>().routes.prefixes, ElementsAre("/image", "/api/admin/image"));
  EXPECT_THAT(config.of<HeroConfig>().routes.roles, ElementsAre("admin", "ops", "ops_admin", "design_pod"));
  EXPECT_EQ(apply_json(config, R"({"heroes":{"roles":["x"],"http":{"prefixes":["/v2"],"errors":"nest","idCodec":"integer"}},
    "prompts":{"http":{"prefixes":[],"idCodec":"prefix:job_"}}})"),
            Faults{});
  EXPECT_THAT(config.of<HeroConfig>().routes.prefixes, ElementsAre("/v2"));
  EXPECT_THAT(config.of<HeroConfig>().routes.roles, ElementsAre("x"));
  EXPECT_EQ(config.of<HeroConfig>().routes.errors, ErrorDialect::nest);
  EXPECT_EQ(config.of<HeroConfig>().routes.ids.kind, IdCodec::Kind::integer);
  EXPECT_THAT(config.of<PromptConfig>().routes.prefixes, ElementsAre());
  EXPECT_EQ(config.of<PromptConfig>().routes.ids.prefix, "job_");
}

TEST(JsonConfig, NamesWhatCannotBeMounted) {
  for (const auto* prefix : {"", "//", "image", "/image/", "/im age", "/image?x", "/{id}", "/im%20age"}) {
    RuntimeConfig config;
    const auto faults = apply_json(config, std::string(R"({"prompts":{"http":{"prefixes":[")") + prefix + R"("]}}})");
    ASSERT_EQ(faults.size(), 1U) << prefix;
    EXPECT_EQ(faults[0].path, "prompts.http.prefixes") << prefix;
  }
  RuntimeConfig config;
  std::vector<std::string> paths;
  for (const auto& fault : apply_json(config, R"({"heroes":{"roles":[1],"http":{"errors":"x","idCodec":"prefix:","x":1}}})"))
    paths.push_back(fault.path);
  EXPECT_THAT(paths, ElementsAre("heroes.roles", "heroes.http.errors", "heroes.http.idCodec", "heroes.http.x"));
}

TEST(JsonConfig, NeverQuotesASecretThatIsOfTheWrongKind) {
  RuntimeConfig config;
  const auto faults = apply_json(
      config,
      R"({"openai":{"apiKey":["sk-very-secret"]},"s3":{"secretAccessKey":123456789},"stateLedger":{"password":"hush-hush"}})");
  EXPECT_THAT(to_error("", faults).message, Not(HasSubstr("sk-very-secret")));
  EXPECT_THAT(to_error("", faults).message, Not(HasSubstr("123456789")));
  EXPECT_THAT(to_error("", faults).message, Not(HasSubstr("hush-hush")));
  EXPECT_EQ(faults.size(), 3U);
}

}  // namespace
}  // namespace imagegen
