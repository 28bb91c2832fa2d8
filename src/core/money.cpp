#include <imagegen/core/money.hpp>
#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace imagegen {
namespace {

constexpr std::int64_t kNanosPerDollar = 1'000'000'000;
constexpr std::size_t kMostDecimals = 9, kMostDigits = 10, kShownChars = 60;

Error wrong(Usd most, std::string_view came) {
  std::string message = expected_usd(most) + ", got ";
  message.append(came.substr(0, kShownChars)).append(came.size() > kShownChars ? "..." : "");
  return {Errc::invalid_argument, std::move(message)};
}

bool are_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view without_trailing_zeros(std::string_view decimals) {
  return decimals.substr(0, decimals.find_last_not_of('0') + 1);
}

std::string_view without_leading_zeros(std::string_view whole) {
  return whole.substr(std::min(whole.find_first_not_of('0'), whole.size()));
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

std::string shortest(double number) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace

Usd Usd::from_dollars(double dollars) noexcept {
  constexpr auto kLow = std::numeric_limits<std::int64_t>::min(), kHigh = std::numeric_limits<std::int64_t>::max();
  const double nanos = dollars * static_cast<double>(kNanosPerDollar);
  if (!(nanos > static_cast<double>(kLow))) return {kLow};  // NaN as well
  return {nanos >= static_cast<double>(kHigh) ? kHigh : std::llround(nanos)};
}

std::string to_string(Usd amount) {
  const auto whole = std::llabs(amount.nanos / kNanosPerDollar);
  auto fraction = std::to_string(std::llabs(amount.nanos % kNanosPerDollar));
  fraction.insert(0, 9 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return (amount.nanos < 0 ? "-" : "") + std::to_string(whole) + (fraction.empty() ? "" : "." + fraction);
}

std::string expected_usd(Usd most) {
  return "expected US dollars from 0 to " + to_string(most) + " with at most 9 decimals";
}

Result<Usd> parse_usd(std::string_view text, Usd most) {
  const auto point = text.find('.');
  const auto whole = without_leading_zeros(text.substr(0, point));
  const auto written = point == std::string_view::npos ? std::string_view() : text.substr(point + 1);
  const auto decimals = without_trailing_zeros(written);
  const auto came = in_quotes(text);
  const bool has_digits = text.size() > (point == std::string_view::npos ? 0U : 1U);
  if (!has_digits || !are_digits(whole) || !are_digits(written)) return wrong(most, came);
  if (whole.size() > kMostDigits || decimals.size() > kMostDecimals) return wrong(most, came);
  std::string nanos(decimals);
  nanos.resize(kMostDecimals, '0');
  // 10 digits before the point may be 9,999,999,999 dollars, which do not fit.
  const auto dollars = number_of(whole);
  if (dollars > most.nanos / kNanosPerDollar) return wrong(most, came);
  const Usd amount{dollars * kNanosPerDollar + number_of(nanos)};
  if (amount > most) return wrong(most, came);
  return amount;
}

Result<Usd> checked_usd(double dollars, Usd most) {
  const double nanos = dollars * static_cast<double>(kNanosPerDollar);
  // Said so that NaN is outside.
  if (!(dollars >= 0 && nanos <= static_cast<double>(most.nanos))) return wrong(most, shortest(dollars));
  const double nearest = std::round(nanos);
  const double noise = std::max(1e-3, nanos * 4 * std::numeric_limits<double>::epsilon());
  if (std::abs(nanos - nearest) > noise) return wrong(most, shortest(dollars));
  return Usd{std::min(static_cast<std::int64_t>(nearest), most.nanos)};
}

}  // namespace imagegen
