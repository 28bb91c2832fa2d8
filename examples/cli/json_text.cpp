#include "json_text.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace cli {
namespace {

constexpr int kSureDigits = 15;  // of a double, whatever it was read from

std::string number_text(double number) {
  if (!std::isfinite(number)) return "null";
  std::array<char, 64> digits{};
  auto* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::general, kSureDigits).ptr;
  return {digits.data(), end};
}

}  // namespace

std::string json_text(const boost::json::value& document) {
  std::string text;
  if (const auto* object = document.if_object()) {
    for (const auto& [key, value] : *object)
      text.append(text.empty() ? "{" : ",").append(boost::json::serialize(key)).append(":").append(json_text(value));
    return text.empty() ? "{}" : text + "}";
  }
  if (const auto* array = document.if_array()) {
    for (const auto& value : *array) text.append(text.empty() ? "[" : ",").append(json_text(value));
    return text.empty() ? "[]" : text + "]";
  }
  return document.is_double() ? number_text(document.get_double()) : boost::json::serialize(document);
}

}  // namespace cli
