#include "image/vp8/record.hpp"

#include <cstring>

#include "image/vp8/source.hpp"

namespace imagegen::detail::vp8 {
namespace {

void record_block(const Quantised& block, BlockType type, int first, std::uint8_t& above, std::uint8_t& left,
                  TokenBuffer& tokens) {
  tokens.record(block.levels, type, first, last_of(block), above + left);
  above = left = block.used != 0 ? 1 : 0;
}

void copy_tiles(const std::uint8_t* tiles, std::size_t tiles_across, std::size_t stride, std::uint8_t* out) {
  for (std::size_t i = 0; i < tiles_across * tiles_across; ++i)
    for (std::size_t y = 0; y < 4; ++y)
      std::memcpy(out + (i / tiles_across * 4 + y) * stride + i % tiles_across * 4, tiles + i * kTile + y * 4, 4);
}

void record_luma(const Quantised& y2, const Quantised* blocks, bool whole, NonEmpty& above, NonEmpty& left,
                 TokenBuffer& tokens) {
  if (whole) record_block(y2, kY2, 0, above[kNonEmptyY2], left[kNonEmptyY2], tokens);
  const BlockType type = whole ? kLumaAfterY2 : kLuma;
  for (std::size_t i = 0; i < 16; ++i) record_block(blocks[i], type, whole ? 1 : 0, above[i % 4], left[i / 4], tokens);
}

void record_chroma(const Quantised* blocks, NonEmpty& above, NonEmpty& left, TokenBuffer& tokens) {
  for (std::size_t i = 0; i < 8; ++i) {
    const std::size_t plane = 4 + i / 4 * 2;
    record_block(blocks[i], kChroma, 0, above[plane + i % 2], left[plane + i / 2 % 2], tokens);
  }
}

// Luma in parts says nothing about Y2.
void clear(NonEmpty& flags, bool whole) {
  const std::uint8_t y2 = whole ? 0 : flags[kNonEmptyY2];
  flags = {};
  flags[kNonEmptyY2] = y2;
}

}  // namespace

void record(const Macroblock& macroblock, const Quantised& y2, const Quantised* luma, const Quantised* chroma,
            NonEmpty& above, NonEmpty& left, TokenBuffer& tokens) {
  if (macroblock.empty) {
    clear(above, macroblock.whole);
    clear(left, macroblock.whole);
    return;
  }
  record_luma(y2, luma, macroblock.whole, above, left, tokens);
  record_chroma(chroma, above, left, tokens);
}

void reconstruct(Frame& frame, int x, int y, const std::uint8_t* luma, const std::uint8_t* chroma) {
  Reconstruction& out = *frame.reconstruction;
  const auto across = static_cast<std::size_t>(frame.across), column = static_cast<std::size_t>(x);
  const auto row = static_cast<std::size_t>(y);
  copy_tiles(luma, 4, across * 16, out.y.data() + (row * across * 16 + column) * 16);
  copy_tiles(chroma, 2, across * 8, out.u.data() + (row * across * 8 + column) * 8);
  copy_tiles(chroma + 4 * kTile, 2, across * 8, out.v.data() + (row * across * 8 + column) * 8);
}

}  // namespace imagegen::detail::vp8
