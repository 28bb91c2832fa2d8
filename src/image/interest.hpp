#pragma once
#include <imagegen/core/bitmap.hpp>

#include <cstdint>
#include <span>
#include <vector>

/// \file Where in a picture the eye goes. A cover crop slides along one axis only, so interest is a profile: a number
/// for every step along that axis. Integers, so that equal interest is exactly equal and goes to the middle.
namespace imagegen::detail {

enum class Axis : std::uint8_t { across, down };

using InterestProfile = std::vector<std::int64_t>;

/// Skin, saturated colour and edges, a step per pixel. Meant for a small copy.
/// Source: the measures of libvips' smartcrop "attention", and the skin tone of smartcrop.js.
InterestProfile attention_profile(const Bitmap& picture, Axis axis);

/// Shannon entropy of the brightness in blocks of 8x8 pixels, a step per block. Meant for a small copy.
InterestProfile entropy_profile(const Bitmap& picture, Axis axis);

/// Where a window of `window` positions on a line of `line` begins so that it holds the most interest, with that in its
/// middle counting more than that at its ends. The window nearest to the middle of the line wins a tie.
int best_window_start(std::span<const std::int64_t> profile, int window, int line);

}  // namespace imagegen::detail
