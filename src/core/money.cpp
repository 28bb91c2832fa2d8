#include <imagegen/core/money.hpp>

#include <cmath>
#include <cstdlib>

namespace imagegen {
namespace {
constexpr std::int64_t kNanosPerDollar = 1'000'000'000;
}

Usd Usd::from_dollars(double dollars) noexcept {
  return {static_cast<std::int64_t>(std::llround(dollars * static_cast<double>(kNanosPerDollar)))};
}

std::string to_string(Usd amount) {
  const auto whole = std::llabs(amount.nanos / kNanosPerDollar);
  auto fraction = std::to_string(std::llabs(amount.nanos % kNanosPerDollar));
  fraction.insert(0, 9 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return (amount.nanos < 0 ? "-" : "") + std::to_string(whole) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace imagegen
