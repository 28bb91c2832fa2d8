#include <imagegen/spend/ledger_export.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <vector>

namespace imagegen::test {
namespace {

using testing::HasSubstr;

Purchase purchase(PurchaseState state, std::optional<double> estimate, std::optional<double> actual) {
  Purchase made;
  made.id = "j/0/1", made.job_id = "j", made.slot = "0", made.user = "u", made.provider = "openai";
  made.state = state;
  if (estimate) made.estimate = Usd::from_dollars(*estimate);
  if (actual) made.actual = Usd::from_dollars(*actual), made.actual_source = CostSource::usage;
  return made;
}

std::vector<Purchase> some() {
  return {purchase(PurchaseState::settled, 0.04, 0.05), purchase(PurchaseState::released, 0.04, {}),
          purchase(PurchaseState::outcome_unknown, 0.04, {}), purchase(PurchaseState::intended, 0.01, {}),
          purchase(PurchaseState::settled, {}, {})};
}

TEST(LedgerExport, SumsWhatIsHeldAndWhatIsSettled) {
  const auto sum = sum_up(some());
  EXPECT_EQ(sum.held, Usd::from_dollars(0.10));
  EXPECT_EQ(sum.settled, Usd::from_dollars(0.05));
  EXPECT_EQ(sum.purchases, 5);
  EXPECT_EQ(sum.images, 2);
  EXPECT_EQ(sum.unknown, 1);
  EXPECT_EQ(sum.unknown_prices, 1);
}

TEST(LedgerExport, SumsEachUserDayModelAndProviderByKey) {
  auto all = some();
  all[0].user = "b", all[0].model = "large", all[0].created = from_unix_ms(86'400'000);
  const auto by_user = sum_up_by(all, LedgerGrouping::user);
  ASSERT_EQ(by_user.size(), 2U);
  EXPECT_EQ(by_user[0].key, "b");
  EXPECT_EQ(by_user[0].sum.settled, Usd::from_dollars(0.05));
  EXPECT_EQ(by_user[1].sum.purchases, 4);
  EXPECT_EQ(sum_up_by(all, LedgerGrouping::day)[1].key, "1970-01-02");
  EXPECT_EQ(sum_up_by(all, LedgerGrouping::model)[1].key, "large");
  EXPECT_EQ(sum_up_by(all, LedgerGrouping::provider).size(), 1U);
}

TEST(LedgerExport, WritesOneLineAPurchase) {
  const std::vector<Purchase> one{purchase(PurchaseState::settled, 0.04, 0.05)};
  EXPECT_THAT(to_csv(one), HasSubstr("\r\nj/0/1,j,0,u,0,settled,openai,,1,0.04,0.05,usage,,,1970-01-01T00:00:00.000Z,"
                                     "1970-01-01T00:00:00.000Z,\r\n"));
}

TEST(LedgerExport, QuotesWhatWouldBreakALineAndDisarmsFormulas) {
  auto odd = purchase(PurchaseState::settled, {}, {});
  odd.user = "=HYPERLINK(\"x\")", odd.note = "two\nlines, \"quoted\"";
  const auto csv = to_csv(std::vector{odd});
  EXPECT_THAT(csv, HasSubstr("\"'=HYPERLINK(\"\"x\"\")\""));
  EXPECT_THAT(csv, HasSubstr("\"two\nlines, \"\"quoted\"\"\"\r\n"));
}

TEST(LedgerExport, UnknownAmountsAreNullInJson) {
  const auto json = boost::json::parse(to_json(some()));
  EXPECT_EQ(json.at("purchases").as_array().size(), 5U);
  EXPECT_TRUE(json.at("purchases").at(4).at("estimateUsd").is_null());
  EXPECT_DOUBLE_EQ(json.at("sum").at("held").to_number<double>(), 0.1);
}

TEST(LedgerExport, NamesTheFurtherSlotsOfAPurchase) {
  auto set = purchase(PurchaseState::settled, 0.04, 0.05);
  set.also = {{"1", "m/1"}, {"2", ""}}, set.images = 3;
  EXPECT_THAT(to_json(set), HasSubstr(R"("also":[{"slot":"1","masterKey":"m/1"},{"slot":"2","masterKey":""}])"));
  EXPECT_THAT(to_json(purchase(PurchaseState::settled, 0.04, 0.05)), testing::Not(HasSubstr("also")));
  EXPECT_EQ(sum_up(std::vector{set}).images, 3);
  EXPECT_EQ(sum_up(std::vector{set}).held, Usd::from_dollars(0.05));
}

TEST(LedgerExport, ShowsWhatATerminalWouldObey) {
  auto odd = purchase(PurchaseState::settled, {}, {});
  odd.user = "u\x1B[2J\xC2\x9B", odd.note = "\xE2\x80\xAE\r";
  EXPECT_THAT(to_csv(std::vector{odd}), HasSubstr(",u\\u{1B}[2J\\u{9B},"));
  EXPECT_THAT(to_csv(std::vector{odd}), HasSubstr(",\\u{202E}\\r\r\n"));
}

}  // namespace
}  // namespace imagegen::test
