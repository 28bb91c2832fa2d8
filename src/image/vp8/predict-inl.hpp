// Predictions of 16x16 luma and 8x8 chroma, as tiles. Compiled once per instruction set.
#if defined(IMAGEGEN_VP8_PREDICT) == defined(HWY_TARGET_TOGGLE)
#ifdef IMAGEGEN_VP8_PREDICT
#undef IMAGEGEN_VP8_PREDICT
#else
#define IMAGEGEN_VP8_PREDICT
#endif

#include <cstring>

#include "image/vp8/block_ops-inl.hpp"
#include "image/vp8/source.hpp"

HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

// The mean of the edges that there are.
template <int kSide>
HWY_INLINE std::uint8_t mean_of(const Edges& edges) {
  int top = 0, left = 0;
  for (int i = 0; i < kSide; ++i) {
    top += edges.top[i];
    left += edges.left[i];
  }
  if (!edges.has_top && !edges.has_left) return 128;
  if (!edges.has_top) top = left;
  if (!edges.has_left) left = top;
  return static_cast<std::uint8_t>((top + left + kSide) / (2 * kSide));
}

template <int kSide>
HWY_INLINE void predict_vertical(const Edges& edges, std::uint8_t* tiles) {
  constexpr int kAcross = kSide / 4;
  for (int i = 0; i < kAcross * kAcross; ++i)
    for (int y = 0; y < 4; ++y) std::memcpy(tiles + i * kTile + 4 * y, edges.top + 4 * (i % kAcross), 4);
}

template <int kSide>
HWY_INLINE void predict_horizontal(const Edges& edges, std::uint8_t* tiles) {
  constexpr int kAcross = kSide / 4;
  for (int i = 0; i < kAcross * kAcross; ++i)
    for (int y = 0; y < 4; ++y) std::memset(tiles + i * kTile + 4 * y, edges.left[4 * (i / kAcross) + y], 4);
}

template <int kSide>
HWY_INLINE void predict_true_motion(const Edges& edges, std::uint8_t* tiles) {
  constexpr int kAcross = kSide / 4;
  alignas(16) std::uint8_t row[16];
  for (int y = 0; y < kSide; ++y) {
    shift_row(edges.top, edges.left[y] - edges.corner, row);
    for (int i = 0; i < kAcross; ++i)
      std::memcpy(tiles + ((y / 4) * kAcross + i) * kTile + 4 * (y % 4), row + 4 * i, 4);
  }
}

// One after the other, in the order of Mode, `stride` bytes apart.
template <int kSide>
HWY_INLINE void predict_modes(const Edges& edges, std::size_t stride, std::uint8_t* tiles) {
  std::memset(tiles, mean_of<kSide>(edges), kSide * kSide);
  predict_true_motion<kSide>(edges, tiles + stride);
  predict_vertical<kSide>(edges, tiles + 2 * stride);
  predict_horizontal<kSide>(edges, tiles + 3 * stride);
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // include guard
