#pragma once
#include <imagegen/core/bitmap.hpp>

#include <cstdint>
#include <string_view>

/// \file Plain drawing for placeholders and contact sheets; nothing here touches a user's picture.
namespace imagegen {

struct Rgb {
  std::uint8_t r = 0, g = 0, b = 0;
};

/// An RGB picture to draw on. Everything is clipped to it; nothing fails.
class Canvas {
 public:
  /// \param size Both sides at least 1.
  explicit Canvas(PixelSize size, Rgb background = {255, 255, 255});

  void fill(PixelRect area, Rgb colour, int alpha = 255);
  /// From `top` to `bottom` colour, by rows.
  void fill_gradient(PixelRect area, Rgb top, Rgb bottom);
  void fill_circle(int centre_x, int centre_y, int radius, Rgb colour, int alpha = 255);
  void outline(PixelRect area, Rgb colour, int thickness);
  void line(int x0, int y0, int x1, int y1, Rgb colour, int thickness, int alpha = 255);
  /// Copies an RGB or RGBA (blended) picture with its top left corner at (x, y).
  void paste(const Bitmap& picture, int x, int y);

  /// Draws a line of text, `height` px from top of ascenders to bottom of descenders, with (x, y) its top left.
  /// Printable ASCII is drawn; other code points show as a box.
  void text(int x, int y, std::string_view utf8, int height, Rgb colour, int alpha = 255);

  const Bitmap& bitmap() const& noexcept { return bitmap_; }
  Bitmap bitmap() && noexcept { return std::move(bitmap_); }

 private:
  Bitmap bitmap_;
};

/// Width in px that Canvas::text() takes.
int text_width(std::string_view utf8, int height);

}  // namespace imagegen
