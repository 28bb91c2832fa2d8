#pragma once
#include <imagegen/core/geometry.hpp>

#include <cstdint>
#include <vector>

namespace imagegen {

/// Which pixel sizes a model makes.
struct SizeOffer {
  std::vector<PixelSize> fixed;  ///< The list, best liked first; empty: any size within the rule below.
  int multiple_of = 1;           ///< Both sides, px.
  std::int64_t min_pixels = 1;
  std::int64_t max_pixels = 16'777'216;
  int max_side = 8192;      ///< px
  double max_aspect = 8.0;  ///< Longer side over shorter side.
};

/// Whether `size` is on the list, or within the rule where there is no list.
bool allows(const SizeOffer& offer, PixelSize size) noexcept;

}  // namespace imagegen
