#pragma once
#include <imagegen/core/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

/// \file Sizes, rectangles and the words for where to crop. Pixels are counted from the top left.
namespace imagegen {

/// Width and height of a picture or box. Nothing here checks them: whoever takes one says what it must be.
struct PixelSize {
  int width = 0;   ///< px
  int height = 0;  ///< px
  friend bool operator==(const PixelSize&, const PixelSize&) = default;
};

/// A part of a picture: its top left pixel, and its size.
struct PixelRect {
  int x = 0, y = 0, width = 0, height = 0;  ///< px
  friend bool operator==(const PixelRect&, const PixelRect&) = default;
};

/// What is added on each side of a picture, or taken away.
struct Margins {
  int left = 0, top = 0, right = 0, bottom = 0;  ///< px
  friend bool operator==(const Margins&, const Margins&) = default;
};

/// A part of a picture that may begin and end inside of pixels.
struct PixelWindow {
  double x = 0, y = 0, width = 0, height = 0;  ///< px
  friend bool operator==(const PixelWindow&, const PixelWindow&) = default;
};

/// A rectangle as a window.
constexpr PixelWindow as_window(PixelRect rect) noexcept {
  return {static_cast<double>(rect.x), static_cast<double>(rect.y), static_cast<double>(rect.width),
          static_cast<double>(rect.height)};
}

/// The whole pixels that are nearest to a window, at least one each way. Where the window lies inside of a picture, so
/// do they.
PixelRect nearest_pixels(const PixelWindow& window) noexcept;

/// A point to keep in frame, as fractions of width and height, each in [0, 1].
struct FocalPoint {
  float x = 0.5F, y = 0.5F;  ///< From the left, from the top; the middle is 0.5.
  friend bool operator==(const FocalPoint&, const FocalPoint&) = default;
};

/// How the part to keep is found.
enum class CropRule : std::uint8_t {
  focal_point,      ///< The window whose centre is nearest to the point, as Payload and imgproxy have it.
  object_position,  ///< The window whose place in the picture is that of the point: `object-position` of CSS.
  attention,        ///< Where faces are, or else what stands out.
  entropy,          ///< Where the most detail is.
};

/// Whether the part is found by looking at the picture.
constexpr bool looks_at_pixels(CropRule rule) noexcept {
  return rule == CropRule::attention || rule == CropRule::entropy;
}

/// Which part of a picture stays when it is cropped.
struct CropPosition {
  CropRule rule = CropRule::focal_point;  ///< What the part to keep is found by.
  /// For the rules with a point. The nine compass positions are focal points in corners, edges and the centre.
  FocalPoint focus;
  friend bool operator==(const CropPosition&, const CropPosition&) = default;
};

/// Reads "centre" (also "center"), "north", "north-east" ... "north-west", "attention", "entropy", the focal point
/// "x,y" or "object-position:x,y", with fractions in [0, 1]. \return Errc::invalid_argument naming what is allowed.
Result<CropPosition> parse_crop_position(std::string_view text);

/// The shortest text that parse_crop_position() reads back as the same position.
std::string to_string(const CropPosition& position);

/// Reads "1920x800". Both sides in [1, 65535], else Errc::invalid_argument.
Result<PixelSize> parse_pixel_size(std::string_view text);

/// Reads "1920x800", or "1920x" and "x800", where the side that is not named is 0: it follows from the other.
/// Errc::invalid_argument otherwise.
Result<PixelSize> parse_box_size(std::string_view text);

/// "1920x800"
std::string to_string(PixelSize size);

}  // namespace imagegen
