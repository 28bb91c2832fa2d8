#include "provider/common/foreign_text.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>

namespace imagegen {
namespace {

constexpr std::size_t kMaxProviderText = 4096;  // bytes
constexpr std::size_t kMaxWord = 96;            // bytes; request ids seen have 36

bool is_word(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:[]*";
  return !text.empty() && text.size() <= kMaxWord && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

void append_bounded(std::string& to, std::string_view part) {
  constexpr auto kMost = kMaxForeignText + 1;
  to.append(part.substr(0, kMost - std::min(to.size(), kMost)));
}

std::string ForeignText::word(std::string_view text) const {
  if (text.size() > 4 * kMaxWord) return {};
  auto word = redacted(std::string(text));
  return is_word(word) ? word : std::string();
}

std::string ForeignText::kept(std::string text) const {
  if (text.size() > kMaxForeignText) text.resize(kMaxForeignText);
  text = redacted(std::move(text));
  text.resize(cut_utf8(text, kMaxProviderText).size());
  if (!is_valid_utf8(text))
    std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80U; }, '?');
  return text;
}

std::string ForeignText::prompt(std::string text) const {
  if (text.size() > kMaxForeignText || !is_valid_utf8(text)) return {};
  return redacted(std::move(text));
}

Error ForeignText::cleaned(Error error) const {
  error.message = redacted(std::move(error.message));
  error.provider_text = kept(std::move(error.provider_text));
  return error;
}

}  // namespace imagegen
