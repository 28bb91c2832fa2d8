#include <imagegen/core/geometry.hpp>
#include <imagegen/core/shown_text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace imagegen {
namespace {

struct NamedPosition {
  std::string_view name;
  CropPosition position;
};

constexpr CropPosition at(float x, float y) {
  return {CropRule::focal_point, {x, y}};
}

constexpr std::array kNamedPositions = {
    NamedPosition{"centre", at(0.5F, 0.5F)},
    NamedPosition{"center", at(0.5F, 0.5F)},
    NamedPosition{"north", at(0.5F, 0.0F)},
    NamedPosition{"north-east", at(1.0F, 0.0F)},
    NamedPosition{"east", at(1.0F, 0.5F)},
    NamedPosition{"south-east", at(1.0F, 1.0F)},
    NamedPosition{"south", at(0.5F, 1.0F)},
    NamedPosition{"south-west", at(0.0F, 1.0F)},
    NamedPosition{"west", at(0.0F, 0.5F)},
    NamedPosition{"north-west", at(0.0F, 0.0F)},
    NamedPosition{"attention", {CropRule::attention, {}}},
    NamedPosition{"entropy", {CropRule::entropy, {}}},
};

constexpr std::string_view kPositionHelp =
    "expected centre, north, north-east, east, south-east, south, south-west, west, north-west, attention, entropy, a "
    "focal point x,y or object-position:x,y with fractions in [0, 1]";
constexpr std::string_view kObjectPosition = "object-position:";

std::optional<float> parse_fraction(std::string_view text) {
  float value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0.0F && value <= 1.0F)) return std::nullopt;  // written so that NaN is refused too
  return value;
}

// "0.3,0.4"
std::optional<FocalPoint> parse_point(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto x = parse_fraction(text.substr(0, comma));
  const auto y = parse_fraction(text.substr(comma + 1));
  return x && y ? std::optional(FocalPoint{*x, *y}) : std::nullopt;
}

std::optional<int> parse_side(std::string_view text) {
  int value = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size() || value < 1 || value > 65535) return std::nullopt;
  return value;
}

std::string shortest(float value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

}  // namespace

Result<CropPosition> parse_crop_position(std::string_view text) {
  const auto named = std::find_if(kNamedPositions.begin(), kNamedPositions.end(),
                                  [&](const NamedPosition& candidate) { return candidate.name == text; });
  if (named != kNamedPositions.end()) return named->position;
  const bool as_css = text.starts_with(kObjectPosition);
  if (const auto point = parse_point(as_css ? text.substr(kObjectPosition.size()) : text)) {
    return CropPosition{as_css ? CropRule::object_position : CropRule::focal_point, *point};
  }
  return Error{Errc::invalid_argument, std::string(kPositionHelp) + ", got " + in_quotes(text, 64)};
}

std::string to_string(const CropPosition& position) {
  const auto named = std::find_if(kNamedPositions.begin(), kNamedPositions.end(),
                                  [&](const NamedPosition& candidate) { return candidate.position == position; });
  if (named != kNamedPositions.end()) return std::string(named->name);
  if (position.rule == CropRule::attention) return "attention";
  if (position.rule == CropRule::entropy) return "entropy";
  const std::string point = shortest(position.focus.x) + "," + shortest(position.focus.y);
  return position.rule == CropRule::object_position ? std::string(kObjectPosition) + point : point;
}

Result<PixelSize> parse_pixel_size(std::string_view text) {
  if (const auto cross = text.find('x'); cross != std::string_view::npos) {
    const auto width = parse_side(text.substr(0, cross));
    const auto height = parse_side(text.substr(cross + 1));
    if (width && height) return PixelSize{*width, *height};
  }
  return Error{Errc::invalid_argument,
               "expected WIDTHxHEIGHT with sides in 1..65535, such as 1920x800, got " + in_quotes(text, 64)};
}

Result<PixelSize> parse_box_size(std::string_view text) {
  if (const auto cross = text.find('x'); cross != std::string_view::npos && text.size() > 1) {
    const auto side = [](std::string_view part) { return part.empty() ? std::optional(0) : parse_side(part); };
    const auto width = side(text.substr(0, cross));
    const auto height = side(text.substr(cross + 1));
    if (width && height) return PixelSize{*width, *height};
  }
  return Error{
      Errc::invalid_argument,
      "expected WIDTHxHEIGHT with sides in 1..65535, such as 1920x800, or one side, such as 300x or x300, got " +
          in_quotes(text, 64)};
}

PixelRect nearest_pixels(const PixelWindow& window) noexcept {
  const auto nearest = [](double value) { return static_cast<int>(std::floor(value + 0.5)); };
  const auto line = [&](double begin, double length) {
    const int from = nearest(begin);
    return std::pair(from, std::max(nearest(begin + length) - from, 1));
  };
  const auto [x, width] = line(window.x, window.width);
  const auto [y, height] = line(window.y, window.height);
  return {x, y, width, height};
}

std::string to_string(PixelSize size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

}  // namespace imagegen
