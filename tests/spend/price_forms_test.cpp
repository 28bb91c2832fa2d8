// What each form of a price comes to, before a call and after it.
#include <imagegen/spend/price_table.hpp>

#include <gtest/gtest.h>

#include <initializer_list>
#include <limits>
#include <string>
#include <utility>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

constexpr PixelSize kSquare{1024, 1024};
constexpr std::int64_t kSquarePixels = 1024 * 1024;

// Of the built-in table, by the host's name for the model.
PriceQuery of(std::string provider, std::string model, std::string quality, PixelSize size) {
  return {std::move(provider), std::move(model), std::move(quality), size};
}

CostEstimate built_in(const PriceQuery& query) {
  return PriceTable::built_in().estimate(query);
}

// Of a table with one row.
PriceTable row(const std::string& fields) {
  auto table =
      PriceTable::parse(R"({"models":[{"provider":"h","model":"m","date":"2026-11-30","source":"a test",)" + fields + "}]}");
  EXPECT_THAT(table, test::IsOk());
  return std::move(*table);
}

PriceQuery in_row(PixelSize size = kSquare) {
  return {"h", "m", "", size};
}

Usd usd(double dollars) {
  return Usd::from_dollars(dollars);
}

Usd tokens_at(double count, double dollars_per_million) {
  return usd(count * dollars_per_million * 1e-6);
}

TEST(TokenPrice, IsThatOfTheListedTokens) {
  const auto cost = built_in(of("openai", "gpt-image-2", "high", kSquare));
  EXPECT_EQ(cost.amount, tokens_at(7024, 30));
  EXPECT_EQ(cost.low, cost.amount);
  EXPECT_FALSE(cost.rough);
  EXPECT_EQ(cost.form, PriceForm::per_token);
  EXPECT_EQ(cost.price_date, "2026-11-30");
}

TEST(TokenPrice, DoesNotAskWhichWayAPictureIsTurned) {
  for (const PixelSize size : {PixelSize{1024, 1536}, PixelSize{1536, 1024}}) {
    const auto cost = built_in(of("openai", "gpt-image-2", "medium", size));
    EXPECT_EQ(cost.amount, tokens_at(1372, 30));
    EXPECT_FALSE(cost.rough);
  }
}

TEST(TokenPrice, GoesByTheFamilyBecauseTheWordsMoved) {
  for (const auto* model : {"gpt-image-2.5-flare", "gpt-image-2.5-sunburst-2026-09-08", "gpt-image-2.6-sunburst"}) {
    const auto cost = built_in(of("openai", model, "high", kSquare));
    EXPECT_EQ(cost.low, tokens_at(1756 * 0.9, 30)) << model;
    EXPECT_EQ(cost.amount, tokens_at(1756 * 1.1, 30)) << "what is reserved is the upper end";
    EXPECT_EQ(cost.high, cost.amount);
  }
}

TEST(TokenPrice, MayBeARange) {
  const auto cost = built_in(of("openai", "gpt-image-1.5", "high", {1536, 1024}));
  EXPECT_EQ(cost.low, tokens_at(6208, 32));
  EXPECT_EQ(cost.amount, tokens_at(6240, 32));
}

TEST(TokenPrice, OfASizeBetweenIsNeverBelowThatOfTheNearestRatio) {
  const auto cost = built_in(of("openai", "gpt-image-2", "high", {1280, 720}));
  EXPECT_TRUE(cost.rough);
  EXPECT_EQ(cost.amount, tokens_at(5280, 30)) << "1920x1080";
  EXPECT_EQ(cost.low, tokens_at(4815, 30)) << "1024x768, cheaper than 1024x1024";
}

TEST(TokenPrice, OfASizeBeyondThoseOfItsRatioGrowsWithThePixels) {
  const auto cost = built_in(of("openai", "gpt-image-2", "high", {1536, 1536}));
  EXPECT_TRUE(cost.rough);
  EXPECT_EQ(cost.amount, tokens_at(7024 * 2.25, 30));
  EXPECT_EQ(cost.low, tokens_at(5280, 30)) << "1920x1080";
}

TEST(TokenPrice, OfAutoReachesFromTheCheapestToTheDearest) {
  const auto size = built_in(of("openai", "gpt-image-2", "high", {}));
  EXPECT_EQ(size.low, tokens_at(4815, 30));
  EXPECT_EQ(size.amount, tokens_at(13342, 30));
  EXPECT_TRUE(size.rough);
  const auto quality = built_in(of("openai", "gpt-image-2", "auto", kSquare));
  EXPECT_EQ(quality.low, tokens_at(196, 30));
  EXPECT_EQ(quality.amount, tokens_at(7024, 30));
  EXPECT_TRUE(quality.rough);
}

TEST(TokenPrice, AddsReferencesByTheirPixels) {
  auto query = of("openai", "gpt-image-2", "low", kSquare);
  query.reference_pixels = {kSquarePixels};
  EXPECT_EQ(built_in(query).amount, tokens_at(196, 30) + tokens_at(1023, 8));
  EXPECT_FALSE(built_in(query).rough);
  query.reference_pixels = {kSquarePixels, 2 * kSquarePixels};
  EXPECT_EQ(built_in(query).amount, tokens_at(196, 30) + tokens_at(3 * 1023, 8));
  EXPECT_EQ(built_in(query).low, tokens_at(196, 30) + tokens_at(2 * 1023, 8));
  EXPECT_TRUE(built_in(query).rough);
}

TEST(TokenPrice, TakesAReferenceOfUnknownSizeForALargeOne) {
  auto query = of("openai", "gpt-image-2", "low", kSquare);
  query.reference_pixels = {0};
  const auto cost = built_in(query);
  EXPECT_EQ(cost.amount, tokens_at(196, 30) + tokens_at(4 * 1023, 8));
  EXPECT_EQ(cost.low, tokens_at(196, 30));
  EXPECT_TRUE(cost.rough);
}

TEST(TokenPrice, IsUnknownWhereReferencesAreBilledAndNobodySaysHowMuch) {
  auto query = of("openai", "gpt-image-1", "low", kSquare);
  query.reference_pixels = {kSquarePixels};
  EXPECT_EQ(built_in(query).amount, std::nullopt);
}

TEST(TokenPrice, AddsPartialImagesToWhatIsReservedBecauseFewerMayCome) {
  auto query = of("openai", "gpt-image-2", "low", kSquare);
  query.partial_images = 3;
  EXPECT_EQ(built_in(query).amount, tokens_at(196 + 300, 30));
  EXPECT_EQ(built_in(query).low, tokens_at(196, 30));
}

TEST(TokenPrice, IsHalfInABatchWhereTheRowSaysSo) {
  auto query = of("openai", "gpt-image-2", "low", kSquare);
  query.batch = true, query.count = 2;
  query.prompt.text = std::string(40, 'p');
  EXPECT_EQ(built_in(query).amount, tokens_at(196, 30) + tokens_at(5, 5));
  query.prompt = {}, query.model = "gpt-image-2.6-flare", query.count = 1;
  EXPECT_EQ(built_in(query).amount, tokens_at(196 * 1.1, 30)) << "no batch price is listed";
}

TEST(ImagePrice, OfAStepOfResolutionStandsForAllSizesUpToIt) {
  for (const auto& [size, price] : std::initializer_list<std::pair<PixelSize, double>>{
           {{1376, 768}, 0.134}, {{2752, 1536}, 0.134}, {{3072, 5504}, 0.24}}) {
    const auto cost = built_in(of("google", "gemini-3-pro-image", "", size));
    EXPECT_EQ(cost.amount, usd(price)) << to_string(size);
    EXPECT_FALSE(cost.rough);
    EXPECT_EQ(cost.form, PriceForm::per_image);
  }
}

TEST(ImagePrice, OfAStepMayBeARange) {
  const auto cost = built_in(of("google", "gemini-nano-banana-2.1", "", {2048, 2048}));
  EXPECT_EQ(cost.low, usd(0.0336));
  EXPECT_EQ(cost.amount, usd(0.1134));
}

TEST(ImagePrice, BeyondTheLastStepGrowsWithThePixels) {
  const auto cost = built_in(of("google", "gemini-3.1-flash-image", "", {2048, 2048}));
  EXPECT_EQ(cost.amount, usd(4 * 0.0672));
  EXPECT_EQ(cost.low, usd(0.0672));
  EXPECT_TRUE(cost.rough);
}

TEST(ImagePrice, MayGoByQualityAndSizeTogether) {
  EXPECT_EQ(built_in(of("fal", "openai/gpt-image-2", "low", {1024, 768})).amount, usd(0.005));
  EXPECT_EQ(built_in(of("fal", "openai/gpt-image-2", "high", {3840, 2160})).amount, usd(0.401));
  EXPECT_EQ(built_in(of("fal", "openai/gpt-image-2.5/flare/edit", "max", {3840, 2160})).amount, usd(0.4));
}

TEST(ImagePrice, AddsWhatAReferenceCosts) {
  auto query = of("google", "gemini-3-pro-image", "", kSquare);
  query.reference_pixels = {0, 0};
  EXPECT_EQ(built_in(query).amount, usd(0.134 + 2 * 0.0011));
  query = of("bfl", "flux-kontext-pro", "", kSquare);
  query.reference_pixels = {kSquarePixels};
  EXPECT_EQ(built_in(query).amount, usd(0.04)) << "they are in the price";
}

TEST(ImagePrice, HoldsForAModelUnderEachOfItsNames) {
  for (const auto* model : {"edit/inpaint", "edit/erase", "control/sketch"})
    EXPECT_EQ(built_in(of("stability", model, "", {})).amount, usd(0.05)) << model;
}

TEST(MegapixelPrice, IsRoundedAsTheRowSays) {
  const PixelSize size{1500, 1000};
  const auto up = row(R"("per_megapixel":0.02,"rounding":"up")").estimate(in_row(size));
  EXPECT_EQ(up.amount, usd(0.04));
  EXPECT_EQ(up.low, usd(0.04));
  EXPECT_EQ(up.form, PriceForm::per_megapixel);
  const auto exact = row(R"("per_megapixel":0.02,"rounding":"exact")").estimate(in_row(size));
  EXPECT_EQ(exact.amount, usd(0.03));
  EXPECT_EQ(exact.low, usd(0.03));
  const auto unknown = row(R"("per_megapixel":0.02,"rounding":"unknown")").estimate(in_row(size));
  EXPECT_EQ(unknown.amount, usd(0.04));
  EXPECT_EQ(unknown.low, usd(0.03));
}

TEST(MegapixelPrice, CountsPixelsAsTheHostDoes) {
  const auto binary = built_in(of("fal", "fal-ai/flux/dev", "", kSquare));
  EXPECT_EQ(binary.amount, usd(0.025));
  EXPECT_EQ(binary.low, usd(0.025));
  const auto decimal = built_in(of("together", "black-forest-labs/FLUX.1-dev", "", kSquare));
  EXPECT_EQ(decimal.amount, usd(0.05));
  EXPECT_EQ(decimal.low, usd(0.025 * 1.048576));
}

TEST(MegapixelPrice, IsUnknownWithoutASize) {
  EXPECT_EQ(built_in(of("fal", "fal-ai/flux/dev", "", {})).amount, std::nullopt);
}

TEST(MegapixelPrice, GrowsWithStepsBeyondThoseThatAreIncluded) {
  auto query = of("together", "black-forest-labs/FLUX.1-dev", "", {1000, 1000});
  EXPECT_EQ(built_in(query).amount, usd(0.025));
  query.steps = 56;
  EXPECT_EQ(built_in(query).amount, usd(0.05));
  query.steps = 14;
  EXPECT_EQ(built_in(query).amount, usd(0.025));
}

TEST(FirstThenPrice, HasOnePriceForTheFirstAndAnotherForEachFurtherMegapixel) {
  EXPECT_EQ(built_in(of("bfl", "flux-2-pro", "", {512, 512})).amount, usd(0.03));
  EXPECT_EQ(built_in(of("bfl", "flux-2-pro", "", {1000, 1000})).amount, usd(0.03));
  const auto two = built_in(of("bfl", "flux-2-pro", "", {2000, 1000}));
  EXPECT_EQ(two.amount, usd(0.045));
  EXPECT_EQ(two.form, PriceForm::first_then);
  const auto started = built_in(of("bfl", "flux-2-pro", "", kSquare));
  EXPECT_EQ(started.amount, usd(0.045)) << "whether it is rounded up is unknown";
  EXPECT_EQ(started.low, usd(0.03 + 0.048576 * 0.015));
}

TEST(FirstThenPrice, AddsTheMegapixelsOfReferences) {
  auto query = of("bfl", "flux-2-max", "", {1000, 1000});
  query.reference_pixels = {1'000'000, 1'500'000};
  EXPECT_EQ(built_in(query).amount, usd(0.07 + 3 * 0.03));
  EXPECT_EQ(built_in(query).low, usd(0.07 + 2.5 * 0.03));
  query.reference_pixels = {0};
  EXPECT_EQ(built_in(query).amount, usd(0.07 + 5 * 0.03)) << "4 x 1024 x 1024 px";
  EXPECT_EQ(built_in(query).low, usd(0.07));
  EXPECT_TRUE(built_in(query).rough);
}

TEST(SecondPrice, NeedsARateAndHowLongAPictureTakes) {
  const auto whole = row(R"("per_second":[{"hardware":"a","rate":0.001},{"hardware":"b","rate":0.002}],
                            "least_seconds":5,"most_seconds":60)");
  const auto cost = whole.estimate(in_row());
  EXPECT_EQ(cost.amount, usd(0.12));
  EXPECT_EQ(cost.low, usd(0.005));
  EXPECT_EQ(cost.form, PriceForm::per_second);
  EXPECT_EQ(row(R"("per_second":[{"rate":0.001}])").estimate(in_row()).amount, std::nullopt);
  EXPECT_EQ(row(R"("most_seconds":60)").estimate(in_row()).amount, std::nullopt);
}

TEST(AnyPrice, IsAtLeastTheMinimumOfACall) {
  const auto table = row(R"("per_image":0.002,"minimum":0.005)");
  auto query = in_row();
  EXPECT_EQ(table.estimate(query).amount, usd(0.005));
  EXPECT_EQ(table.estimate(query).low, usd(0.005));
  query.count = 4;
  EXPECT_EQ(table.estimate(query).amount, usd(0.008));
}

TEST(AnyPrice, IsUnknownWhereTheRowNamesNone) {
  const auto cost = row(R"("currency":"USD")").estimate(in_row());
  EXPECT_EQ(cost.amount, std::nullopt);
  EXPECT_EQ(cost.low, std::nullopt);
  EXPECT_EQ(cost.high, std::nullopt);
  EXPECT_EQ(cost.form, PriceForm::unknown);
}

TEST(ActualCost, OfTokensIsTheirRates) {
  const auto& table = PriceTable::built_in();
  auto bought = of("openai", "gpt-image-1", "", kSquare);
  const TokenUsage used{41, 0, 1568, 0};
  EXPECT_EQ(table.actual(bought, used), (ActualCost{usd(41 * 5e-6 + 1568 * 4e-5), CostSource::usage}));
  bought.model = "gpt-image-2", bought.batch = true;
  EXPECT_EQ(table.actual(bought, used)->amount, usd((41 * 5e-6 + 1568 * 3e-5) / 2));
  bought.model = "dall-e-3";
  EXPECT_EQ(table.actual(bought, used), std::nullopt);
}

TEST(ActualCost, OfImagesIsTheirPriceWhereItIsExact) {
  const auto& table = PriceTable::built_in();
  EXPECT_EQ(table.actual(of("bfl", "flux-pro-1.1", "", kSquare), ImageUsage{2}),
            (ActualCost{usd(0.08), CostSource::usage}));
  EXPECT_EQ(table.actual(of("bfl", "flux-pro-1.1", "", kSquare), ImageUsage{0})->amount, Usd{});
  EXPECT_EQ(table.actual(of("fal", "openai/gpt-image-2", "low", kSquare), ImageUsage{1})->amount, usd(0.006));
  EXPECT_EQ(table.actual(of("fal", "openai/gpt-image-2", "auto", kSquare), ImageUsage{1}), std::nullopt);
  EXPECT_EQ(table.actual(of("fal", "openai/gpt-image-2", "low", {1000, 1000}), ImageUsage{1}), std::nullopt);
  EXPECT_EQ(table.actual(of("openai", "gpt-image-2", "low", kSquare), ImageUsage{1}), std::nullopt)
      << "only tokens tell";
}

TEST(ActualCost, OfMegapixelsIsTheirPriceWhereTheRoundingIsKnown) {
  const auto& table = PriceTable::built_in();
  const auto bought = of("bfl", "flux-2-pro", "", kSquare);
  EXPECT_EQ(table.actual(bought, MegapixelUsage{2, 1}), (ActualCost{usd(0.03 + 2 * 0.015), CostSource::usage}));
  EXPECT_EQ(table.actual(bought, MegapixelUsage{1.05, 0}), std::nullopt);
  const auto up = row(R"("per_megapixel":0.02,"pixels_per_megapixel":1048576)");
  EXPECT_EQ(up.actual(in_row(), MegapixelUsage{1.05, 0})->amount, usd(0.04));
  EXPECT_EQ(up.actual(in_row(), MegapixelUsage{1, 0})->amount, usd(0.02));
  EXPECT_EQ(table.actual(of("bfl", "flux-pro-1.1", "", kSquare), MegapixelUsage{1, 0}), std::nullopt);
}

TEST(ActualCost, OfSecondsIsTheRateOfWhatTheyRanOn) {
  const auto two = row(R"("per_second":[{"hardware":"a","rate":0.001},{"hardware":"b","rate":0.002}])");
  EXPECT_EQ(two.actual(in_row(), SecondsUsage{2.5, "b"}), (ActualCost{usd(0.005), CostSource::usage}));
  EXPECT_EQ(two.actual(in_row(), SecondsUsage{2.5, "c"}), std::nullopt);
  EXPECT_EQ(two.actual(in_row(), SecondsUsage{2.5, ""}), std::nullopt);
  const auto one = row(R"("per_second":[{"rate":0.001}],"minimum":0.01)");
  EXPECT_EQ(one.actual(in_row(), SecondsUsage{20, "any"})->amount, usd(0.02));
  EXPECT_EQ(one.actual(in_row(), SecondsUsage{1, ""})->amount, usd(0.01));
}

TEST(ActualCost, ThatTheProviderNamedNeedsNoRow) {
  const auto bought = of("nobody", "knows", "", {});
  EXPECT_EQ(PriceTable::built_in().actual(bought, BilledUsage{usd(0.048)}),
            (ActualCost{usd(0.048), CostSource::provider}));
  EXPECT_EQ(PriceTable::built_in().actual(bought, ImageUsage{1}), std::nullopt);
}

TEST(ActualCost, IsNothingWhereTheUsageIsNonsense) {
  const auto seconds = row(R"("per_second":[{"rate":0.001}],"per_image":0.04,"per_megapixel":1)");
  const auto no_number = std::numeric_limits<double>::quiet_NaN();
  for (const Usage& usage : {Usage(SecondsUsage{no_number, ""}), Usage(SecondsUsage{-1, ""}), Usage(ImageUsage{-1}),
                             Usage(MegapixelUsage{no_number, 0}), Usage(MegapixelUsage{1, -1}),
                             Usage(BilledUsage{Usd{-1}})}) {
    EXPECT_EQ(seconds.actual(in_row(), usage), std::nullopt) << usage.index();
  }
}

TEST(ActualCost, StaysInTheRangeOfMoney) {
  const auto dear = row(R"("per_second":[{"rate":1000000}],"per_million_tokens":{"output_image":1000000})");
  EXPECT_EQ(dear.actual(in_row(), SecondsUsage{1e300, ""})->amount, kMostUsd);
  EXPECT_EQ(dear.actual(in_row(), TokenUsage{0, 0, std::numeric_limits<std::int64_t>::max(), 0})->amount, kMostUsd);
}

}  // namespace
}  // namespace imagegen
