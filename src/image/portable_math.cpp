#include "image/portable_math.hpp"

#include <cmath>

namespace imagegen::detail {

double sin_pi(double x) noexcept {
  const double whole = std::floor(x + 0.5);
  const double angle = (x - whole) * kPi;
  const double square = angle * angle;
  double term = angle;
  double sum = angle;
  for (int n = 2; n <= 16; n += 2) {
    term *= -square / (n * (n + 1));
    sum += term;
  }
  return std::fmod(whole, 2.0) == 0.0 ? sum : -sum;
}

// x = m * 2^e with m in [1/sqrt 2, sqrt 2), and ln m = 2 artanh((m - 1) / (m + 1)).
double log_of(double x) noexcept {
  constexpr double kLn2 = 0.693147180559945309417;
  constexpr double kRootHalf = 0.707106781186547524401;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < kRootHalf) {
    mantissa *= 2;
    --exponent;
  }
  const double t = (mantissa - 1) / (mantissa + 1);
  double power = t;
  double sum = 0.0;
  for (int n = 1; n <= 25; n += 2, power *= t * t) sum += power / n;
  return 2 * sum + exponent * kLn2;
}

// By the Taylor series of x / 64.
double exp_of(double x) noexcept {
  double term = 1.0;
  double sum = 1.0;
  for (int n = 1; n <= 14; ++n) {
    term *= x / 64 / n;
    sum += term;
  }
  for (int i = 0; i < 6; ++i) sum *= sum;
  return sum;
}

}  // namespace imagegen::detail
