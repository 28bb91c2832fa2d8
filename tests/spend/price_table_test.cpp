#include <imagegen/spend/price_table.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using ::testing::HasSubstr;

// As tables were written before there were other forms than these: users have files like it.
constexpr std::string_view kOldTable = R"({
  "note": "US dollars.",
  "models": [
    {"provider": "placeholder", "model": "placeholder-1", "date": "2026-11-01", "source": "drawn locally", "per_image": 0},
    {"provider": "openai", "model": "gpt-image-2", "date": "2026-08-21", "source": "published price maps",
     "per_million_tokens": {"input_text": 5, "input_image": 8, "output_image": 30, "output_text": 10},
     "images": [
       {"quality": "low", "size": "1024x1024", "price": 0.006}, {"quality": "low", "size": "1536x1024", "price": 0.005},
       {"quality": "high", "size": "1024x1024", "price": 0.211}, {"quality": "high", "size": "1536x1024", "price": 0.165},
       {"quality": "high", "size": "1024x1536", "price": 0.165}]},
    {"provider": "mine", "model": "m", "date": "2027-01-01", "source": "contract", "per_megapixel": 0.02}
  ]})";

PriceQuery openai(std::string model, std::string quality, PixelSize size) {
  return {"openai", std::move(model), std::move(quality), size};
}

CostEstimate estimate(const PriceQuery& query) {
  return PriceTable::built_in().estimate(query);
}

CostEstimate old_estimate(const PriceQuery& query) {
  return PriceTable::parse(kOldTable).value().estimate(query);
}

TEST(PriceTable, KnowsListedSizesExactly) {
  const auto cost = estimate(openai("gpt-image-1", "high", {1536, 1024}));
  EXPECT_EQ(cost.amount, Usd::from_dollars(0.25));
  EXPECT_EQ(cost.low, cost.amount);
  EXPECT_EQ(cost.high, cost.amount);
  EXPECT_FALSE(cost.rough);
  EXPECT_EQ(cost.form, PriceForm::per_image);
  EXPECT_EQ(cost.currency, "USD");
  EXPECT_EQ(cost.price_date, "2026-08-21");
}

TEST(PriceTable, AddsThePromptsTokensAndMultipliesByTheCount) {
  auto query = openai("gpt-image-1", "low", {1024, 1024});
  query.count = 3;
  query.prompt.text = std::string(401, 'p');  // 101 tokens at 5 USD a million
  EXPECT_EQ(estimate(query).amount, Usd::from_dollars(0.033) + Usd::from_dollars(101 * 5e-6));
}

TEST(PriceTable, CountsThePromptInCharactersAndNotInBytes) {
  auto query = openai("gpt-image-1", "low", {1024, 1024});
  query.prompt.text = "\u00e4\u00f6\u00fc\u4e2d\u6587\U0001F600";  // 6 characters, 16 bytes
  query.prompt.negative = "\u00e4\u00f6";
  EXPECT_EQ(estimate(query).amount, Usd::from_dollars(0.011) + Usd::from_dollars(2 * 5e-6));
}

TEST(PriceTable, AssumesTheDearestForAuto) {
  for (const auto* word : {"auto", ""}) {
    const auto cost = estimate(openai("gpt-image-1", word, {1024, 1024}));
    EXPECT_EQ(cost.amount, Usd::from_dollars(0.167));
    EXPECT_EQ(cost.low, Usd::from_dollars(0.011));
    EXPECT_TRUE(cost.rough);
  }
}

TEST(PriceTable, SaysNothingWhereItDoesNotKnow) {
  EXPECT_EQ(estimate(openai("gpt-image-9", "high", {1024, 1024})).amount, std::nullopt);
  EXPECT_EQ(estimate(openai("gpt-image-1-mini", "high", {1024, 1024})).amount, std::nullopt);
  EXPECT_EQ(estimate(openai("gpt-image-2", "ultra", {1024, 1024})).amount, std::nullopt);
  EXPECT_EQ(estimate(openai("gpt-image-9", "high", {1024, 1024})).form, PriceForm::unknown);
  EXPECT_EQ(estimate({"placeholder", "placeholder-1", "", {64, 64}}).amount, Usd{}) << "free is known to be 0";
}

TEST(PriceTable, TakesADatedSnapshotForItsModel) {
  const auto dated = estimate(openai("gpt-image-2-2026-04-21", "low", {1024, 1024}));
  EXPECT_EQ(dated.amount, Usd::from_dollars(196 * 30e-6));
  EXPECT_EQ(dated.amount, estimate(openai("gpt-image-2", "low", {1024, 1024})).amount);
}

TEST(PriceTable, KeysAPriceByTheHostThatIsPaid) {
  EXPECT_EQ(estimate({"bfl", "flux-dev", "", {1024, 1024}}).amount, Usd::from_dollars(0.025));
  EXPECT_EQ(estimate({"replicate", "black-forest-labs/flux-kontext-pro", "", {1024, 1024}}).amount,
            Usd::from_dollars(0.04));
  EXPECT_EQ(estimate({"fal", "flux-dev", "", {1024, 1024}}).amount, std::nullopt);
}

TEST(PriceTable, ReadsAFileOfTheOldForm) {
  EXPECT_EQ(old_estimate(openai("gpt-image-2", "high", {1536, 1024})).amount, Usd::from_dollars(0.165));
  EXPECT_EQ(old_estimate(openai("gpt-image-2", "low", {1536, 1024})).amount, Usd::from_dollars(0.005));
  EXPECT_EQ(old_estimate({"placeholder", "placeholder-1", "", {64, 64}}).amount, Usd{});
  EXPECT_EQ(old_estimate({"mine", "m", "", {1500, 1000}}).amount, Usd::from_dollars(0.04)) << "started megapixels";
  const auto tokens = PriceTable::parse(kOldTable)->actual(openai("gpt-image-2", "", {}), TokenUsage{41, 2, 1568, 10});
  EXPECT_EQ(tokens->amount, Usd::from_dollars(41 * 5e-6 + 2 * 8e-6 + 1568 * 3e-5 + 10 * 1e-5));
}

TEST(PriceTable, PricesAnUnlistedSizeOfAnOldFileAsItAlwaysDid) {
  const auto cost = old_estimate(openai("gpt-image-2", "high", {1920, 1008}));
  EXPECT_TRUE(cost.rough);
  EXPECT_EQ(cost.amount, Usd{165'000'000LL * 1920 * 1008 / (1536 * 1024) + 1});
}

TEST(PriceTable, LetsAUserOverrideAModelAndKeepsTheOthers) {
  const auto own = PriceTable::parse(R"({"models":[{"provider":"openai","model":"gpt-image-1","date":"2027-01-01",
    "source":"contract","per_image":0.1}],"hosts":[{"provider":"stability","billed_on_failure":"yes"}]})");
  ASSERT_THAT(own, test::IsOk());
  const auto table = PriceTable::built_in().overridden_by(*own);
  EXPECT_EQ(table.estimate(openai("gpt-image-1", "high", {1536, 1024})).amount, Usd::from_dollars(0.1));
  EXPECT_EQ(table.estimate(openai("dall-e-3", "hd", {1024, 1024})).amount, Usd::from_dollars(0.08));
  EXPECT_EQ(table.billed_on_failure("stability", "ultra", FailedCall::prompt_refused), Billing::yes);
  EXPECT_EQ(table.billed_on_failure("replicate", "any", FailedCall::not_started), Billing::no);
}

TEST(PriceTable, TellsWhichFailuresAreBilled) {
  const auto table = PriceTable::parse(R"({"models":[
      {"provider":"h","model":"m","date":"d","source":"s","billed_on_failure":{"prompt_refused":"no","failed":"yes"}},
      {"provider":"h","model":"n","date":"d","source":"s"}],
    "hosts":[{"provider":"h","billed_on_failure":{"failed":"no","cancelled":"yes"}}]})");
  ASSERT_THAT(table, test::IsOk());
  EXPECT_EQ(table->billed_on_failure("h", "m", FailedCall::prompt_refused), Billing::no);
  EXPECT_EQ(table->billed_on_failure("h", "m", FailedCall::failed), Billing::yes) << "the row's word goes first";
  EXPECT_EQ(table->billed_on_failure("h", "m", FailedCall::cancelled), Billing::yes);
  EXPECT_EQ(table->billed_on_failure("h", "n", FailedCall::failed), Billing::no);
  EXPECT_EQ(table->billed_on_failure("h", "n", FailedCall::result_refused), Billing::maybe) << "nobody has said it";
  EXPECT_EQ(table->billed_on_failure("other", "n", FailedCall::failed), Billing::maybe);
}

TEST(PriceTable, NamesEveryFaultOfAFile) {
  const auto bad = PriceTable::parse(R"({"models":[{"provider":"a","date":1,"source":"s","per_image":-1},7]})");
  ASSERT_THAT(bad, test::FailsWith(Errc::invalid_argument));
  for (const auto* path : {"models[0].model", "models[0].date", "models[0].per_image", "models[1]"}) {
    EXPECT_THAT(bad.error().message, HasSubstr(path));
  }
  EXPECT_THAT(PriceTable::parse("{"), test::FailsWith(Errc::invalid_argument));
}

TEST(PriceTable, NamesTheFaultOfEachFieldOfTheOtherForms) {
  for (const auto& [fields, path] : std::vector<std::pair<std::string, std::string>>{
           {R"("currency":"EUR")", "models[0].currency"},
           {R"("also":[5])", "models[0].also[0]"},
           {R"("rounding":"down")", "models[0].rounding"},
           {R"("pixels_per_megapixel":0)", "models[0].pixels_per_megapixel"},
           {R"("first_then":{"first":1})", "models[0].first_then.then"},
           {R"("per_second":[{"hardware":"a"}])", "models[0].per_second[0].rate"},
           {R"("least_seconds":5,"most_seconds":4)", "models[0].least_seconds"},
           {R"("batch_factor":2)", "models[0].batch_factor"},
           {R"("tokens_vary":-1)", "models[0].tokens_vary"},
           {R"("billed_on_failure":"perhaps")", "models[0].billed_on_failure"},
           {R"("billed_on_failure":{"refused":"no"})", "models[0].billed_on_failure.refused"},
           {R"("images":[{"size":"8x8"}])", "models[0].images[0].price"},
           {R"("images":[{"size":"8x8","price":1,"low":2}])", "models[0].images[0].low"},
           {R"("images":[{"size":"8x8","prices":{"low":-1}}])", "models[0].images[0].prices.low"},
           {R"("image_tokens":[{"size":"8x8"}])", "models[0].image_tokens[0].tokens"},
           {R"("image_tokens":[{"size":"8x8","tokens":{"low":[5,4]}}])", "models[0].image_tokens[0].tokens.low"},
           {R"("image_tokens":[{"size":"8","tokens":{"low":5}}])", "models[0].image_tokens[0].size"}}) {
    const auto bad =
        PriceTable::parse(R"({"models":[{"provider":"h","model":"m","date":"d","source":"s",)" + fields + "}]}");
    ASSERT_THAT(bad, test::FailsWith(Errc::invalid_argument)) << fields;
    EXPECT_THAT(bad.error().message, HasSubstr(path));
  }
}

}  // namespace
}  // namespace imagegen
