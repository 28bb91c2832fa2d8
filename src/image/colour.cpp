#include <imagegen/core/shown_text.hpp>
#include <imagegen/image/renditions.hpp>

#include <array>
#include <optional>
#include <string>

namespace imagegen {
namespace {

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

// "#rgb" stands for "#rrggbb".
std::optional<Colour> parse_hex(std::string_view digits) {
  const bool is_short = digits.size() == 3;
  if (!is_short && digits.size() != 6 && digits.size() != 8) return std::nullopt;
  std::array<std::uint8_t, 4> channels{0, 0, 0, 255};
  const std::size_t step = is_short ? 1 : 2;
  for (std::size_t i = 0; i < digits.size() / step; ++i) {
    const auto high = hex_digit(digits[i * step]);
    const auto low = hex_digit(digits[i * step + step - 1]);
    if (!high || !low) return std::nullopt;
    channels[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return Colour{channels[0], channels[1], channels[2], channels[3]};
}

}  // namespace

Result<Colour> parse_colour(std::string_view text) {
  if (text == "white") return Colour{255, 255, 255, 255};
  if (text == "black") return Colour{0, 0, 0, 255};
  if (text == "transparent") return Colour{0, 0, 0, 0};
  if (!text.empty() && text.front() == '#') {
    if (const auto colour = parse_hex(text.substr(1))) return *colour;
  }
  return Error(Errc::invalid_argument,
               "expected #rgb, #rrggbb, #rrggbbaa, transparent, white or black, got " + in_quotes(text, 64));
}

}  // namespace imagegen
