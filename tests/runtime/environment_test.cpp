#include <imagegen/runtime/runtime_config.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <gmock/gmock.h>

#include <map>

#include "runtime/openai_options.hpp"

namespace imagegen {
namespace {

using test::openai_options;
using ::testing::ElementsAre;
using Faults = std::vector<FieldFault>;

struct Applied {
  RuntimeConfig config;
  Faults faults;
};

Applied apply(std::map<std::string, std::string, std::less<>> variables) {
  Applied applied;
  applied.faults = apply_environment(applied.config, [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  return applied;
}

TEST(Environment, ChangesNothingWhereItSaysNothing) {
  const auto applied = apply({{"OPENAI_BASE_URL", ""}});
  EXPECT_EQ(openai_options(applied.config).base_url, "https://api.openai.com/v1") << "an empty variable is not set";
  EXPECT_EQ(applied.config.provider, "placeholder");
  EXPECT_EQ(applied.faults, Faults{});
}

TEST(Environment, FillsInWhatTheUsualVariablesSay) {
  const auto [config, faults] = apply({{"OPENAI_API_KEY", "sk-1"},
                                       {"OPENAI_BASE_URL", "http://gateway/v1"},
                                       {"OPENAI_ORG_ID", "org"},
                                       {"OPENAI_PROJECT_ID", "proj"},
                                       {"IMAGEGEN_PROVIDER", "openai"},
                                       {"IMAGEGEN_MODEL", "gpt-image-2"},
                                       {"OPENAI_API_VERSION", "2025-04-01"},
                                       {"OPENAI_KEY_HEADER", "api-key"},
                                       {"IMAGEGEN_QUALITY", "low"},
                                       {"IMAGEGEN_STORE", "s3://b/p"},
                                       {"IMAGEGEN_STATE", "mongodb://h/db"},
                                       {"IMAGEGEN_STATE_LEDGER", "sqlite:l.db"},
                                       {"IMAGEGEN_BUDGET", "2.5"},
                                       {"IMAGEGEN_THREADS", "3"},
                                       {"IMAGEGEN_EVENTS", "e.jsonl"},
                                       {"SSL_CERT_FILE", "/ca.pem"},
                                       {"IMAGEGEN_PUBLIC_BASE_URL", "https://cdn"},
                                       {"IMAGEGEN_ALLOWED_HOSTS", "a,b:9,"}});
  EXPECT_EQ(faults, Faults{});
  EXPECT_EQ(openai_options(config).api_key.reveal(), "sk-1");
  EXPECT_EQ(openai_options(config).base_url, "http://gateway/v1");
  EXPECT_EQ(openai_options(config).organization, "org");
  EXPECT_EQ(openai_options(config).project, "proj");
  EXPECT_EQ(openai_options(config).key_header + " " + openai_options(config).api_version, "api-key 2025-04-01");
  EXPECT_EQ(openai_options(config).model, "gpt-image-2");
  EXPECT_EQ(openai_options(config).quality, "low");
  EXPECT_EQ(config.provider, "openai");
  EXPECT_EQ(config.store, "s3://b/p");
  EXPECT_EQ(config.state.url.reveal(), "mongodb://h/db");
  EXPECT_EQ(config.state.ledger_url.reveal(), "sqlite:l.db");
  EXPECT_EQ(config.of<HeroConfig>().options.budget, Usd::from_dollars(2.5));
  EXPECT_EQ(config.threads, 3U);
  EXPECT_EQ(config.events_file, "e.jsonl");
  EXPECT_EQ(config.http.ca_file, "/ca.pem");
  EXPECT_EQ(config.public_base_url, "https://cdn");
  EXPECT_THAT(config.http.allowed_hosts, ElementsAre("a", "b:9"));
}

TEST(Environment, ReadsARouteInWords) {
  const auto [config, faults] = apply({{"IMAGEGEN_PROVIDER", "openai"}, {"IMAGEGEN_ROUTE", "openai gpt-image-2 low, backup ,third m"}});
  EXPECT_EQ(faults, Faults{});
  EXPECT_THAT(config.route, ElementsAre(ProviderModel{"openai", "gpt-image-2", "low"}, ProviderModel{"backup"},
                                        ProviderModel{"third", "m"}));
  for (const auto* wrong : {"a b c d", " , ", ",", "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a"})
    EXPECT_EQ(apply({{"IMAGEGEN_ROUTE", wrong}}).faults.size(), 1U) << wrong;
}

TEST(Environment, AddressesAnOwnS3EndpointPathStyleUnlessToldOtherwise) {
  const auto own = apply({{"AWS_ENDPOINT_URL", "http://127.0.0.1:9000"},
                          {"AWS_ACCESS_KEY_ID", "id"},
                          {"AWS_SECRET_ACCESS_KEY", "s"},
                          {"AWS_SESSION_TOKEN", "t"},
                          {"AWS_DEFAULT_REGION", "one"},
                          {"AWS_REGION", "two"}});
  EXPECT_TRUE(own.config.s3.path_style);
  EXPECT_EQ(own.config.s3.region, "two");
  EXPECT_EQ(own.config.s3.access_key_id, "id");
  EXPECT_EQ(own.config.s3.secret_access_key.reveal(), "s");
  EXPECT_EQ(own.config.s3.session_token.reveal(), "t");
  EXPECT_FALSE(apply({{"AWS_ENDPOINT_URL", "http://x"}, {"IMAGEGEN_S3_PATH_STYLE", "0"}}).config.s3.path_style);
  EXPECT_FALSE(apply({}).config.s3.path_style);
  EXPECT_EQ(apply({{"AWS_ENDPOINT_URL", "http://x"}, {"AWS_ENDPOINT_URL_S3", "http://y"}}).config.s3.endpoint,
            "http://y");
}

TEST(Environment, TakesAProxyOnlyWhenAsked) {
  EXPECT_EQ(apply({{"HTTPS_PROXY", "http://p:1"}}).config.http.proxy, "");
  EXPECT_EQ(apply({{"HTTPS_PROXY", "http://p:1"}, {"IMAGEGEN_PROXY_FROM_ENV", "1"}}).config.http.proxy, "http://p:1");
}

TEST(Environment, NamesEveryWrongVariableAndThenChangesNothing) {
  const auto applied = apply({{"IMAGEGEN_BUDGET", "-1"},
                              {"IMAGEGEN_THREADS", "many"},
                              {"IMAGEGEN_S3_PATH_STYLE", "maybe"},
                              {"IMAGEGEN_STORE", "x:"}});
  std::vector<std::string> names;
  for (const auto& fault : applied.faults) names.push_back(fault.path);
  EXPECT_THAT(names, ElementsAre("IMAGEGEN_THREADS", "IMAGEGEN_BUDGET", "IMAGEGEN_S3_PATH_STYLE"));
  EXPECT_EQ(applied.config.store, "memory:");
}

}  // namespace
}  // namespace imagegen
