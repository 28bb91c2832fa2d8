#pragma once
#include <imagegen/draw/canvas.hpp>

#include <cstdint>

namespace imagegen {

/// Fills the canvas with a landscape, a seascape, a still life or an ornament: which one, its colours and everything in
/// it follow from `seed` alone, its proportions from the canvas. The lower third is kept quiet, for a caption.
void draw_scene(Canvas& canvas, std::uint64_t seed);

}  // namespace imagegen
