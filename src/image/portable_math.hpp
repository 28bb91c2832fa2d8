#pragma once

/// \file Functions with the same bits on every machine. Not std::sin and std::cos: the C library picks those by
/// instruction set, and a last bit of difference could flip a rounded weight.
namespace imagegen::detail {

inline constexpr double kPi = 3.14159265358979323846;

/// sin(pi x) by its Taylor series, good to 1e-11 for |x| below 1e4. Needs a build without fused multiply-adds
/// (-ffp-contract=off).
double sin_pi(double x) noexcept;

/// cos(pi x), likewise.
inline double cos_pi(double x) noexcept {
  return sin_pi(x + 0.5);
}

/// The natural logarithm of x > 0, good to 1e-14.
double log_of(double x) noexcept;

/// e to the x, good to 1e-12 for x in [-40, 1].
double exp_of(double x) noexcept;

}  // namespace imagegen::detail
