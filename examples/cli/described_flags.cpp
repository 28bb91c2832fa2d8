#include <imagegen/engine/operations.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>
#include <optional>

#include "flags.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

js::object fields_of(std::string_view operation) {
  for (const auto& described : imagegen::operation_descriptions())
    if (described.name == operation) return js::parse(described.request_schema).at("properties").as_object();
  return {};
}

std::string_view text_in(const js::object& schema, std::string_view name) {
  const auto* text = schema.if_contains(name);
  return text && text->is_string() ? std::string_view(text->get_string()) : std::string_view();
}

// Nothing: no option can hold it.
std::optional<Takes> takes_of(const js::object& schema) {
  const auto type = text_in(schema, "type");
  const auto* words = schema.if_contains("enum");
  if (type == "integer" || (words && words->as_array().at(0).is_number())) return Takes::number;
  if (words || type == "string") return Takes::text;
  if (type == "number") return text_in(schema, "format") == "usd" ? Takes::dollars : Takes::real;
  if (type == "array")
    return takes_of(schema.at("items").as_object()) == Takes::text ? std::optional(Takes::texts) : std::nullopt;
  if (type != "boolean" && !schema.contains("const")) return std::nullopt;
  const auto* otherwise = schema.if_contains("default");
  return otherwise && *otherwise == true ? Takes::no : Takes::yes;
}

// "dryRun" -> "--dry-run"; "upscale", where it is true without being asked for -> "--no-upscale".
std::string option_name(std::string_view field, Takes takes) {
  std::string name = takes == Takes::no ? "--no-" : "--";
  for (const char letter : field) {
    if (std::isupper(static_cast<unsigned char>(letter)) != 0) name += '-';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return name;
}

std::vector<std::string> words_of(const js::object& schema) {
  const auto* list = schema.if_contains("enum");
  std::vector<std::string> words;
  for (const auto& word : list ? list->as_array() : js::array())
    if (word.is_string() && !word.get_string().empty()) words.emplace_back(word.get_string());
  const auto* items = schema.if_contains("items");
  return items && items->is_object() ? words_of(items->get_object()) : words;
}

// "Of the file (default 50)"
std::string help_of(const js::object& schema, Takes takes) {
  std::string help(text_in(schema, "description"));
  std::string words;
  for (const auto& word : words_of(schema)) words += (words.empty() ? "" : ", ") + word;
  if (!words.empty()) help += (help.empty() ? "" : ": ") + words;
  if (!help.empty()) help.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(help.front())));
  if (takes == Takes::texts) help += "; may be repeated";
  const auto* otherwise = schema.if_contains("default");
  if (otherwise && !otherwise->is_bool())
    help += " (default " + (otherwise->is_string() ? std::string(otherwise->get_string()) : js::serialize(*otherwise)) +
            ")";
  return help;
}

void describe(Flag& flag, const js::object& schema) {
  if (flag.takes == Takes::described) flag.takes = takes_of(schema).value_or(Takes::text);
  if (flag.name.empty()) flag.name = option_name(flag.field, flag.takes);
  if (flag.what.empty()) flag.what = help_of(schema, flag.takes);
  if (flag.words.empty()) flag.words = words_of(schema);
  const auto *low = schema.if_contains("minimum"), *high = schema.if_contains("maximum");
  if (flag.takes != Takes::number || flag.high > 0 || !low || !high) return;
  flag.low = low->to_number<std::int64_t>(), flag.high = high->to_number<std::int64_t>();
}

}  // namespace

std::vector<Flag> described_flags(std::string_view operation, std::span<const Flag> own,
                                  std::initializer_list<std::string_view> hidden) {
  std::vector<Flag> flags(own.begin(), own.end());
  for (const auto& [name, value] : fields_of(operation)) {
    const std::string_view field = name;
    const auto& schema = value.as_object();
    bool is_own = std::ranges::find(hidden, field) != hidden.end();
    for (Flag& flag : flags)
      if (flag.field == field) describe(flag, schema), is_own = true;
    if (is_own || !takes_of(schema)) continue;
    Flag flag{"", std::string(field)};
    describe(flag, schema);
    flags.push_back(std::move(flag));
  }
  return flags;
}

}  // namespace cli
