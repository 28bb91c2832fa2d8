#include "workflow/prompts/enhanced_prompt.hpp"

#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <algorithm>
#include <utility>

namespace imagegen {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::string_view kFence = "```";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::string with_plain_line_ends(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if (!pair) plain += text[i] == '\r' ? '\n' : text[i];
  }
  return plain;
}

// "```text\n...\n```", when that is all there is.
std::string_view without_fence(std::string_view text) {
  if (text.size() < 2 * kFence.size() || !text.starts_with(kFence) || !text.ends_with(kFence)) return text;
  const auto inside = text.substr(kFence.size(), text.size() - 2 * kFence.size());
  const auto line_end = inside.find('\n');
  if (line_end == std::string_view::npos || inside.find(kFence) != std::string_view::npos) return text;
  const auto label = trimmed(inside.substr(0, line_end));
  return label.find_first_of(kBlanks) == std::string_view::npos ? trimmed(inside.substr(line_end)) : text;
}

// A pair counts only when neither of its marks is inside: "a" and "b" are two quotes.
std::string_view without_quotes(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {{"\"", "\""}, {"'", "'"}, {"`", "`"},
                                                                      {"“", "”"},   {"‘", "’"}, {"«", "»"}};
  for (const auto& [open, close] : kPairs) {
    if (text.size() < open.size() + close.size() || !text.starts_with(open) || !text.ends_with(close)) continue;
    const auto inside = text.substr(open.size(), text.size() - open.size() - close.size());
    const bool one_pair = inside.find(open) == std::string_view::npos && inside.find(close) == std::string_view::npos;
    return one_pair ? trimmed(inside) : text;
  }
  return text;
}

Error bad(std::string what) {
  return {Errc::bad_answer, "the enhanced prompt: expected " + std::move(what)};
}

}  // namespace

std::string unwrapped(std::string_view answer) {
  const std::string plain = with_plain_line_ends(answer);
  const auto text = trimmed(plain);
  const auto bare = without_fence(text);
  return std::string(bare.size() < text.size() ? bare : without_quotes(text));
}

Result<void> check_enhanced(std::string_view prompt, std::size_t max_chars) {
  if (!is_valid_utf8(prompt)) return bad("UTF-8, got other bytes");
  if (trimmed(prompt).empty()) return bad("a text, got none");
  if (has_unseen(prompt)) return bad(std::string(kExpectedSeen) + ", got some");
  const auto chars = static_cast<std::size_t>(std::ranges::count_if(prompt, [](char c) { return (c & 0xC0) != 0x80; }));
  if (chars > max_chars)
    return bad("at most " + std::to_string(max_chars) + " characters, got " + std::to_string(chars));
  if (prompt.size() > kMaxPromptBytes)
    return bad("at most " + std::to_string(kMaxPromptBytes) + " bytes, got " + std::to_string(prompt.size()));
  return {};
}

Result<void> check_written(std::string_view prompt, std::size_t max_chars) {
  if (const auto checked = check_enhanced(prompt, max_chars); !checked) return checked;
  return prompt.find('\r') == std::string_view::npos ? Result<void>() : bad("line ends as LF, got CR");
}

}  // namespace imagegen
