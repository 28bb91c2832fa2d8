#include <imagegen/core/money.hpp>

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace imagegen
