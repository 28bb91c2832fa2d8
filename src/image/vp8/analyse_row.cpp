#include "image/vp8/analyse_row.hpp"

#include <algorithm>

#include "image/vp8/level_costs.hpp"
#include "image/vp8/source.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/vp8/analyse_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include "image/vp8/predict-inl.hpp"
HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

HWY_INLINE int alpha_of_tiles(const std::uint8_t* source, const std::uint8_t* prediction, int tiles) {
  Histogram histogram;
  clear(histogram);
  alignas(16) std::int16_t coefficients[16];
  for (int i = 0; i < tiles; ++i) {
    forward_transform(source + i * kTile, prediction + i * kTile, coefficients);
    count_block(coefficients, histogram);
  }
  return alpha_of(histogram);
}

HWY_INLINE int luma_alpha(const Planes& planes, int x, int y, const SourceBlock& source) {
  Edges edges{};
  load_source_edges(planes, 0, x, y, edges);
  alignas(64) std::uint8_t tiles[kLumaTiles * kTile];
  std::memset(tiles, mean_of<16>(edges), sizeof tiles);
  const int flat = alpha_of_tiles(source.luma, tiles, kLumaTiles);
  predict_true_motion<16>(edges, tiles);
  return HWY_MAX(flat, alpha_of_tiles(source.luma, tiles, kLumaTiles));
}

HWY_INLINE int chroma_alpha(const Planes& planes, int x, int y, const SourceBlock& source) {
  alignas(64) std::uint8_t flat[kChromaTiles * kTile], slope[kChromaTiles * kTile];
  for (int plane = 1; plane < 3; ++plane) {
    Edges edges{};
    load_source_edges(planes, plane, x, y, edges);
    const int begin = (plane - 1) * 4 * kTile;
    std::memset(flat + begin, mean_of<8>(edges), 4 * kTile);
    predict_true_motion<8>(edges, slope + begin);
  }
  return HWY_MAX(alpha_of_tiles(source.chroma, flat, kChromaTiles), alpha_of_tiles(source.chroma, slope, kChromaTiles));
}

void analyse(Frame& frame, int row, Alphas& alphas) {
  SourceBlock source;
  for (int x = 0; x < frame.across; ++x) {
    load_source(frame.planes, x, row, source);
    const int luma = luma_alpha(frame.planes, x, row, source);
    const int chroma = chroma_alpha(frame.planes, x, row, source);
    const int mixed = 255 - ((3 * luma + chroma + 2) >> 2);
    const int alpha = mixed < 0 ? 0 : mixed;
    frame.at(x, row).alpha = static_cast<std::uint8_t>(alpha);
    ++alphas.counts[static_cast<std::size_t>(alpha)];
    alphas.chroma_sum += chroma;
  }
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::detail::vp8 {
HWY_EXPORT(analyse);

void analyse_row(Frame& frame, int row, Alphas& alphas) {
  HWY_DYNAMIC_DISPATCH(analyse)(frame, row, alphas);
}

}  // namespace imagegen::detail::vp8
#endif
