#include <imagegen/core/secret.hpp>

#include <algorithm>
#include <functional>
#include <ostream>
#include <string_view>
#include <vector>

namespace imagegen {
namespace {

constexpr std::size_t kShortestRedacted = 4;  // shorter ones would blank out ordinary words
constexpr std::size_t kEchoLength = 8;        // servers that mask a key still show this much of an end

void replace_all(std::string& text, std::string_view part) {
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 3)) {
    text.replace(at, part.size(), "***");
  }
}

// Echoes keep the beginning or the end of a key: every run of it that touches an end is taken out, longest first.
void replace_ends(std::string& text, std::string_view key) {
  for (auto length = key.size() - 1; length >= kEchoLength; --length) {
    replace_all(text, key.substr(0, length));
    replace_all(text, key.substr(key.size() - length));
  }
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Secret&) {
  return out << "***";
}

std::string redact(std::string text, const Secret& secret) {
  const std::string_view key = secret.reveal();
  if (key.size() < kShortestRedacted) return text;
  replace_all(text, key);
  if (key.size() > kEchoLength) replace_ends(text, key);
  return text;
}

std::string redact(std::string text, std::span<const Secret> secrets) {
  std::vector<const Secret*> longest_first;
  for (const Secret& secret : secrets) longest_first.push_back(&secret);
  std::ranges::stable_sort(longest_first, std::greater(), [](const Secret* one) { return one->reveal().size(); });
  for (const Secret* secret : longest_first) text = redact(std::move(text), *secret);
  return text;
}

}  // namespace imagegen
