#include "image/credit_text.hpp"

#include <imagegen/core/utf8.hpp>

#include <algorithm>

#include "image/xmp.hpp"

namespace imagegen::detail {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

std::string from_latin1(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80U) {
      out.push_back(c);
    } else {
      out.push_back(static_cast<char>(0xC0U | code >> 6U));
      out.push_back(static_cast<char>(0x80U | (code & 0x3FU)));
    }
  }
  return out;
}

}  // namespace

std::string credit_text(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(kBlank), text.size());
  text = text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
  if (text.size() > kMostCreditBytes) return {};
  auto plain = is_valid_utf8(text) ? std::string(text) : from_latin1(text);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return plain.size() <= kMostCreditBytes && is_plain_text(plain) ? plain : std::string();
}

void add_creator(std::string_view text, Credits& credits) {
  auto name = credit_text(text);
  std::size_t bytes = name.size();
  for (const auto& other : credits.creators) bytes += other.size();
  if (name.empty() || credits.creators.size() == kMostCreators || bytes > kMostCreditBytes) return;
  if (std::find(credits.creators.begin(), credits.creators.end(), name) == credits.creators.end())
    credits.creators.push_back(std::move(name));
}

bool is_web_address(std::string_view text) noexcept {
  for (const std::string_view scheme : {"http://", "https://"})
    if (text.size() > scheme.size() && text.starts_with(scheme)) return text.find(' ') == std::string_view::npos;
  return false;
}

}  // namespace imagegen::detail
