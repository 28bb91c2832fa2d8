#pragma once
#include <cstdint>
#include <vector>

#include "image/pixels.hpp"

namespace imagegen::detail {

/// For each sample of one channel: how far the values on a way from the picture's border must at least spread. 0 on the
/// border, and small wherever the background goes on, be it textured or shaded; large where something else begins. Near
/// to the least, by four passes over the samples.
/// Source: J. Zhang et al., "Minimum barrier salient object detection at 80 FPS", 2015.
std::vector<std::int32_t> barrier_distances(const PlaneView& plane);

}  // namespace imagegen::detail
