#pragma once
#include "image/support/avif_builder.hpp"

/// \file Only in builds with AVIF.
namespace imagegen::test {

/// An AVIF of tiles side by side.
struct AvifGridSpec {
  std::vector<Bytes> tiles;        ///< AVIF files of one item each and of one size, from left to right.
  std::vector<Bytes> tile_alpha{}; ///< One for each tile, as an auxiliary item of it; empty for none.
  PixelSize tile;                  ///< px
  bool reversed = false;           ///< The items stand in the opposite order.
};

Bytes build_avif_grid(const AvifGridSpec& spec);

}  // namespace imagegen::test
