#pragma once
#include <imagegen/core/environment_lookup.hpp>
#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/money.hpp>
#include <imagegen/core/secret.hpp>
#include <imagegen/core/shown_text.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace imagegen {

// Reads variables of an environment into values: one that is not set leaves its value as it is.
class EnvironmentReader {
 public:
  explicit EnvironmentReader(const EnvironmentLookup& lookup) : lookup_(lookup) {}

  // An empty variable counts as not set, as in a shell script that passes one on.
  std::optional<std::string> get(std::string_view name) const {
    auto value = lookup_(name);
    return value && !value->empty() ? value : std::nullopt;
  }
  void into(std::string& out, std::string_view name) const {
    if (auto value = get(name)) out = std::move(*value);
  }
  void into(Secret& out, std::string_view name) const {
    if (auto value = get(name)) out = Secret(std::move(*value));
  }
  void into(bool& out, std::string_view name) {
    const auto value = get(name);
    if (!value) return;
    if (*value == "1" || *value == "true")
      out = true;
    else if (*value == "0" || *value == "false")
      out = false;
    else
      fault(name, "expected 1, true, 0 or false, got " + in_quotes(*value));
  }
  void into(std::optional<Usd>& out, std::string_view name) {
    const auto value = get(name);
    if (!value) return;
    const auto amount = parse_usd(*value);
    if (amount)
      out = *amount;
    else
      fault(name, amount.error().message);
  }
  template <class Number>
  std::optional<Number> number(std::string_view name, Number low, Number high) {
    const auto value = get(name);
    if (!value) return std::nullopt;
    Number number{};
    const auto [end, status] = std::from_chars(value->data(), value->data() + value->size(), number);
    if (status == std::errc{} && end == value->data() + value->size() && number >= low && number <= high) return number;
    fault(name,
          "expected a number in " + std::to_string(low) + ".." + std::to_string(high) + ", got " + in_quotes(*value));
    return std::nullopt;
  }
  void fault(std::string_view name, std::string message) { faults.push_back({std::string(name), std::move(message)}); }

  std::vector<FieldFault> faults;

 private:
  const EnvironmentLookup& lookup_;
};

}  // namespace imagegen
