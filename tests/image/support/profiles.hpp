#pragma once
#include <imagegen/core/bytes.hpp>

/// \file Small ICC profiles whose effect shows at a glance.
namespace imagegen::test {

Bytes srgb_profile();

/// sRGB with its first two primaries swapped: red samples mean green.
Bytes swapped_red_green_profile();

/// Grey with samples proportional to light.
Bytes linear_grey_profile();

/// CMYK in which all inks are red: no ink is white, full ink of any kind is a saturated red.
Bytes red_ink_profile();

/// RGB whose samples are light.
Bytes linear_rgb_profile();

/// RGB, sound, and without a word about its colours.
Bytes empty_rgb_profile();

}  // namespace imagegen::test
