#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace imagegen {

/// US dollars in billionths, so that prices per token add up exactly. Range about +-9.2e9 USD.
struct Usd {
  std::int64_t nanos = 0;

  static Usd from_dollars(double dollars) noexcept;
  double dollars() const noexcept { return static_cast<double>(nanos) * 1e-9; }

  friend auto operator<=>(const Usd&, const Usd&) = default;
  friend Usd operator+(Usd a, Usd b) noexcept { return {a.nanos + b.nanos}; }
  friend Usd operator-(Usd a, Usd b) noexcept { return {a.nanos - b.nanos}; }
  friend Usd operator*(Usd a, std::int64_t times) noexcept { return {a.nanos * times}; }
  Usd& operator+=(Usd other) noexcept { return *this = *this + other; }
};

/// "0.165", "1.2", "0": dollars without a sign, as many decimals as are needed.
std::string to_string(Usd amount);

}  // namespace imagegen
