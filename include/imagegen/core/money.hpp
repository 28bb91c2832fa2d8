#pragma once
#include <imagegen/core/result.hpp>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace imagegen {

/// US dollars in billionths, so that prices per token add up exactly. Range about +-9.2e9 USD.
struct Usd {
  std::int64_t nanos = 0;  ///< Billionths of a dollar.

  /// For amounts that are known to be good; those from outside go through parse_usd() or checked_usd(). The nearest
  /// billionth; what does not fit is the nearest that does, and NaN the lowest, which no budget takes.
  static Usd from_dollars(double dollars) noexcept;
  /// For showing and for rough sums: a double holds about 16 digits, so that large amounts are rounded.
  double dollars() const noexcept { return static_cast<double>(nanos) * 1e-9; }

  friend auto operator<=>(const Usd&, const Usd&) = default;
  /// Exact. A sum beyond the range is not checked for: what comes from outside is at most kMostUsd.
  friend Usd operator+(Usd a, Usd b) noexcept { return {a.nanos + b.nanos}; }
  /// Exact, and below 0 where `b` is more.
  friend Usd operator-(Usd a, Usd b) noexcept { return {a.nanos - b.nanos}; }
  /// Exact: one price, so many times.
  friend Usd operator*(Usd a, std::int64_t times) noexcept { return {a.nanos * times}; }
  /// Adds to this amount, as operator+ does.
  Usd& operator+=(Usd other) noexcept { return *this = *this + other; }
};

/// "0.165", "1.2", "0": dollars without a sign, as many decimals as are needed.
std::string to_string(Usd amount);

/// The most that an amount from outside may be, be it a budget or a cost: what is above it is a typing error.
inline constexpr Usd kMostUsd{1'000'000'000'000'000'000};

/// Reads an amount from outside as people write it: digits, perhaps a '.' and up to 9 decimals, as in "12.50".
/// \return Errc::invalid_argument with what was expected and what came for everything else: a sign, an exponent, NaN,
///         more than `most`. Exact.
Result<Usd> parse_usd(std::string_view text, Usd most = kMostUsd);

/// The same for a number from outside. A double counts as having 9 decimals when it is as near to such an amount as
/// arithmetic on doubles leaves it: 0.1 + 0.2 is 0.3.
Result<Usd> checked_usd(double dollars, Usd most = kMostUsd);

/// What parse_usd() and checked_usd() expect, for messages about what is neither text nor number: "expected US dollars
/// from 0 to 1000000000 with at most 9 decimals".
std::string expected_usd(Usd most = kMostUsd);

}  // namespace imagegen
