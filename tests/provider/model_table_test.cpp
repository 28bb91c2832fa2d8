#include <imagegen/provider/model_table.hpp>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "spend/price_data.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

std::chrono::year_month_day day_of(int year, unsigned month, unsigned day) {
  return std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
}

const ModelTable& built_in() {
  return ModelTable::built_in();
}

// The built-in table with a user's over it.
ModelTable with_own(std::string_view json) {
  const auto own = ModelTable::parse(json);
  EXPECT_THAT(own, IsOk());
  return own ? built_in().overridden_by(*own) : built_in();
}

std::vector<std::string> names(const std::vector<ModelCapability>& models) {
  std::vector<std::string> names;
  for (const auto& model : models) names.push_back(model.model);
  return names;
}

RetirementStage stage(std::string_view host, std::string_view id, std::chrono::sys_days today) {
  return retirement_stage(built_in().find(host, id).retirement, today);
}

std::string with_sizes(std::string_view sizes) {
  return R"({"models":[{"host":"mine","id":"m","sizes":)" + std::string(sizes) + "}]}";
}

TEST(ModelTable, NamesEveryFaultByItsPath) {
  const auto bad = ModelTable::parse(R"({"familes":{},
    "families":{"f":{"max_images":0,"mask":{"polarity":"grey"},"host":"mine"}},
    "models":[
      {"host":"mine","sizes":{"list":["10"]},"retires":"2026-13-01","qualities":["low",7]},
      7,
      {"host":"mine","id":"m","family":"nobodys","seed":[5,1],"retire":"2026-12-01",
       "references":{"most":1,"by_bytes":false}},
      {"host":"mine","id":"n","formats":["bmp"],"prompt":{"most":0},"checked_on":"today",
       "sizes":{"rule":{"multiple_of":16,"min_pixels":100,"max_pixels":50,"max_side":64,"max_aspect":1}}}]})");
  ASSERT_THAT(bad, FailsWith(Errc::invalid_argument));
  for (const std::string path :
       {"familes", "families.f.max_images", "families.f.mask.polarity", "families.f.host", "models[0].id",
        "models[0].sizes.list[0]", "models[0].retires", "models[0].qualities[1]", "models[1]", "models[2].family",
        "models[2].seed", "models[2].retire", "models[2].references", "models[3].formats[0]", "models[3].prompt.most",
        "models[3].checked_on", "models[3].sizes.rule"}) {
    EXPECT_THAT(bad.error().message, HasSubstr("\n  " + path + ": "));
  }
  EXPECT_THAT(ModelTable::parse("{"), FailsWith(Errc::invalid_argument));
}

TEST(ModelTable, TakesEveryFormOfSizes) {
  const auto sizes = [](std::string_view form) { return with_own(with_sizes(form)).find("mine", "m").sizes; };
  EXPECT_EQ(sizes(R"({"list":["64x32","32x64"]})"), SizeOffer(SizeList{{{64, 32}, {32, 64}}}));
  EXPECT_EQ(sizes(R"({"server":"640x480"})"), SizeOffer(ServerDecides{{640, 480}}));
  EXPECT_EQ(sizes(R"({"ratios":{"1K":{"1:1":"1024x1024","2:1":"1440x720"},"2K":{"1:1":"2048x2048"}}})"),
            SizeOffer(RatioList{
                {{"1:1", "1K", {1024, 1024}}, {"2:1", "1K", {1440, 720}}, {"1:1", "2K", {2048, 2048}}}}));
  EXPECT_EQ(sizes(R"({"rule":{"multiple_of":8,"min_pixels":64,"max_pixels":4096,"max_side":128,"max_aspect":2.5}})"),
            SizeOffer(SizeRule{8, 64, 4096, 128, 2.5}));
}

TEST(ModelTable, RefusesSizesThatAreNoneOrTwo) {
  for (const auto* const sizes : {"{}", R"({"list":[]})", R"({"ratios":{}})", R"({"ratios":{"1K":["1:1"]}})",
                                  R"({"list":["64x64"],"server":"64x64"})", "7"}) {
    EXPECT_THAT(ModelTable::parse(with_sizes(sizes)), FailsSaying(Errc::invalid_argument, HasSubstr("models[0].sizes")))
        << sizes;
  }
}

TEST(ModelTable, GivesANameToOneRowOfAHost) {
  const auto bad = ModelTable::parse(R"({"models":[{"host":"mine","id":"a"},{"host":"mine","id":"b","aliases":["a"]},
    {"host":"mine","id":"a"},{"host":"yours","id":"a"}]})");
  EXPECT_THAT(bad, FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("models[1].aliases"), HasSubstr("models[2].id"),
                                                             Not(HasSubstr("models[3]")))));
}

TEST(ModelTable, WantsTheDefaultAmongTheQualities) {
  EXPECT_THAT(ModelTable::parse(R"({"models":[{"host":"openai","id":"gpt-image-2","default_quality":"hihg"}]})"),
              FailsSaying(Errc::invalid_argument, HasSubstr("models[0].default_quality: expected one of low, ")));
  EXPECT_THAT(ModelTable::parse(R"({"families":{"gpt-image-2":{"qualities":["best"]}}})"),
              FailsSaying(Errc::invalid_argument, HasSubstr("families.gpt-image-2.default_quality")));
  EXPECT_THAT(ModelTable::parse(R"({"families":{"gpt-image-2":{"qualities":["best"],"default_quality":"best"}}})"),
              IsOk());
}

TEST(ModelTable, HasLimits) {
  EXPECT_THAT(ModelTable::parse(std::string((4U << 20U) + 1, ' ')), FailsWith(Errc::limit_exceeded));
  std::string rows = R"({"models":[7)";
  for (int i = 0; i < 10'000; ++i) rows += ",7";
  EXPECT_THAT(ModelTable::parse(rows + "]}"), FailsSaying(Errc::invalid_argument, HasSubstr("at most 10000 entries")));
}

TEST(ModelTable, LetsAUserReplaceOneFieldOfARow) {
  const auto own = with_own(R"({"models":[{"host":"openai","id":"gpt-image-1.5","retires":"2027-03-01"}]})");
  auto expected = built_in().find("openai", "gpt-image-1.5");
  expected.retirement.date = day_of(2027, 3, 1);
  EXPECT_EQ(own.find("openai", "gpt-image-1.5"), expected);
  EXPECT_EQ(own.facts("openai", "gpt-image-1.5"), built_in().facts("openai", "gpt-image-1.5"));
  EXPECT_EQ(names(own.of("openai")), names(built_in().of("openai")));
  EXPECT_EQ(own.find("azure", "gpt-image-1.5"), built_in().find("azure", "gpt-image-1.5"));
}

TEST(ModelTable, LetsAUserSayThatThereIsNone) {
  const auto own = with_own(R"({"models":[{"host":"openai","id":"gpt-image-1.5","retires":null,"mask":null},
    {"host":"placeholder","id":"placeholder-1","seed":null}]})");
  const auto model = own.find("openai", "gpt-image-1.5");
  EXPECT_EQ(model.retirement.date, std::nullopt);
  EXPECT_EQ(model.mask, MaskRule());
  EXPECT_EQ(own.find("placeholder", "placeholder-1").seed, std::nullopt);
}

TEST(ModelTable, LetsAUserReplaceAFieldOfAFamily) {
  const auto own = with_own(R"({"families":{"gpt-image-2.5":{"max_images":4}}})");
  for (const auto* const id : {"gpt-image-2.5-flare", "gpt-image-2.5-sunburst"}) {
    auto expected = built_in().find("openai", id);
    expected.max_images = 4;
    EXPECT_EQ(own.find("openai", id), expected);
  }
  EXPECT_EQ(own.find("openai", "gpt-image-2"), built_in().find("openai", "gpt-image-2"));
}

TEST(ModelTable, TakesANewRowOfAFamilyThatItHas) {
  const auto own = with_own(
      R"({"models":[{"host":"openai","id":"gpt-image-3","family":"gpt-image-2.6","max_images":2,"source":"ours"}]})");
  auto expected = built_in().find("openai", "gpt-image-2.6-flare");
  expected.model = "gpt-image-3", expected.max_images = 2;
  EXPECT_EQ(own.find("openai", "gpt-image-3"), expected);
  EXPECT_EQ(own.facts("openai", "gpt-image-3").source, "ours");
  EXPECT_EQ(own.of("openai").back().model, "gpt-image-3") << "what is asked first is as before";
}

TEST(ModelTable, TakesAHostOfAUsersOwn) {
  const auto own = with_own(R"({"models":[{"host":"mine","id":"m"},{"host":"mine","id":"*","max_images":3}]})");
  EXPECT_TRUE(own.knows_host("mine"));
  EXPECT_FALSE(built_in().knows_host("mine"));
  EXPECT_EQ(own.hosts().back(), "mine");
  EXPECT_THAT(names(own.of("mine")), ElementsAre("m")) << "\"*\" is no model";
  EXPECT_TRUE(own.find("mine", "m").known);
  EXPECT_EQ(own.find("mine", "other").max_images, 3);
  EXPECT_FALSE(own.find("mine", "other").known);
}

TEST(ModelTable, FindsARowByItsAlias) {
  const auto own =
      with_own(R"({"models":[{"host":"mine","id":"m","aliases":["mm"],"max_images":5},{"host":"mine","id":"n"}]})");
  auto expected = own.find("mine", "m");
  expected.model = "mm";
  EXPECT_EQ(own.find("mine", "mm"), expected);
  EXPECT_EQ(own.find("mine", "mm-2026-04-21").max_images, 5);
  EXPECT_THAT(names(own.of("mine")), ElementsAre("m", "mm", "n"));
}

TEST(ModelTable, GivesAnAliasARowOfItsOwn) {
  const auto own = with_own(R"({"models":[{"host":"openai","id":"gpt-image-2-2026-04-21","retires":"2027-01-01"}]})");
  auto expected = built_in().find("openai", "gpt-image-2-2026-04-21");
  expected.retirement.date = day_of(2027, 1, 1);
  EXPECT_EQ(own.find("openai", "gpt-image-2-2026-04-21"), expected);
  EXPECT_EQ(own.find("openai", "gpt-image-2").retirement.date, std::nullopt);
  EXPECT_THAT(names(own.of("openai")), Contains("gpt-image-2-2026-04-21").Times(1));
}

TEST(ModelTable, FindsADatedSnapshotByItsModel) {
  for (const auto* const id : {"gpt-image-2-2026-04-21", "gpt-image-2-2030-01-20"}) {
    auto expected = built_in().find("openai", "gpt-image-2");
    expected.model = id;
    EXPECT_EQ(built_in().find("openai", id), expected);
  }
  EXPECT_EQ(built_in().facts("openai", "dall-e-3-2023-11-01").dialect, "dall-e");
  for (const auto* const id : {"gpt-image-2-2030-02-31", "gpt-image-2-2030-1-20", "-2030-01-20"})
    EXPECT_FALSE(built_in().find("openai", id).known) << id;
}

TEST(ModelTable, AsksAnUnknownModelInTheNarrowestFormOfItsHost) {
  const auto model = built_in().find("openai", "flux-of-some-gateway");
  EXPECT_FALSE(model.known);
  EXPECT_EQ(model.model, "flux-of-some-gateway");
  EXPECT_THAT(model.qualities, IsEmpty()) << "any word";
  EXPECT_EQ(model.default_quality, "high");
  EXPECT_EQ(model.sizes, built_in().find("openai", "gpt-image-1").sizes);
  EXPECT_EQ(model.references.most, 0);
  EXPECT_EQ(built_in().facts("openai", "flux-of-some-gateway").dialect, "gpt-image");
  for (const auto size : listed_sizes(model.sizes))
    EXPECT_TRUE(allows(built_in().find("openai", "gpt-image-2").sizes, size));
}

TEST(ModelTable, KnowsNothingOptionalOfAnUnknownHost) {
  ModelCapability expected;
  expected.model = "m";
  expected.sizes = SizeList{{{1024, 1024}}};
  expected.known = false;
  EXPECT_EQ(built_in().find("nobody", "m"), expected);
  EXPECT_EQ(built_in().facts("nobody", "m"), ModelFacts());
  EXPECT_THAT(built_in().of("nobody"), IsEmpty());
  EXPECT_FALSE(built_in().knows_host("nobody"));
}

TEST(BuiltInModels, AreOfEveryHost) {
  EXPECT_THAT(built_in().hosts(), IsSupersetOf({"openai", "azure", "google", "vertex", "bfl", "fal", "replicate",
                                                "stability", "together", "fireworks", "runpod", "placeholder"}));
}

void expect_complete(const std::string& host, const ModelCapability& model) {
  const auto what = host + " " + model.model;
  const auto facts = built_in().facts(host, model.model);
  EXPECT_TRUE(model.known) << what;
  EXPECT_TRUE(facts.checked_on) << what;
  EXPECT_FALSE(facts.source.empty()) << what;
  EXPECT_EQ(listed_sizes(model.sizes).empty(), std::holds_alternative<SizeRule>(model.sizes)) << what;
  const auto& words = model.qualities;
  EXPECT_TRUE(words.empty() || std::find(words.begin(), words.end(), model.default_quality) != words.end()) << what;
  EXPECT_TRUE(model.mask.sense == MaskSense::none || model.references.most > 0) << what;
  const auto* shapes = std::get_if<RatioList>(&model.sizes);
  if (shapes == nullptr) return;
  for (const auto& shape : shapes->sizes)
    EXPECT_EQ(shape_of(model.sizes, shape.size), &shape) << what << ": two shapes of " << to_string(shape.size);
}

TEST(BuiltInModels, AreComplete) {
  for (const auto& host : built_in().hosts()) {
    EXPECT_THAT(built_in().of(host), Not(IsEmpty())) << host;
    for (const auto& model : built_in().of(host)) expect_complete(host, model);
  }
}

// Of other hosts some models have a price and no row yet: what they take is in no stored source.
TEST(BuiltInModels, HaveARowForEveryModelWithAPriceThatCanBeAsked) {
  const auto prices = boost::json::parse(detail::built_in_prices_json());
  int checked = 0;
  for (const auto& price : prices.at("models").as_array()) {
    const std::string host(price.at("provider").as_string()), id(price.at("model").as_string());
    if (host != "openai" && host != "placeholder") continue;
    EXPECT_TRUE(built_in().find(host, id).known) << host << " " << id;
    ++checked;
  }
  EXPECT_GT(checked, 0);
}

TEST(BuiltInModels, RetireOnTheDaysOfTheirHosts) {
  const std::chrono::sys_days end = day_of(2026, 12, 1), eve = end - std::chrono::days(1);
  for (const auto* const id :
       {"gpt-image-1.5", "gpt-image-1.5-2025-12-16", "gpt-image-1-mini", "chatgpt-image-latest"}) {
    EXPECT_EQ(stage("openai", id, end), RetirementStage::retired) << id;
    EXPECT_EQ(stage("openai", id, eve), RetirementStage::soon) << id;
    EXPECT_EQ(stage("openai", id, end - std::chrono::days(31)), RetirementStage::none) << id;
  }
  for (const auto* const id : {"gpt-image-1", "dall-e-3", "dall-e-2"})
    EXPECT_EQ(stage("openai", id, eve), RetirementStage::retired) << id;
  for (const auto* const id : {"gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-sunburst"})
    EXPECT_EQ(stage("openai", id, end), RetirementStage::none) << id;
  EXPECT_EQ(stage("azure", "gpt-image-1.5", end), RetirementStage::soon);
  EXPECT_EQ(stage("google", "imagen-4.0-fast-generate-001", eve), RetirementStage::retired);
  EXPECT_EQ(stage("google", "gemini-2.5-flash-image", end), RetirementStage::none) << "its date is disputed";
  EXPECT_THAT(retirement_text(built_in().find("openai", "gpt-image-1"), end),
              AllOf(HasSubstr("2026-10-23"), HasSubstr("gpt-image-2.6-flare")));
}

TEST(BuiltInModels, OfOpenAiHaveTheSizesOfTheirFamily) {
  for (const auto* const id : {"gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.6-flare"})
    EXPECT_EQ(built_in().find("openai", id).sizes, SizeOffer(SizeRule{16, 655'360, 8'294'400, 3840, 3.0})) << id;
  const PixelSize square{1024, 1024};
  for (const auto* const id : {"gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest"}) {
    EXPECT_EQ(built_in().find("openai", id).sizes, SizeOffer(SizeList{{square, {1536, 1024}, {1024, 1536}}})) << id;
  }
  EXPECT_EQ(built_in().find("openai", "dall-e-3").sizes, SizeOffer(SizeList{{square, {1792, 1024}, {1024, 1792}}}));
  EXPECT_EQ(built_in().find("openai", "dall-e-2").sizes, SizeOffer(SizeList{{square, {512, 512}, {256, 256}}}));
  EXPECT_EQ(built_in().of("openai").front().model, "gpt-image-2") << "what is asked where no model is named";
}

TEST(BuiltInModels, OfOpenAiHaveWordsAndLimitsOfTheirFamily) {
  const auto model = [](std::string_view id) { return built_in().find("openai", id); };
  EXPECT_THAT(model("gpt-image-2").qualities, ElementsAre("low", "medium", "high", "auto"));
  EXPECT_THAT(model("gpt-image-1-mini").qualities, ElementsAre("low", "medium", "high", "auto"));
  for (const auto* const id : {"gpt-image-2.5-flare", "gpt-image-2.6-flare"})
    EXPECT_THAT(model(id).qualities, ElementsAre("low", "medium", "high", "xhigh", "max", "auto")) << id;
  EXPECT_THAT(model("dall-e-3").qualities, ElementsAre("standard", "hd"));
  EXPECT_THAT(model("dall-e-2").qualities, ElementsAre("standard"));
  EXPECT_EQ(model("gpt-image-2").default_quality, "high");
  EXPECT_EQ(model("dall-e-3").default_quality, "standard");
  EXPECT_EQ(model("gpt-image-2").max_images, 10);
  EXPECT_EQ(model("dall-e-3").max_images, 1);
  EXPECT_EQ(model("dall-e-2").max_images, 10);
  EXPECT_EQ(model("gpt-image-1").prompt, (PromptLimit{32'000, LengthUnit::code_points}));
  EXPECT_EQ(model("dall-e-3").prompt.most, 4000U);
  EXPECT_EQ(model("dall-e-2").prompt.most, 1000U);
  for (const auto& each : built_in().of("openai")) {
    const auto* const dialect = each.model.starts_with("dall-e") ? "dall-e" : "gpt-image";
    EXPECT_EQ(built_in().facts("openai", each.model).dialect, dialect) << each.model;
    EXPECT_FALSE(each.seed || each.negative) << each.model;
  }
}

TEST(BuiltInModels, OfThePlaceholderDrawAnySize) {
  const auto model = built_in().find("placeholder", "placeholder-1");
  EXPECT_EQ(model.sizes, SizeOffer(SizeRule{1, 256, 40'000'000, 8192, 512}));
  EXPECT_EQ(model.seed, SeedRange());
  EXPECT_EQ(model.max_images, 4);
  EXPECT_FALSE(model.trained);
}

}  // namespace
}  // namespace imagegen::test
