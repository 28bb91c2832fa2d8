#include <imagegen/spend/price_table.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using ::testing::HasSubstr;

PriceQuery openai(std::string model, std::string quality, PixelSize size) {
  return {"openai", std::move(model), std::move(quality), size, 1, 0};
}

CostEstimate estimate(const PriceQuery& query) {
  return PriceTable::built_in().estimate(query);
}

TEST(PriceTable, KnowsListedSizesExactly) {
  const auto cost = estimate(openai("gpt-image-1", "high", {1536, 1024}));
  EXPECT_EQ(cost.amount, Usd::from_dollars(0.25));
  EXPECT_FALSE(cost.rough);
  EXPECT_EQ(cost.price_date, "2026-08-21");
}

TEST(PriceTable, AddsThePromptsTokensAndMultipliesByTheCount) {
  auto query = openai("gpt-image-1", "low", {1024, 1024});
  query.count = 3;
  query.prompt_chars = 401;  // 101 tokens at 5 USD a million
  EXPECT_EQ(estimate(query).amount, Usd::from_dollars(0.033) + Usd::from_dollars(101 * 5e-6));
}

TEST(PriceTable, PricesAnUnlistedSizeFromTheNearestAndSaysRough) {
  const auto cost = estimate(openai("gpt-image-2", "high", {1920, 1008}));
  EXPECT_TRUE(cost.rough);
  EXPECT_EQ(cost.amount, Usd{165'000'000LL * 1920 * 1008 / (1536 * 1024) + 1});
}

TEST(PriceTable, AssumesTheDearestForAuto) {
  const auto cost = estimate(openai("gpt-image-1", "auto", {1024, 1024}));
  EXPECT_EQ(cost.amount, Usd::from_dollars(0.167));
  EXPECT_TRUE(cost.rough);
}

TEST(PriceTable, SaysNothingWhereItDoesNotKnow) {
  EXPECT_EQ(estimate(openai("gpt-image-9", "high", {1024, 1024})).amount, std::nullopt);
  EXPECT_EQ(estimate(openai("gpt-image-1-mini", "high", {1024, 1024})).amount, std::nullopt);
  EXPECT_EQ(estimate({"placeholder", "placeholder-1", "", {64, 64}, 1, 0}).amount, Usd{}) << "free is known to be 0";
}

TEST(PriceTable, TakesADatedSnapshotForItsModel) {
  EXPECT_EQ(estimate(openai("gpt-image-2-2026-04-21", "low", {1024, 1024})).amount, Usd::from_dollars(0.006));
}

TEST(PriceTable, ComputesWhatWasBilledFromTokens) {
  EXPECT_EQ(PriceTable::built_in().actual("openai", "gpt-image-1", {41, 0, 1568, 0}),
            Usd::from_dollars(41 * 5e-6 + 1568 * 4e-5));
  EXPECT_EQ(PriceTable::built_in().actual("openai", "dall-e-3", {41, 0, 1568, 0}), std::nullopt);
}

TEST(PriceTable, LetsAUserOverrideAModelAndKeepsTheOthers) {
  const auto own = PriceTable::parse(R"({"models":[{"provider":"openai","model":"gpt-image-1","date":"2027-01-01",
    "source":"contract","per_image":0.1},{"provider":"mine","model":"m","date":"2027-01-01","source":"contract","per_megapixel":0.02}]})");
  ASSERT_THAT(own, test::IsOk());
  const auto table = PriceTable::built_in().overridden_by(*own);
  EXPECT_EQ(table.estimate(openai("gpt-image-1", "high", {1536, 1024})).amount, Usd::from_dollars(0.1));
  EXPECT_EQ(table.estimate(openai("dall-e-3", "hd", {1024, 1024})).amount, Usd::from_dollars(0.08));
  EXPECT_EQ(table.estimate({"mine", "m", "", {1500, 1000}, 1, 0}).amount, Usd::from_dollars(0.04))
      << "started megapixels";
}

TEST(PriceTable, NamesEveryFaultOfAFile) {
  const auto bad = PriceTable::parse(R"({"models":[{"provider":"a","date":1,"source":"s","per_image":-1},7]})");
  ASSERT_THAT(bad, test::FailsWith(Errc::invalid_argument));
  for (const auto* path : {"models[0].model", "models[0].date", "models[0].per_image", "models[1]"}) {
    EXPECT_THAT(bad.error().message, HasSubstr(path));
  }
  EXPECT_THAT(PriceTable::parse("{"), test::FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
