#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/vp8/level_costs.hpp"
#include "image/vp8/segment.hpp"
#include "image/vp8/tokens.hpp"
#include "image/vp8/vp8_encoder.hpp"

namespace imagegen::detail::vp8 {

/// What was decided for 16x16 pixels.
struct Macroblock {
  std::uint8_t alpha = 0;  ///< How easily it compresses; for the choice of segments.
  std::uint8_t segment = 0;
  bool whole = true;   ///< Luma is predicted at once, by modes[0], and not in sixteen parts.
  bool empty = false;  ///< No coefficient is left.
  std::uint8_t chroma_mode = kDc;
  std::array<std::uint8_t, 16> modes{};  ///< Of the sixteen parts, or the one mode sixteen times.
};

/// Neighbours that are not empty: four of luma, two of each chroma plane, and Y2.
using NonEmpty = std::array<std::uint8_t, 9>;
inline constexpr std::size_t kNonEmptyY2 = 8;

/// Errors of the first chroma coefficients that neighbours make up for: by plane, two each.
using CarriedErrors = std::array<std::array<std::int8_t, 2>, 2>;

/// What a macroblock needs to know of the one above it.
struct Above {
  std::array<std::uint8_t, 16> y;
  std::array<std::uint8_t, 8> u, v;
  std::array<std::uint8_t, 4> modes;
  NonEmpty non_empty;
  CarriedErrors errors;
};

/// Where a test wants to see what a decoder will see before filtering. Whole macroblocks.
struct Reconstruction {
  std::vector<std::uint8_t> y, u, v;
};

/// A picture on its way. Rows are worked on one after the other.
struct Frame {
  Planes planes;
  int quality = 0;
  int across = 0, down = 0;  ///< Macroblocks.
  std::vector<Macroblock> macroblocks;
  std::vector<Above> above;  ///< `across` and one more, which is read for its luma only.
  std::array<Segment, kSegments> segments;
  int segment_count = 1;
  ChromaDeltas deltas;
  LevelCosts costs;
  TokenBuffer tokens;
  Reconstruction* reconstruction = nullptr;

  Macroblock& at(int x, int y) {
    return macroblocks[static_cast<std::size_t>(y) * static_cast<std::size_t>(across) + static_cast<std::size_t>(x)];
  }
};

}  // namespace imagegen::detail::vp8
