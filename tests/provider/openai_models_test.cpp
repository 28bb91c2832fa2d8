#include "provider/openai/openai_models.hpp"

#include <gmock/gmock.h>

namespace imagegen::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(OpenAiModels, GptImage2TakesAnySizeWithinItsRule) {
  const auto sizes = openai_model("gpt-image-2").sizes;
  EXPECT_TRUE(allows(sizes, {3840, 2160}));
  EXPECT_TRUE(allows(sizes, {2160, 3840}));
  EXPECT_TRUE(allows(sizes, {1920, 640}));
  EXPECT_FALSE(allows(sizes, {1000, 1024})) << "not a multiple of 16";
  EXPECT_FALSE(allows(sizes, {2048, 512})) << "4:1";
  EXPECT_FALSE(allows(sizes, {512, 512})) << "too few pixels";
  EXPECT_FALSE(allows(sizes, {3840, 2176})) << "too many pixels";
  EXPECT_FALSE(allows(sizes, {3856, 1600})) << "too long";
}

TEST(OpenAiModels, OlderModelsHaveListsOfTheirOwn) {
  const PixelSize square{1024, 1024};
  for (const auto* const id : {"gpt-image-1", "gpt-image-1.5", "gpt-image-1-mini", "chatgpt-image-latest"}) {
    EXPECT_THAT(openai_model(id).sizes.fixed, ElementsAre(square, PixelSize{1536, 1024}, PixelSize{1024, 1536})) << id;
  }
  EXPECT_THAT(openai_model("dall-e-3").sizes.fixed, ElementsAre(square, PixelSize{1792, 1024}, PixelSize{1024, 1792}));
  EXPECT_THAT(openai_model("dall-e-2").sizes.fixed, ElementsAre(square, PixelSize{512, 512}, PixelSize{256, 256}));
}

TEST(OpenAiModels, QualityWordsAndLimitsDiffer) {
  EXPECT_THAT(openai_model("gpt-image-2").qualities, UnorderedElementsAre("low", "medium", "high", "auto"));
  EXPECT_THAT(openai_model("gpt-image-2.5-flare").qualities,
              UnorderedElementsAre("low", "medium", "high", "xhigh", "max", "auto"));
  EXPECT_THAT(openai_model("dall-e-3").qualities, UnorderedElementsAre("standard", "hd"));
  EXPECT_EQ(openai_model("dall-e-3").max_images, 1);
  EXPECT_EQ(openai_model("dall-e-3").max_prompt_chars, 4000U);
  EXPECT_EQ(openai_model("dall-e-2").max_prompt_chars, 1000U);
  EXPECT_EQ(openai_model("gpt-image-1").max_prompt_chars, 32'000U);
}

TEST(OpenAiModels, SnapshotsFollowTheirModel) {
  EXPECT_THAT(openai_model("gpt-image-2-2026-04-21").sizes.fixed, IsEmpty());
  EXPECT_FALSE(openai_model("dall-e-3-2023-11-01").is_gpt_image);
}

TEST(OpenAiModels, UnknownIdsAreAskedOnlyForWhatTheWholeFamilyTakes) {
  const auto model = openai_model("flux-of-some-gateway");
  EXPECT_TRUE(model.is_gpt_image);
  EXPECT_THAT(model.qualities, IsEmpty());
  for (const auto size : model.sizes.fixed) EXPECT_TRUE(allows(openai_model("gpt-image-2").sizes, size));
  EXPECT_EQ(model.sizes.fixed, openai_model("gpt-image-1").sizes.fixed);
}

}  // namespace
}  // namespace imagegen::test
