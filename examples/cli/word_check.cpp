#include "word_check.hpp"

#include <CLI/CLI.hpp>
#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "command_description.hpp"
#include "typo.hpp"

namespace cli {
namespace {

// "user, day or model"
std::string alternatives(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return text;
}

std::string what_came(const std::string& text) {
  return ", got " + imagegen::in_quotes(text);
}

// Nothing where something else stands there too.
template <class Number>
std::optional<Number> number_in(const std::string& text) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

}  // namespace

CLI::Option* takes_words(CLI::Option* option, std::vector<std::string> words, std::vector<std::string> other) {
  facts_of(option).words = words;
  const auto check = [words = std::move(words), other = std::move(other)](const std::string& text) {
    if (std::ranges::find(words, text) != words.end() || std::ranges::find(other, text) != other.end())
      return std::string();
    const auto near = nearest(text, words);
    return "expected " + alternatives(words) + what_came(text) + (near.empty() ? "" : "; did you mean '" + near + "'?");
  };
  return option->check(CLI::Validator(check, ""))->type_name("WORD");
}

CLI::Option* takes_number(CLI::Option* option, std::int64_t low, std::int64_t high) {
  const auto check = [low, high](const std::string& text) {
    const auto number = number_in<std::int64_t>(text);
    const bool has_range = high > 0;
    if (number && (!has_range || (*number >= low && *number <= high))) return std::string();
    const auto range = " in " + std::to_string(low) + ".." + std::to_string(high);
    return "expected a whole number" + (has_range ? range : "") + what_came(text);
  };
  return option->check(CLI::Validator(check, ""))->type_name("N");
}

CLI::Option* takes_real(CLI::Option* option) {
  const auto check = [](const std::string& text) {
    return number_in<double>(text) ? std::string() : "expected a number, such as 0.5" + what_came(text);
  };
  return option->check(CLI::Validator(check, ""))->type_name("N");
}

}  // namespace cli
