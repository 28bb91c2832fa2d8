#include <imagegen/provider/image_provider.hpp>

#include <imagegen/core/digest.hpp>

#include <gmock/gmock.h>

#include <set>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ModelCapability small_model() {
  ModelCapability model;
  model.model = "small";
  model.qualities = {"low", "high"}, model.default_quality = "high";
  model.sizes = SizeList{{{512, 512}, {768, 512}}};
  model.max_images = 2;
  model.prompt.most = 5;
  return model;
}

ImageRequest a_cat(SizeWish size = PixelSize{512, 512}) {
  ImageRequest request;
  request.prompt.text = "a cat", request.size = size;
  return request;
}

Result<Adapted> leniently(ImageRequest request, const ModelCapability& model = small_model()) {
  return adapt(model, std::move(request), Strictness::lenient);
}
Result<Adapted> strictly(ImageRequest request, const ModelCapability& model = small_model()) {
  return adapt(model, std::move(request), Strictness::strict);
}

PixelSize size_for(const SizeOffer& offer, SizeWish wish) {
  auto model = small_model();
  model.sizes = offer;
  return pixels_of(leniently(a_cat(wish), model).value().request);
}

const RatioList kShapes{{{"1:1", "1K", {1024, 1024}}, {"16:9", "1K", {1376, 768}}, {"16:9", "2K", {2752, 1536}}}};

TEST(Adapt, FillsInModelAndQuality) {
  const auto made = strictly(a_cat()).value();
  EXPECT_EQ(made.request.model, "small");
  EXPECT_EQ(made.request.quality, "high");
  EXPECT_THAT(made.adaptations, IsEmpty());
}

TEST(Adapt, RefusesAQualityThatTheModelDoesNotHave) {
  auto request = a_cat();
  request.quality = "ultra";
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("expected one of low, high for small")));
  auto any = small_model();
  any.qualities.clear();
  EXPECT_EQ(leniently(request, any)->request.quality, "ultra");
}

TEST(Adapt, CountsPromptsInTheUnitOfTheModel) {
  EXPECT_THAT(strictly(request_for("\xC3\xBCn\xC3\xAF" "cd", {512, 512})), IsOk());
  EXPECT_THAT(strictly(request_for("abcdef", {512, 512})),
              FailsSaying(Errc::invalid_argument, HasSubstr("prompt.text: expected at most 5 characters for small, got 6")));
  auto by_bytes = small_model();
  by_bytes.prompt.unit = LengthUnit::bytes;
  EXPECT_THAT(strictly(request_for("\xC3\xBCn\xC3\xAF" "cd", {512, 512}), by_bytes),
              FailsSaying(Errc::invalid_argument, HasSubstr("5 bytes for small, got 7")));
}

TEST(Adapt, RefusesABlankOrBrokenPrompt) {
  for (const std::string text : {"", " \n\t", "\xC3("})
    EXPECT_THAT(leniently(request_for(text, {512, 512})), FailsSaying(Errc::invalid_argument, HasSubstr("prompt.text")));
}

TEST(Adapt, RefusesWhatWouldChangeTheMeaning) {
  auto request = a_cat();
  request.prompt.negative = "dogs";
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("prompt.negative")));
  request = a_cat();
  request.references.push_back({SharedBytes(to_bytes(png())), {}});
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("references: expected at most 0")));
  request = a_cat();
  request.mask = SharedBytes(to_bytes(png()));
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("mask: expected none")));
  request = a_cat();
  request.extras_json = R"({"a": 1})";
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("extras: expected none")));
}

TEST(Adapt, ChecksPicturesThatTheModelLooksAt) {
  auto model = small_model();
  model.references = {2, 20, {ImageFormat::png}, true, false};
  model.mask = {MaskSense::white_edits, true, 0};
  auto request = a_cat();
  request.mask = SharedBytes(to_bytes(png()));
  EXPECT_THAT(leniently(request, model), FailsSaying(Errc::invalid_argument, HasSubstr("mask: expected the picture")));
  request.references.push_back({SharedBytes(to_bytes(png())), {}});
  EXPECT_THAT(leniently(request, model), IsOk());
  request.references.push_back({SharedBytes(to_bytes("\xFF\xD8\xFF")), {}});
  EXPECT_THAT(leniently(request, model), FailsSaying(Errc::invalid_argument, HasSubstr("references[1]")));
  request.references[1] = {SharedBytes(to_bytes(png("much too long a picture"))), {}};
  EXPECT_THAT(leniently(request, model), FailsSaying(Errc::invalid_argument, HasSubstr("at most 20 bytes")));
  request.references[1] = {{}, "https://example.com/a.png"};
  EXPECT_THAT(leniently(request, model), FailsSaying(Errc::invalid_argument, HasSubstr("takes no URLs")));
}

TEST(Adapt, RefusesCountsAndNumbersOutOfRange) {
  EXPECT_THAT(leniently(request_for("a cat", {512, 512}, 0)), FailsSaying(Errc::invalid_argument, HasSubstr("count")));
  EXPECT_THAT(leniently(request_for("a cat", {512, 512}, 3)), FailsSaying(Errc::invalid_argument, HasSubstr("got 3")));
  auto request = a_cat();
  request.strength = 1.5F;
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("strength")));
  request = a_cat();
  request.user = std::string(257, 'u');
  EXPECT_THAT(leniently(request), FailsSaying(Errc::invalid_argument, HasSubstr("user")));
}

TEST(Adapt, TakesTheNearestSizeAndSaysSo) {
  const auto made = leniently(a_cat(PixelSize{500, 500})).value();
  EXPECT_EQ(pixels_of(made.request), (PixelSize{512, 512}));
  EXPECT_THAT(made.adaptations, ElementsAre(Adaptation{"size", "500x500", "512x512", "one of 512x512, 768x512"}));
  EXPECT_THAT(strictly(a_cat(PixelSize{500, 500})),
              FailsSaying(Errc::invalid_argument, HasSubstr("size: expected one of 512x512, 768x512, got 500x500")));
}

TEST(Adapt, NamesTheRuleWhereThereIsNoList) {
  auto model = small_model();
  model.sizes = SizeRule{16, 655'360, 8'294'400, 3840, 3.0};
  EXPECT_THAT(
      strictly(a_cat(PixelSize{1000, 1000}), model),
      FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("16 divides"), HasSubstr("up to 3.0"), HasSubstr("655360"))));
  for (const auto size : {PixelSize{0, 0}, PixelSize{-1, 5}})
    EXPECT_THAT(leniently(a_cat(size), model), FailsSaying(Errc::invalid_argument, HasSubstr("size")));
}

TEST(Adapt, FindsTheShapeBeforeTheSize) {
  EXPECT_EQ(size_for(kShapes, RatioWish{16, 9, 1}), (PixelSize{1376, 768}));
  EXPECT_EQ(size_for(kShapes, RatioWish{16, 9, 5}), (PixelSize{2752, 1536}));
  EXPECT_EQ(size_for(kShapes, RatioWish{1, 1, 5}), (PixelSize{1024, 1024}));
  EXPECT_EQ(size_for(SizeRule{16, 1, 8'294'400, 3840, 3.0}, RatioWish{16, 9, 1}), (PixelSize{1344, 752}));
}

TEST(Adapt, ListsAShapeThatIsAnotherButNotOneThatWasOnlyRounded) {
  auto model = small_model();
  model.sizes = kShapes;
  EXPECT_THAT(leniently(a_cat(RatioWish{16, 9, 1}), model)->adaptations, IsEmpty());
  const auto made = leniently(a_cat(RatioWish{3, 1, 1}), model).value();
  ASSERT_EQ(made.adaptations.size(), 1U);
  EXPECT_EQ(made.adaptations[0].asked, "3:1 at 1 megapixels");
  EXPECT_EQ(made.adaptations[0].sent, "1376x768");
}

TEST(Adapt, TakesWhatTheModelLikesBestWhereNothingIsAskedFor) {
  EXPECT_EQ(size_for(kShapes, AnySize{}), (PixelSize{1024, 1024}));
  EXPECT_EQ(size_for(SizeRule{}, AnySize{}), (PixelSize{1024, 1024}));
  EXPECT_EQ(size_for(ServerDecides{{640, 480}}, AnySize{}), (PixelSize{640, 480}));
}

TEST(Adapt, LeavesOutWhatTheModelHasNotAndListsIt) {
  auto request = a_cat();
  request.seed = 7, request.strength = 0.5F, request.guidance = 3.5F, request.steps = 28;
  request.format = ImageFormat::jpeg, request.partial_images = 2;
  const auto made = leniently(request).value();
  EXPECT_FALSE(made.request.seed || made.request.strength || made.request.guidance || made.request.steps ||
               made.request.format);
  EXPECT_EQ(made.request.partial_images, 0);
  std::vector<std::string> fields;
  for (const auto& difference : made.adaptations) fields.push_back(difference.field);
  EXPECT_THAT(fields, ElementsAre("seed", "strength", "guidance", "steps", "format", "partialImages"));
  EXPECT_THAT(strictly(request), FailsSaying(Errc::invalid_argument, HasSubstr("seed: expected none, for small, got 7")));
}

TEST(Adapt, BringsASeedIntoItsRange) {
  auto model = small_model();
  model.seed = SeedRange{1, 10};
  auto request = a_cat();
  request.seed = 10;
  EXPECT_THAT(strictly(request, model), IsOk());
  request.seed = 25;
  const auto made = leniently(request, model).value();
  EXPECT_EQ(made.request.seed, 6U);
  EXPECT_EQ(made.adaptations.at(0).sent, "6");
}

TEST(Adapt, ChangesNothingMoreTheSecondTime) {
  auto model = small_model();
  model.seed = SeedRange{0, 99};
  auto request = a_cat(RatioWish{2, 1, 3});
  request.seed = 12345, request.steps = 4;
  const auto once = leniently(request, model).value();
  const auto twice = strictly(once.request, model);
  ASSERT_THAT(twice, IsOk());
  EXPECT_EQ(request_hash("p", twice->request), request_hash("p", once.request));
}

TEST(Adapt, FindsTheModelThatARequestNames) {
  ProviderCapability capability;
  capability.provider = "house";
  capability.models = {small_model(), small_model()};
  capability.models[1].model = "large";
  auto request = a_cat();
  EXPECT_EQ(adapt(capability, request, Strictness::strict)->request.model, "small");
  request.model = "large";
  EXPECT_EQ(adapt(capability, request, Strictness::strict)->request.model, "large");
  request.model = "huge";
  EXPECT_THAT(adapt(capability, request, Strictness::strict),
              FailsSaying(Errc::invalid_argument, HasSubstr("expected one of small, large of house, got \"huge\"")));
}

TEST(RequestHash, CoversAllThatIsAskedFor) {
  std::vector<ImageRequest> requests(13, a_cat());
  requests[1].seed = 7;
  requests[2].prompt.negative = "x";
  requests[3].count = 2;
  requests[4].references.push_back({SharedBytes(to_bytes("a")), {}});
  requests[5].references.push_back({SharedBytes(to_bytes("b")), {}});
  requests[6].mask = SharedBytes(to_bytes("a"));
  requests[7].strength = 0.5F;
  requests[8].guidance = 0.5F;
  requests[9].steps = 5;
  requests[10].format = ImageFormat::png;
  requests[11].extras_json = "{}";
  requests[12].size = PixelSize{768, 512};
  std::set<std::string> hashes;
  for (const auto& request : requests) hashes.insert(request_hash("p", request));
  hashes.insert(request_hash("q", requests[0]));
  EXPECT_EQ(hashes.size(), requests.size() + 1);
  requests[0].user = "ada", requests[0].task_id = "1";
  EXPECT_TRUE(hashes.contains(request_hash("p", requests[0]))) << "who asks and under which name changes nothing";
}

TEST(RequestHash, IsThatOfOlderVersionsForWhatTheyCouldAsk) {
  ImageRequest request;
  request.model = "gpt-image-1", request.quality = "high", request.prompt.text = "a red boat";
  request.size = PixelSize{1024, 1024}, request.seed = 7;
  EXPECT_EQ(request_hash("openai", request), to_hex(sha256(
      std::string_view("6:openai11:gpt-image-14:high10:a red boat0:9:1024x10241:7"))));
}

TEST(Retirement, IsSoonWithinThirtyDaysAndThenOver) {
  using namespace std::chrono;
  ModelCapability model;
  model.model = "old", model.retirement = {2026y / 12 / 1, "new"};
  EXPECT_EQ(retirement_stage(model.retirement, sys_days(2026y / 10 / 1)), RetirementStage::none);
  EXPECT_EQ(retirement_stage(model.retirement, sys_days(2026y / 11 / 1)), RetirementStage::soon);
  EXPECT_EQ(retirement_stage(model.retirement, sys_days(2026y / 11 / 30)), RetirementStage::soon);
  EXPECT_EQ(retirement_stage(model.retirement, sys_days(2026y / 12 / 1)), RetirementStage::retired);
  EXPECT_EQ(retirement_text(model, sys_days(2026y / 11 / 30)), "old will be retired on 2026-12-01; use new");
  EXPECT_EQ(retirement_text(model, sys_days(2026y / 12 / 5)), "old was retired on 2026-12-01; use new");
  EXPECT_EQ(retirement_text(model, sys_days(2026y / 1 / 5)), "");
}

}  // namespace
}  // namespace imagegen::test
