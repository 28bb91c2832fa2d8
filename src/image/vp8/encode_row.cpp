#include "image/vp8/encode_row.hpp"

#include <algorithm>
#include <cstring>

#include "image/vp8/record.hpp"
#include "image/vp8/source.hpp"
#include "image/vp8/y2_transform.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/vp8/encode_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include "image/vp8/chroma-inl.hpp"
#include "image/vp8/luma_parts-inl.hpp"
#include "image/vp8/luma_whole-inl.hpp"
HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

// What the macroblock on the left leaves behind.
struct Left {
  std::array<std::uint8_t, 16> y;
  std::array<std::uint8_t, 8> u, v;
  std::array<std::uint8_t, 3> corners;  // the pixels above those, by plane
  std::array<std::uint8_t, 4> modes{};
  NonEmpty non_empty{};
  CarriedErrors errors{};
};

HWY_INLINE Left left_of_row(int row) {
  Left left;
  left.y.fill(129);
  left.u.fill(129);
  left.v.fill(129);
  left.corners.fill(row > 0 ? 129 : 127);
  return left;
}

template <std::size_t kSide>
HWY_INLINE void set_edges(const std::array<std::uint8_t, kSide>& top, const std::array<std::uint8_t, kSide>& left,
                          std::uint8_t corner, int x, int row, Edges& edges) {
  std::memcpy(edges.top, top.data(), kSide);
  std::memcpy(edges.left, left.data(), kSide);
  edges.corner = corner;
  edges.has_top = row > 0;
  edges.has_left = x > 0;
}

// The four columns on the right of the canvas are those above, also for the lower parts.
HWY_INLINE void set_canvas(const Edges& edges, const std::uint8_t* above_right, std::uint8_t* canvas) {
  canvas[15] = edges.corner;
  std::memcpy(canvas + 16, edges.top, 16);
  for (std::size_t y = 0; y < 16; y += 4) std::memcpy(canvas + y * kCanvasStride + 32, above_right, 4);
  for (std::size_t y = 0; y < 16; ++y) canvas[kCanvasOrigin + y * kCanvasStride - 1] = edges.left[y];
}

HWY_INLINE void enter(Frame& frame, int x, int row, const Left& left, Work& work) {
  const Above& above = frame.above[static_cast<std::size_t>(x)];
  load_source(frame.planes, x, row, work.source);
  set_edges(above.y, left.y, left.corners[0], x, row, work.luma);
  set_edges(above.u, left.u, left.corners[1], x, row, work.u);
  set_edges(above.v, left.v, left.corners[2], x, row, work.v);
  std::uint8_t right[4];
  if (row > 0 && x + 1 == frame.across)
    std::memset(right, above.y[15], 4);
  else
    std::memcpy(right, frame.above[static_cast<std::size_t>(x) + 1].y.data(), 4);
  set_canvas(work.luma, right, work.canvas);
  work.segment = &frame.segments[frame.at(x, row).segment];
  work.above = above.non_empty;
  work.left = left.non_empty;
  work.above_modes = above.modes;
  work.left_modes = left.modes;
  work.above_errors = above.errors;
  work.left_errors = left.errors;
}

// The last row and column of tiles `across` wide.
template <std::size_t kSide>
HWY_INLINE void keep_borders(const std::uint8_t* tiles, std::array<std::uint8_t, kSide>& bottom,
                             std::array<std::uint8_t, kSide>& right, std::uint8_t& corner) {
  constexpr std::size_t kAcross = kSide / 4;
  corner = bottom[kSide - 1];
  for (std::size_t i = 0; i < kAcross; ++i) {
    std::memcpy(bottom.data() + 4 * i, tiles + ((kAcross - 1) * kAcross + i) * kTile + 12, 4);
    for (std::size_t y = 0; y < 4; ++y) right[4 * i + y] = tiles[(i * kAcross + kAcross - 1) * kTile + 4 * y + 3];
  }
}

HWY_INLINE void leave(const Macroblock& block, const LumaChoice& luma, const ChromaChoice& chroma, Above& above,
                      Left& left) {
  keep_borders(luma.pixels, above.y, left.y, left.corners[0]);
  keep_borders(chroma.pixels, above.u, left.u, left.corners[1]);
  keep_borders(chroma.pixels + 4 * kTile, above.v, left.v, left.corners[2]);
  above.errors = chroma.above_errors;
  left.errors = chroma.left_errors;
  for (std::size_t i = 0; i < 4; ++i) {
    above.modes[i] = block.modes[12 + i];
    left.modes[i] = block.modes[4 * i + 3];
  }
}

// Luma at once or in parts, whichever scores better.
HWY_INLINE LumaChoice* choose_luma(Work& work, LumaChoice* three, bool& whole) {
  alignas(16) int textures[kLumaTiles];
  for (int i = 0; i < kLumaTiles; ++i) textures[i] = texture(work.source.luma + i * kTile);
  LumaChoice* best = choose_whole(work, textures, three);
  whole = !choose_parts(work, textures, best->total, three[2]);
  return whole ? best : three + 2;
}

HWY_INLINE void describe(const LumaChoice& luma, const ChromaChoice& chroma, bool whole, Macroblock& block) {
  block.whole = whole;
  block.chroma_mode = chroma.mode;
  if (whole)
    block.modes.fill(luma.modes[0]);
  else
    std::copy_n(luma.modes, 16, block.modes.begin());
  std::uint32_t used = whole ? luma.y2.used : 0;
  for (const Quantised& part : luma.blocks) used |= part.used;
  block.empty = used == 0 && chroma.empty;
}

void encode(Frame& frame, int row) {
  Left left = left_of_row(row);
  Work work{};
  work.costs = &frame.costs;
  work.carry_errors = frame.quality <= 98;
  LumaChoice luma_choices[3];
  ChromaChoice chroma_choices[2]{};
  for (int x = 0; x < frame.across; ++x) {
    enter(frame, x, row, left, work);
    bool whole = false;
    const LumaChoice& luma = *choose_luma(work, luma_choices, whole);
    const ChromaChoice& chroma = *choose_chroma(work, chroma_choices);
    Macroblock& block = frame.at(x, row);
    Above& above = frame.above[static_cast<std::size_t>(x)];
    describe(luma, chroma, whole, block);
    record(block, luma.y2, luma.blocks, chroma.blocks, above.non_empty, left.non_empty, frame.tokens);
    if (frame.reconstruction != nullptr) reconstruct(frame, x, row, luma.pixels, chroma.pixels);
    leave(block, luma, chroma, above, left);
  }
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::detail::vp8 {
HWY_EXPORT(encode);

void encode_row(Frame& frame, int row) {
  HWY_DYNAMIC_DISPATCH(encode)(frame, row);
}

}  // namespace imagegen::detail::vp8
#endif
