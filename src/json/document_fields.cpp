#include "json/document_fields.hpp"

namespace imagegen::json {
namespace {

constexpr std::int64_t kLongestTimeMs = 24LL * 3600 * 1000;

}  // namespace

void into(ObjectReader& part, std::string_view name, std::string& out) {
  if (part.has(name)) out = part.text(name, Need::optional);
}

void into(ObjectReader& part, std::string_view name, Secret& out) {
  // A wrong secret must not be quoted in a fault, so it is not read as text before it is known to be one.
  const auto* value = part.value(name);
  if (value && value->is_string())
    out = Secret(std::string(value->get_string()));
  else if (value)
    part.fault(name, "expected a string");
}

void count(ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, int& out) {
  if (const auto number = part.integer(name, low, high, Need::optional)) out = static_cast<int>(*number);
}

void count(ObjectReader& part, std::string_view name, std::int64_t low, std::int64_t high, std::size_t& out) {
  if (const auto number = part.integer(name, low, high, Need::optional)) out = static_cast<std::size_t>(*number);
}

void time(ObjectReader& part, std::string_view name, std::chrono::milliseconds& out) {
  if (const auto number = part.integer(name, 1, kLongestTimeMs, Need::optional)) out = std::chrono::milliseconds(*number);
}

void dollars(ObjectReader& part, std::string_view name, std::optional<Usd>& out) {
  if (const auto amount = part.dollars(name, Need::optional)) out = amount;
}

void section(ObjectReader& root, std::string_view name, std::vector<FieldFault>& faults,
             const std::function<void(ObjectReader&)>& read_part) {
  const auto* value = root.value(name);
  if (!value) return;
  ObjectReader part(*value, root.path_of(name), faults);
  read_part(part);
  part.refuse_unknown();
}

}  // namespace imagegen::json
