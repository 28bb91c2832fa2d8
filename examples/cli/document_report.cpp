#include "document_report.hpp"

#include <imagegen/core/money.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>

#include <unistd.h>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <optional>

#include "money.hpp"
#include "terminal.hpp"

namespace cli {
namespace {

namespace js = boost::json;

constexpr std::size_t kMostBytesShown = 600, kMostMembers = 16, kMostEntries = 4, kDeepest = 2;

// A pack may have megabytes.
std::string shortened(const js::value& value) {
  const auto text = value.is_string() ? std::string(value.get_string()) : js::serialize(value);
  if (text.size() <= kMostBytesShown) return imagegen::shown(text);
  return imagegen::shown(imagegen::cut_utf8(text, kMostBytesShown)) + "... (" + std::to_string(text.size()) +
         " bytes; --json shows all)";
}

// A few of them, which are told one by one.
bool has_objects(const js::array& list) {
  return !list.empty() && list.size() <= kMostEntries && list.front().is_object();
}

// Amounts are kept as exact texts: "approvedNanoUsd" of "42000000", and "usd" of "0.042". People read "approved" and
// "price" of $0.04. Nothing for what is no amount.
std::optional<NamedValue> amount_in(std::string_view key, const js::value& value) {
  constexpr std::string_view kNano = "NanoUsd";
  const auto* text = value.if_string();
  if (!text) return std::nullopt;
  if (key == "usd") {
    const auto amount = imagegen::parse_usd(*text);
    return amount ? std::optional(NamedValue("price", rounded_dollars(amount->dollars()))) : std::nullopt;
  }
  if (key != "nanoUsd" && !key.ends_with(kNano)) return std::nullopt;
  imagegen::Usd amount;
  if (std::from_chars(text->data(), text->data() + text->size(), amount.nanos).ec != std::errc()) return std::nullopt;
  const auto name = key == "nanoUsd" ? "price" : key.substr(0, key.size() - kNano.size());
  return NamedValue(name, rounded_dollars(amount.dollars()));
}

void add_members(std::vector<NamedValue>& out, const std::string& name, const js::value& value, std::size_t depth) {
  const auto* list = value.if_array();
  const bool is_small = value.is_object() ? value.get_object().size() <= kMostMembers : list && has_objects(*list);
  if (!is_small || depth == kDeepest || js::serialize(value).size() > 4 * kMostBytesShown) {
    out.emplace_back(name, shortened(value));
    return;
  }
  for (std::size_t i = 0; list && i < list->size(); ++i)
    add_members(out, name + "[" + std::to_string(i) + "]", (*list)[i], depth);
  if (list) return;
  for (const auto& member : value.get_object()) {
    if (auto amount = amount_in(member.key(), member.value()))
      out.emplace_back(name + "." + amount->first, std::move(amount->second));
    else
      add_members(out, name + "." + imagegen::shown(std::string_view(member.key())), member.value(), depth + 1);
  }
}

}  // namespace

void print_named(const std::vector<NamedValue>& values) {
  std::size_t widest = 0;
  for (const auto& [name, text] : values)
    if (!text.empty()) widest = std::max(widest, columns_in(name));
  const auto begin = widest + 4;
  const auto room = std::max<std::size_t>(columns_of(STDOUT_FILENO), begin + 20) - begin;
  for (const auto& [name, text] : values) {
    if (text.empty()) continue;
    std::string label = "  " + name;
    for (const auto& line : is_terminal(STDOUT_FILENO) ? wrapped(text, room) : std::vector<std::string>{text}) {
      std::cout << padded(label, begin) << line << "\n";
      label.clear();
    }
  }
}

std::vector<NamedValue> members_of(const std::string& name, const js::value& document) {
  std::vector<NamedValue> members;
  if (!document.is_null()) add_members(members, name, document, 0);
  return members;
}

std::string moment_of(const std::string& rfc3339) {
  constexpr std::size_t kToSeconds = 19;
  if (rfc3339.size() < kToSeconds || rfc3339[10] != 'T') return rfc3339;
  auto text = rfc3339.substr(0, kToSeconds);
  text[10] = ' ';
  return text;
}

}  // namespace cli
