#include "image/portable_math.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace imagegen::detail {
namespace {

TEST(PortableMath, AgreesWithTheLibraryToElevenDigits) {
  for (double x = -60.0; x <= 60.0; x += 0.0137) {
    ASSERT_NEAR(sin_pi(x), std::sin(kPi * x), 1e-11) << x;
    ASSERT_NEAR(cos_pi(x), std::cos(kPi * x), 1e-11) << x;
  }
}

TEST(PortableMath, IsExactWhereTheAnswerIsWhole) {
  for (int n = -4; n <= 4; ++n) {
    EXPECT_EQ(sin_pi(n), 0.0) << n;
    EXPECT_EQ(cos_pi(n + 0.5), 0.0) << n;
  }
}

}  // namespace
}  // namespace imagegen::detail
