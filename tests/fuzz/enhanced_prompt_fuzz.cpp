#include <imagegen/core/bytes.hpp>
#include <imagegen/core/utf8.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "provider/openai/openai_chat.hpp"
#include "workflow/prompts/enhanced_prompt.hpp"

/// \file From the body of a chat completion to a prompt that a user is shown: whatever passes must keep the promises.
namespace {

using namespace imagegen;

constexpr std::size_t kMaxChars = 64;

// Beside "\n" and "\t".
bool has_control(const std::string& text) {
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t') || c == '\x7F') return true;
  }
  return false;
}

bool holds(const std::string& prompt) {
  return !prompt.empty() && prompt.size() <= 4 * kMaxChars && is_valid_utf8(prompt) && !has_control(prompt);
}

void check(std::string_view written) {
  const auto prompt = unwrapped(written);
  if (prompt.size() > written.size()) std::abort();
  if (check_written(prompt, kMaxChars) && (!check_enhanced(prompt, kMaxChars) || !holds(prompt))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = as_text(ByteView(data, size));
  const auto text = read_openai_chat(body);
  if (text && !is_valid_utf8(*text)) std::abort();
  if (!text && text.error().message.empty()) std::abort();
  check(text ? std::string_view(*text) : body);
  return 0;
}
