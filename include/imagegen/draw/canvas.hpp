#pragma once
#include <imagegen/core/bitmap.hpp>

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

/// \file Plain drawing for placeholders and contact sheets; nothing here touches a user's picture.
/// Integer arithmetic throughout: the same calls give the same bytes on every machine.
namespace imagegen {

/// A colour in sRGB.
struct Rgb {
  std::uint8_t r = 0, g = 0, b = 0;  ///< 0..255
  friend bool operator==(const Rgb&, const Rgb&) = default;
};

/// The colour `part` of `whole` on the way from `from` to `to`; `whole` is above 0, `part` is clamped to [0, whole].
Rgb mix(Rgb from, Rgb to, int part, int whole);

/// A point in 1/256 px: {128, 128} is the middle of the top left pixel.
struct FinePoint {
  int x = 0, y = 0;  ///< Across and down; may lie outside the canvas.
  friend bool operator==(const FinePoint&, const FinePoint&) = default;
};

/// One colour, or two that blend into each other down the picture.
struct Paint {
  constexpr Paint(Rgb colour, int opacity = 255)  // NOLINT: a colour is a paint
      : top(colour), bottom(colour), top_alpha(opacity), bottom_alpha(opacity) {}
  constexpr Paint(Rgb top_colour, Rgb bottom_colour, int from_y, int to_y)
      : top(top_colour), bottom(bottom_colour), top_y(from_y), bottom_y(to_y) {}

  Rgb top, bottom;                          ///< At `top_y` and above, at `bottom_y` and below.
  int top_alpha = 255, bottom_alpha = 255;  ///< 0..255
  int top_y = 0, bottom_y = 0;              ///< px; above and below, the colours stay what they are there.
};

/// An RGB picture to draw on. Everything is clipped to it; nothing fails. Coordinates stay within +-4 million px.
/// Edges are smooth. Not thread-safe; different canvases are independent.
class Canvas {
 public:
  /// \param size Both sides at least 1.
  explicit Canvas(PixelSize size, Rgb background = {255, 255, 255});

  /// Of the picture, px; it stays as it was made.
  PixelSize size() const noexcept { return bitmap_.size; }

  /// Lays paint over a rectangle. A paint's own rows count from the top of the canvas, not of `area`.
  void fill(PixelRect area, const Paint& paint);
  /// The same in one colour; `alpha` 0..255, here and below.
  void fill(PixelRect area, Rgb colour, int alpha = 255) { fill(area, Paint(colour, alpha)); }
  /// From `top` to `bottom` colour, by rows.
  void fill_gradient(PixelRect area, Rgb top, Rgb bottom);
  /// Fills the inside of a closed outline (non-zero winding); see shapes.hpp for outlines.
  void fill_shape(std::span<const FinePoint> outline, const Paint& paint);
  /// A disc of `radius` px around the middle of a pixel.
  void fill_circle(int centre_x, int centre_y, int radius, Rgb colour, int alpha = 255);
  /// Light around a point, `alpha` in the middle and nothing at `radius` px.
  void glow(int centre_x, int centre_y, int radius, Rgb colour, int alpha);
  /// A frame just inside `area`.
  void outline(PixelRect area, Rgb colour, int thickness, int alpha = 255);
  /// From the middle of one pixel to the middle of another, `thickness` px wide, with square ends.
  void line(int x0, int y0, int x1, int y1, Rgb colour, int thickness, int alpha = 255);
  /// As line(), between points in 1/256 px, as thick as `thickness` 1/256 px.
  void fine_line(FinePoint from, FinePoint to, int thickness, const Paint& paint);
  /// Copies a grey, RGB or RGBA (blended) picture with its top left corner at (x, y).
  void paste(const Bitmap& picture, int x, int y);

  /// Draws a line of text, `height` px from top of ascenders to bottom of descenders, with (x, y) its top left.
  /// Printable ASCII is drawn, and Latin letters and punctuation beyond it as the ASCII they resemble; other code
  /// points, and bytes that are not UTF-8, show as a box. Heights outside [1, 1000] draw nothing.
  void text(int x, int y, std::string_view utf8, int height, Rgb colour, int alpha = 255);

  /// What has been drawn so far, RGB; changes with the next drawing.
  const Bitmap& bitmap() const& noexcept { return bitmap_; }
  /// Hands the picture over without a copy; the canvas is not to be drawn on any more.
  Bitmap bitmap() && noexcept { return std::move(bitmap_); }

 private:
  Bitmap bitmap_;
};

/// Width in px that Canvas::text() takes.
int text_width(std::string_view utf8, int height);

}  // namespace imagegen
