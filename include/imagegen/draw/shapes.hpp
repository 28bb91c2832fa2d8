#pragma once
#include <imagegen/draw/canvas.hpp>

#include <span>
#include <vector>

/// \file Outlines for Canvas::fill_shape(), in 1/256 px.
namespace imagegen {

/// A closed outline, the last point joined to the first; of open_curve(), the points along a curve.
using Outline = std::vector<FinePoint>;

inline constexpr int kFinePerPixel = 256;  ///< What FinePoint counts.
inline constexpr int kFullTurn = 1024;     ///< Angles count 1024ths of a turn, clockwise from the right.
inline constexpr int kSineOne = 16384;     ///< What fine_sin() calls 1.

/// Sine and cosine of an angle in 1024ths of a turn, times kSineOne.
int fine_sin(int angle) noexcept;
/// The cosine.
int fine_cos(int angle) noexcept;

/// `length` 1/256 px from `from`, at `angle`.
FinePoint along(FinePoint from, int angle, int length) noexcept;

/// The way from one point towards another as a vector `length` long; {0, 0} where they are the same.
FinePoint toward(FinePoint from, FinePoint to, int length) noexcept;

/// An ellipse with its axes across and down; turned() tilts it. Off a true one by less than 1/12 px.
Outline ellipse(FinePoint centre, int radius_x, int radius_y);
/// The outline's points turned by `angle` about `centre`.
Outline turned(Outline outline, FinePoint centre, int angle);
/// \param radius Of the corners; at most half of each side is used.
Outline rounded_rect(FinePoint top_left, FinePoint bottom_right, int radius);
/// A smooth closed curve through the points (a uniform Catmull-Rom spline); at least 3 points.
Outline closed_curve(std::span<const FinePoint> points);
/// A smooth open curve through the points, the first and the last included; at least 2 points.
Outline open_curve(std::span<const FinePoint> points);
/// An open curve made into a band, as wide at each end as is said (1/256 px).
Outline stroke(std::span<const FinePoint> curve, int first_width, int last_width);
/// A pointed leaf from `base`, `length` long towards `angle`, at most `width` wide, bent by `bend` (1/256 px) sideways.
Outline leaf(FinePoint base, int angle, int length, int width, int bend = 0);

}  // namespace imagegen
