#include "json/value.hpp"

#include <imagegen/core/shown_text.hpp>

#include <cmath>

#include "json/object_reader.hpp"
#include "json/write.hpp"

namespace imagegen::json {
namespace {

namespace js = boost::json;

std::string range(const auto& low, const auto& high) {
  return write(js::value(low)) + ".." + write(js::value(high));
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

constexpr double kAnyNumber = 1e300;

}  // namespace

void Place::fault(std::string_view message) const {
  faults.push_back({shown(path), shown(message)});
}

void Place::expected(std::string_view what, const js::value& got) const {
  fault("expected " + std::string(what) + ", got " + describe(got));
}

Place Place::field(std::string_view name) const {
  return {path.empty() ? std::string(name) : path + "." + std::string(name), faults};
}

Place Place::entry(std::size_t index) const {
  return {path + "[" + std::to_string(index) + "]", faults};
}

std::string either(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " or ";
    text += words[i];
  }
  return text;
}

bool read_text(const js::value& value, const Place& place, const Limits& limits, std::string& out) {
  const auto* text = value.if_string();
  if (!text) return place.expected("a string", value), false;
  if (!limits.blank && is_blank(*text)) return place.expected("a string that is not empty", value), false;
  if (text->size() > limits.most_bytes) {
    place.fault("expected at most " + std::to_string(limits.most_bytes) + " bytes, got " +
                std::to_string(text->size()));
    return false;
  }
  if (limits.plain && has_unseen(*text)) {
    place.fault("expected " + std::string(kExpectedSeen) + ", got " + in_quotes(*text));
    return false;
  }
  out = *text;
  return true;
}

std::string expected_integer(const Limits& limits) {
  if (limits.only.empty()) return range(limits.low, limits.high);
  std::vector<std::string> numbers;
  for (const int number : limits.only) numbers.push_back(std::to_string(number));
  return either({numbers.begin(), numbers.end()});
}

std::optional<std::int64_t> read_integer(const js::value& value, const Place& place, const Limits& limits) {
  boost::system::error_code inexact;  // set for strings, fractions and numbers that do not fit
  const auto number = value.is_number() ? value.to_number<std::int64_t>(inexact) : 0;
  const auto& only = limits.only;
  const bool listed = only.empty() || std::find(only.begin(), only.end(), number) != only.end();
  if (value.is_number() && !inexact && number >= limits.low && number <= limits.high && listed) return number;
  place.expected(expected_integer(limits), value);
  return std::nullopt;
}

std::string expected_number(const Limits& limits) {
  if (limits.most >= kAnyNumber) return "a number";
  return "a number in [" + describe(limits.least) + ", " + describe(limits.most) + "]";
}

std::optional<double> read_number(const js::value& value, const Place& place, const Limits& limits) {
  if (value.is_number()) {
    const auto number = value.to_number<double>();
    if (number >= limits.least && number <= limits.most) return number;
  }
  place.expected(expected_number(limits), value);
  return std::nullopt;
}

std::optional<Usd> read_dollars(const js::value& value, const Place& place, Usd most) {
  if (!value.is_number()) return place.fault(expected_usd(most) + ", got " + describe(value)), std::nullopt;
  const auto amount = checked_usd(value.to_number<double>(), most);
  if (!amount) return place.fault(amount.error().message), std::nullopt;
  return *amount;
}

std::optional<bool> read_flag(const js::value& value, const Place& place) {
  if (value.is_bool()) return value.get_bool();
  place.expected("true or false", value);
  return std::nullopt;
}

const js::array* read_array(const js::value& value, const Place& place, const Limits& limits) {
  const auto* list = value.if_array();
  if (!list) return place.expected("an array", value), nullptr;
  if (list->size() <= limits.most_entries) return list;
  place.fault("expected at most " + std::to_string(limits.most_entries) + " entries, got " +
              std::to_string(list->size()));
  return nullptr;
}

js::object text_schema(const Limits& limits) {
  js::object schema{{"type", "string"}};
  if (!limits.blank) schema["minLength"] = 1;
  if (limits.most_bytes != SIZE_MAX) schema["maxLength"] = limits.most_bytes;
  return schema;
}

js::object integer_schema(const Limits& limits) {
  if (!limits.only.empty()) return {{"enum", js::array(limits.only.begin(), limits.only.end())}};
  js::object schema{{"type", "integer"}};
  if (limits.low != Limits().low) schema["minimum"] = limits.low;
  if (limits.high != Limits().high) schema["maximum"] = limits.high;
  return schema;
}

// 1 and not 1E0, for those who read it.
static js::value limit_of(double number) {
  if (number == std::trunc(number)) return static_cast<std::int64_t>(number);
  return number;
}

js::object number_schema(const Limits& limits) {
  js::object schema{{"type", "number"}};
  if (limits.least > -kAnyNumber) schema["minimum"] = limit_of(limits.least);
  if (limits.most < kAnyNumber) schema["maximum"] = limit_of(limits.most);
  return schema;
}

js::object dollars_schema() {
  return {{"type", "number"}, {"format", "usd"}, {"minimum", 0}, {"maximum", kMostUsd.nanos / 1'000'000'000}};
}

js::object words_schema(const std::vector<std::string_view>& words) {
  return {{"enum", js::array(words.begin(), words.end())}};
}

std::string Value<Usd>::expected(const Limits&) {
  return expected_usd().substr(std::string_view("expected ").size());
}

void Value<std::optional<ObjectKey>>::read(const js::value& value, const Place& place, const Limits&,
                                           std::optional<ObjectKey>& out) {
  std::string text;
  Limits limits;
  limits.blank = false;
  if (!read_text(value, place, limits, text)) return;
  auto key = ObjectKey::parse(std::move(text));
  if (key)
    out = std::move(*key);
  else
    place.fault(key.error().message);
}

}  // namespace imagegen::json
