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

/// A point to keep in frame, as fractions of width and height, each in [0, 1].
struct FocalPoint {
  float x = 0.5F, y = 0.5F;  ///< From the left, from the top; the middle is 0.5.
  friend bool operator==(const FocalPoint&, const FocalPoint&) = default;
};

/// How the part to keep is found.
enum class CropRule : std::uint8_t {
  focal_point,  ///< The window whose centre is nearest to the point.
  attention,    ///< Where skin, saturated colour and edges are.
  entropy,      ///< Where the most detail is.
};

/// Which part of a picture stays when it is cropped.
struct CropPosition {
  CropRule rule = CropRule::focal_point;  ///< What the part to keep is found by.
  FocalPoint focus;  ///< For CropRule::focal_point. The nine compass positions are corners, edges and the centre.
  friend bool operator==(const CropPosition&, const CropPosition&) = default;
};

/// Reads "centre" (also "center"), "north", "north-east" ... "north-west", "attention", "entropy" or "x,y" with
/// fractions in [0, 1]. \return Errc::invalid_argument naming what is allowed.
Result<CropPosition> parse_crop_position(std::string_view text);

/// The shortest text that parse_crop_position() reads back as the same position.
std::string to_string(const CropPosition& position);

/// Reads "1920x800". Both sides in [1, 65535], else Errc::invalid_argument.
Result<PixelSize> parse_pixel_size(std::string_view text);

/// "1920x800"
std::string to_string(PixelSize size);

}  // namespace imagegen
