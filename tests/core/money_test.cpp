#include <imagegen/core/money.hpp>

#include <gmock/gmock.h>

#include <limits>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

TEST(Usd, AddsUpExactlyWhereDoublesWouldNot) {
  Usd sum;
  for (int i = 0; i < 10; ++i) sum += Usd::from_dollars(0.1);
  EXPECT_EQ(sum, Usd::from_dollars(1.0));
}

TEST(Usd, PrintsAsManyDecimalsAsItNeeds) {
  EXPECT_EQ(to_string(Usd::from_dollars(0.165)), "0.165");
  EXPECT_EQ(to_string(Usd::from_dollars(12)), "12");
  EXPECT_EQ(to_string(Usd{}), "0");
  EXPECT_EQ(to_string(Usd{1}), "0.000000001");
  EXPECT_EQ(to_string(Usd::from_dollars(-0.5)), "-0.5");
}

TEST(Usd, IsReadExactlyAsPeopleWriteIt) {
  EXPECT_EQ(parse_usd("12.50").value(), (Usd{12'500'000'000}));
  EXPECT_EQ(parse_usd("0").value(), Usd{});
  EXPECT_EQ(parse_usd("007").value(), (Usd{7'000'000'000}));
  EXPECT_EQ(parse_usd(".5").value(), (Usd{500'000'000}));
  EXPECT_EQ(parse_usd("3.").value(), (Usd{3'000'000'000}));
  EXPECT_EQ(parse_usd("999999999.999999999").value(), (Usd{999'999'999'999'999'999}));
  EXPECT_EQ(parse_usd("1000000000").value(), kMostUsd);
  EXPECT_EQ(parse_usd("0.1234567890000").value(), (Usd{123'456'789})) << "zeros say nothing";
}

TEST(Usd, IsRefusedAsTextWithWhatWasExpectedAndWhatCame) {
  for (const auto* text : {"nan", "inf", "-1", "+1", "1e10", "0x1", "1,5", " 1", "1 ", "", ".", "1.2.3", "five",
                           "1000000000.000000001", "9999999999", "123456789012345678901234567890", "0.0000000001"}) {
    EXPECT_THAT(parse_usd(text), test::FailsSaying(Errc::invalid_argument,
                                                   "expected US dollars from 0 to 1000000000 with at most 9 decimals, "
                                                   "got \"" + std::string(text) + "\""));
  }
  EXPECT_THAT(parse_usd("1.5", Usd::from_dollars(1)), test::FailsSaying(Errc::invalid_argument, testing::HasSubstr("to 1 with")));
}

TEST(Usd, IsTakenAsANumberWithWhatArithmeticLeavesOfNineDecimals) {
  EXPECT_EQ(checked_usd(0.1 + 0.2).value(), (Usd{300'000'000}));
  EXPECT_EQ(checked_usd(123'456.7).value(), (Usd{123'456'700'000'000}));
  EXPECT_EQ(checked_usd(0.000'000'001).value(), Usd{1});
  EXPECT_EQ(checked_usd(1e9).value(), kMostUsd);
  EXPECT_EQ(checked_usd(-0.0).value(), Usd{});
}

TEST(Usd, IsRefusedAsANumberWithWhatWasExpectedAndWhatCame) {
  using Limits = std::numeric_limits<double>;
  for (const double wrong : {Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity(), -1.0, -1e-9, 1e10, 1e300,
                             0.000'000'000'1, 1.000'000'000'1, 100.0 / 3}) {
    EXPECT_THAT(checked_usd(wrong), test::FailsSaying(Errc::invalid_argument, testing::HasSubstr(", got "))) << wrong;
  }
}

TEST(Usd, OfADoubleThatIsNoAmountIsNoneThatABudgetTakes) {
  EXPECT_LT(Usd::from_dollars(std::numeric_limits<double>::quiet_NaN()), Usd{});
  EXPECT_GT(Usd::from_dollars(1e300), kMostUsd);
  EXPECT_LT(Usd::from_dollars(-1e300), Usd{});
}

}  // namespace
}  // namespace imagegen
