#include "money.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace cli {

std::string rounded_dollars(double dollars) {
  const bool is_small = dollars != 0 && std::abs(dollars) < 0.01;
  const int digits = is_small ? 4 : 2;
  const auto scale = is_small ? 10'000 : 100;
  const auto units = std::llround(std::abs(dollars) * scale);
  if (units == 0 && dollars != 0) return "less than $0.0001";
  auto rest = std::to_string(units % scale);
  rest.insert(0, static_cast<std::size_t>(std::max(0, digits - static_cast<int>(rest.size()))), '0');
  return (dollars < 0 ? "-$" : "$") + std::to_string(units / scale) + "." + rest;
}

std::string money_of(const boost::json::object& document, std::string_view name) {
  const auto* value = document.if_contains(name);
  return value && value->is_number() ? rounded_dollars(value->to_number<double>()) : std::string();
}

}  // namespace cli
