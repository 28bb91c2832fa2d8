#include "flags.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/money.hpp>

#include "command_description.hpp"
#include "word_check.hpp"

namespace cli {
namespace {

namespace js = boost::json;
using Takes = Flag::Takes;

js::value amount_of(const Flag& flag, const std::string& text) {
  const auto amount = imagegen::parse_usd(text);
  if (!amount) throw CLI::ValidationError(flag.name, amount.error().message);
  return amount->dollars();
}

CLI::Option* add_value(CLI::App& command, const Flag& flag, js::object& out) {
  const auto add = [&]<class Value>(Value /*kind*/, auto to_json) {
    return command.add_option_function<Value>(
        flag.name, [&flag, &out, to_json](const Value& given) { put(out, flag.field, to_json(given)); }, flag.what);
  };
  switch (flag.takes) {
    case Takes::texts:
      return add(std::vector<std::string>(), [](const auto& all) { return js::array(all.begin(), all.end()); })
          ->allow_extra_args(false);
    case Takes::number:
      return takes_number(add(std::int64_t(), [](std::int64_t number) { return js::value(number); }), flag.low,
                          flag.high);
    case Takes::real:
      return takes_real(add(double(), [](double number) { return js::value(number); }));
    case Takes::dollars:
      return add(std::string(), [&flag](const std::string& text) { return amount_of(flag, text); });
    default:
      return command.add_option_function<std::string>(
          flag.name,
          [&flag, &out](const std::string& text) {
            if (!text.empty()) put(out, flag.field, js::value(text));
          },
          flag.what);
  }
}

std::string type_of(const Flag& flag) {
  if (flag.takes == Takes::dollars) return "USD";
  if (flag.takes == Takes::number || flag.takes == Takes::real) return "N";
  return flag.words.empty() ? "TEXT" : "WORD";
}

void add_valued(CLI::App& command, const Flag& flag, js::object& out) {
  auto* option = add_value(command, flag, out);
  option->type_name(type_of(flag));
  facts_of(option).words = flag.words;
  if (flag.name[0] != '-') option->required();
}

void add_switch(CLI::App& command, const Flag& flag, js::object& out) {
  const js::value value = flag.takes == Takes::word ? js::value(flag.value) : js::value(flag.takes == Takes::yes);
  command.add_flag_callback(
      flag.name, [&flag, &out, value] { put(out, flag.field, value); }, flag.what);
}

}  // namespace

void add_flags(CLI::App& command, std::span<const Flag> flags, js::object& out) {
  for (const Flag& flag : flags) {
    if (flag.takes == Takes::yes || flag.takes == Takes::no || flag.takes == Takes::word)
      add_switch(command, flag, out);
    else
      add_valued(command, flag, out);
  }
}

void put(js::object& out, std::string_view field, js::value value) {
  const auto dot = field.find('.');
  if (dot == std::string_view::npos) {
    out[field] = std::move(value);
    return;
  }
  auto& inner = out[field.substr(0, dot)];
  if (!inner.is_object()) inner = js::object();
  put(inner.get_object(), field.substr(dot + 1), std::move(value));
}

std::string name_of(std::span<const Flag> flags, std::string_view field) {
  for (const Flag& flag : flags)
    if (flag.field == field && flag.name[0] == '-') return flag.name;
  return std::string(field);
}

}  // namespace cli
