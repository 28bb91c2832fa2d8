#pragma once
#include <cstdint>
#include <vector>

#include "image/pixels.hpp"

namespace imagegen::detail {

/// A face that was found, in the pixels of the picture that was searched.
struct FoundFace {
  int x = 0, y = 0;   ///< The middle, px.
  int side = 0;       ///< From chin to brow, px; a whole head is about 1.4 times as high.
  int certainty = 0;  ///< At least kLeastFaceCertainty. Doubtful below 15, sure above 30.
};

inline constexpr int kLeastFaceCertainty = 8;
inline constexpr int kSmallestFace = 20;  ///< px

/// The faces of a grey picture of at most 4096 px a side, the surest first: upright to about 20 degrees, seen from the
/// front or half from the side, also where they are cut by the picture's edge. Integers only: the same faces on every
/// machine. Time is linear in the pixels.
std::vector<FoundFace> find_faces(const PlaneView& grey);

}  // namespace imagegen::detail
