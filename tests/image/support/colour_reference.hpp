#pragma once
#include <array>
#include <vector>

#include "image/support/pictures.hpp"

/// \file Colours of other spaces, converted by lcms in double precision.
namespace imagegen::test {

struct RgbSpace {
  std::array<double, 8> chromaticities;  ///< x and y of white, red, green and blue.
  int curve_kind = 1;                    ///< Of lcms' parametric curves.
  std::vector<double> curve = {1.0};     ///< Its numbers.
};

using Lab = std::array<double, 3>;

/// Of a colour with parts in [0, 1], which is clipped to what sRGB can show.
Lab lab_through_srgb(const RgbSpace& space, std::array<double, 3> colour);
Lab lab_of_srgb(Pixel pixel);

/// CIE 1976.
double delta_e(const Lab& a, const Lab& b);

}  // namespace imagegen::test
