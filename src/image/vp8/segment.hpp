#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace imagegen::detail::vp8 {

inline constexpr int kSegments = 4;

/// Steps and roundings of sixteen coefficients, row by row.
struct alignas(16) Quantiser {
  std::uint16_t step[16];
  std::uint16_t inverse[16];   ///< 2^17 / step, rounded up.
  std::uint16_t rounding[16];  ///< Added to a magnitude before it is divided.
};

/// Macroblocks that share quantisers and a filter strength.
struct Segment {
  int alpha = 0;  ///< How much coarser it may be quantised, [-127, 127].
  int beta = 0;   ///< How little it needs filtering, [0, 255].
  int index = 0;  ///< Into the tables of steps, [0, 127].
  int filter = 0;
  Quantiser luma, y2, chroma;
  int lambda_16 = 1, lambda_4 = 1, lambda_chroma = 1, lambda_mode = 1;  ///< What 1/256 bit is worth in squared error.
  int texture_weight = 1;                                               ///< Of a change in texture, in 1/256.
  int luma_step = 1;                                                    ///< The average.
  int flat_error = 0;    ///< Above this squared error a block without detail may need more filtering.
  int largest_edge = 0;  ///< Of such blocks, in levels of Y2.
};

/// Quantiser steps relative to the segment's.
struct ChromaDeltas {
  int dc = 0, ac = 0;
};

/// Chroma that is hard to see (large `chroma_alpha`) is quantised coarser.
ChromaDeltas chroma_deltas(int chroma_alpha);

/// Sets quantisers, filter and weights from alpha, beta and the quality, 0..100.
void set_up_segments(std::span<Segment> segments, int quality, ChromaDeltas deltas);

/// Raises filters where blocks turned out flat: call once all macroblocks are done.
void raise_filters(std::span<Segment> segments);

}  // namespace imagegen::detail::vp8
