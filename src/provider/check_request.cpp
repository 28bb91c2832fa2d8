#include <imagegen/core/size_offer.hpp>
#include <imagegen/core/utf8.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <algorithm>

namespace imagegen {
namespace {

constexpr std::size_t kMaxUserBytes = 256;

Error invalid(std::string_view field, std::string_view expected, std::string_view got) {
  std::string text(field);
  return {Errc::invalid_argument, text.append(": expected ").append(expected).append(", got ").append(got)};
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

// Every code point has one byte that does not continue another.
std::size_t count_code_points(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

Result<void> check_prompt(const ProviderCapability& capability, const PromptText& prompt) {
  if (!is_valid_utf8(prompt.text)) return invalid("prompt.text", "UTF-8", "other bytes");
  if (is_blank(prompt.text)) return invalid("prompt.text", "a text", "none");
  if (const auto chars = count_code_points(prompt.text); chars > capability.max_prompt_chars) {
    return invalid("prompt.text", "at most " + std::to_string(capability.max_prompt_chars) + " characters",
                   std::to_string(chars));
  }
  if (prompt.negative.empty()) return {};
  if (!capability.takes_negative) return invalid("prompt.negative", "none, for " + capability.model, "one");
  if (!is_valid_utf8(prompt.negative)) return invalid("prompt.negative", "UTF-8", "other bytes");
  return {};
}

std::string describe(const SizeOffer& offer) {
  if (offer.fixed.empty()) {
    const auto ratio = std::to_string(offer.max_aspect);
    return "sides that " + std::to_string(offer.multiple_of) + " divides, up to " + std::to_string(offer.max_side) +
           " px, a ratio up to " + ratio.substr(0, ratio.find('.') + 2) + ", and " + std::to_string(offer.min_pixels) +
           " to " + std::to_string(offer.max_pixels) + " px in all";
  }
  std::string text;
  for (const auto size : offer.fixed) text += (text.empty() ? "" : ", ") + to_string(size);
  return "one of " + text;
}

}  // namespace

Result<void> check_request(const ProviderCapability& capability, const ImageRequest& request) {
  if (auto fine = check_prompt(capability, request.prompt); !fine) return fine;
  if (!allows(capability.sizes, request.size)) {
    return invalid("size", describe(capability.sizes), to_string(request.size));
  }
  if (request.count < 1 || request.count > capability.max_images_per_call) {
    return invalid("count", "1 to " + std::to_string(capability.max_images_per_call), std::to_string(request.count));
  }
  if (request.user.size() > kMaxUserBytes || !is_valid_utf8(request.user)) {
    return invalid("user", "at most " + std::to_string(kMaxUserBytes) + " bytes of UTF-8",
                   std::to_string(request.user.size()) + " bytes");
  }
  return {};
}

}  // namespace imagegen
