// What holds for every kind of provider, whichever there are.
#include "runtime/provider_kinds.hpp"

#include <imagegen/runtime/runtime.hpp>

#include <gmock/gmock.h>

#include <set>

#include "support/matchers.hpp"

namespace imagegen {
namespace kinds_test {
namespace {

using test::FailsSaying;
using test::IsOk;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A document in which @ stands for the name of a kind.
std::vector<std::string> apply(RuntimeConfig& config, std::string document, std::string_view name = {}) {
  for (auto at = document.find('@'); at != std::string::npos; at = document.find('@', at + name.size()))
    document.replace(at, 1, name);
  std::vector<std::string> paths;
  for (const auto& fault : apply_json(config, document)) paths.push_back(fault.path);
  return paths;
}

TEST(ProviderKinds, HaveEachANameOfTheirOwn) {
  std::set<std::string_view> names;
  for (const ProviderKind* kind : provider_kinds()) EXPECT_TRUE(names.insert(kind->name).second) << kind->name;
}

TEST(ProviderKinds, GiveTheirNameToOneProviderWhichTwoSectionsMean) {
  for (const ProviderKind* kind : provider_kinds()) {
    const std::string name(kind->name);
    RuntimeConfig config;
    EXPECT_THAT(apply(config, R"({"@": {"limits": {"maxConcurrent": 3}}})", name), IsEmpty());
    EXPECT_EQ(config.limits.providers[name].max_concurrent, 3);
    EXPECT_EQ(config.providers[name].kind, "") << "a section alone opens nothing";
    EXPECT_THAT(apply(config, R"({"providers": {"@": {"limits": {"maxConcurrent": 4}}}})", name), IsEmpty());
    EXPECT_EQ(config.limits.providers[name].max_concurrent, 4);
    EXPECT_EQ(config.providers[name].kind, name);
    EXPECT_THAT(apply(config, R"({"@": {}, "providers": {"@": {}}})", name), ElementsAre("providers." + name));
  }
}

TEST(ProviderKinds, RefuseFieldsThatTheyDoNotKnow) {
  for (const ProviderKind* kind : provider_kinds()) {
    const std::string name(kind->name);
    RuntimeConfig config;
    EXPECT_THAT(apply(config, R"({"@": {"colour": 1}})", name), ElementsAre(name + ".colour"));
    EXPECT_THAT(apply(config, R"({"providers": {"other": {"kind": "@", "colour": 1}}})", name),
                ElementsAre("providers.other.colour"));
  }
}

TEST(ProviderKinds, AreSaidByOneLayerAndTheirFieldsByAnother) {
  RuntimeConfig config;
  config.provider = "backup";
  EXPECT_THAT(apply(config, R"({"providers": {"backup": {"model": 3}}})"), ElementsAre("providers.backup.model"));
  EXPECT_THAT(apply(config, R"({"providers": {"backup": {"model": "gpt-image-1.5", "apiKey": "k"}}})"), IsEmpty());
  EXPECT_THAT(Runtime::open(config), FailsSaying(Errc::invalid_argument, HasSubstr("providers.backup.kind: expected " +
                                                                                  names_of_provider_kinds(" or "))));
  EXPECT_THAT(apply(config, R"({"providers": {"backup": {"kind": "openai"}}})"), IsEmpty());
  const auto runtime = Runtime::open(config);
  ASSERT_THAT(runtime, IsOk());
  EXPECT_EQ(default_choice((*runtime)->provider().capability()).model, "gpt-image-1.5");
}

TEST(ProviderKinds, APlaceholderAmongTheProvidersMayStandInForAnotherWithAllThatItWasTold) {
  RuntimeConfig config;
  EXPECT_THAT(apply(config, R"({"providers": {"main": {"kind": "placeholder", "model": "m", "apiKey": "k"}}})"), IsEmpty());
  EXPECT_THAT(apply(config, R"({"placeholder": {"model": "m"}})"), ElementsAre("placeholder.model"));
}

}  // namespace
}  // namespace kinds_test
}  // namespace imagegen
