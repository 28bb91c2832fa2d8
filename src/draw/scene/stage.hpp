#pragma once
#include <imagegen/draw/canvas.hpp>
#include <imagegen/draw/shapes.hpp>

#include <algorithm>
#include <cstdint>

/// \file What every scene paints with: measures that follow the picture, colours that belong together, and chance.
namespace imagegen::detail {

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine, unlike the standard's distributions.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }
  /// A number from `low` to `high`, both included.
  int between(int low, int high) noexcept {
    return low + static_cast<int>(next() % (static_cast<std::uint64_t>(high - low) + 1));
  }
  bool one_in(int count) noexcept { return between(1, count) == 1; }

 private:
  std::uint64_t state_;
};

/// A family of colours. Names say what a landscape uses them for.
struct Palette {
  Rgb sky_top, sky_middle, sky_low;
  Rgb sun;
  Rgb far, near;         ///< What lies at the horizon, and what lies at the viewer's feet.
  Rgb accent, contrast;  ///< Flowers, sails, fruit.
  Rgb paper, ink;
  bool night = false;
};

/// A canvas with its measures. Fractions are in thousandths.
struct Stage {
  Canvas& canvas;
  const Palette& colours;
  Chance chance;

  int width() const { return canvas.size().width; }
  int height() const { return canvas.size().height; }
  /// Thousandths of the width, of the height and of the shorter side, in 1/256 px.
  int x(int thousandths) const { return scaled(width(), thousandths); }
  int y(int thousandths) const { return scaled(height(), thousandths); }
  int unit(int thousandths) const { return scaled(std::min(width(), height()), thousandths); }
  FinePoint at(int x_thousandths, int y_thousandths) const { return {x(x_thousandths), y(y_thousandths)}; }

  static int px(int fine) { return fine >> 8; }
  /// At least 1 px, for what must not vanish.
  static int whole_px(int fine) { return std::max(1, fine >> 8); }

 private:
  static int scaled(int side, int thousandths) {
    return static_cast<int>(std::int64_t{side} * kFinePerPixel * thousandths / 1000);
  }
};

/// A paint between two colours over rows given in 1/256 px.
inline Paint downwards(Rgb top, Rgb bottom, int from, int to) {
  return Paint(top, bottom, from >> 8, to >> 8);
}
/// The same with opacities.
inline Paint fading(Rgb colour, int top_alpha, int bottom_alpha, int from, int to) {
  Paint paint(colour, colour, from >> 8, to >> 8);
  paint.top_alpha = top_alpha;
  paint.bottom_alpha = bottom_alpha;
  return paint;
}

void paint_hills(Stage& stage);
void paint_sea(Stage& stage);
void paint_still_life(Stage& stage);
void paint_arches(Stage& stage);

// Parts that scenes share.
/// Sky down to `horizon` (1/256 px).
void paint_sky(Stage& stage, int horizon);
void paint_stars(Stage& stage, int bottom);
/// The sun or moon with its light.
void paint_sun(Stage& stage, FinePoint centre, int radius);
void paint_clouds(Stage& stage, int top, int bottom, int count);
void paint_birds(Stage& stage, FinePoint where, int count);
/// A stem of leaves that starts at `base` towards `angle`.
void paint_branch(Stage& stage, FinePoint base, int angle, int length, Rgb stem, Rgb leaf_colour, int pairs);
/// A round flower of petals.
void paint_blossom(Stage& stage, FinePoint centre, int radius, int petals, Rgb petal, Rgb heart);

}  // namespace imagegen::detail
