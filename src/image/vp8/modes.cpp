#include "image/vp8/modes.hpp"

#include <algorithm>
#include <vector>

namespace imagegen::detail::vp8 {
namespace {

std::uint8_t prob_of(std::uint64_t zeros, std::uint64_t ones) {
  const std::uint64_t total = zeros + ones;
  return total == 0 ? 255 : static_cast<std::uint8_t>(std::max<std::uint64_t>((255 * zeros + total / 2) / total, 1));
}

void put_segment(int segment, const SegmentProbs& probs, BoolWriter& out) {
  const bool upper = out.put(segment >= 2, probs[0]);
  out.put((segment & 1) != 0, probs[upper ? 2 : 1]);
}

void put_whole_mode(int mode, BoolWriter& out) {
  if (out.put(mode == kTrueMotion || mode == kHorizontal, 156))
    out.put(mode == kTrueMotion, 128);
  else
    out.put(mode == kVertical, 163);
}

void put_chroma_mode(int mode, BoolWriter& out) {
  if (!out.put(mode != kDc, 142)) return;
  if (out.put(mode != kVertical, 114)) out.put(mode != kHorizontal, 183);
}

void put_sub_mode(int mode, const std::uint8_t* probs, BoolWriter& out) {
  if (!out.put(mode != kSubDc, probs[0])) return;
  if (!out.put(mode != kSubTrueMotion, probs[1])) return;
  if (!out.put(mode != kSubVertical, probs[2])) return;
  if (!out.put(mode >= kSubLeftDown, probs[3])) {
    if (out.put(mode != kSubHorizontal, probs[4])) out.put(mode != kSubRightDown, probs[5]);
  } else if (out.put(mode != kSubLeftDown, probs[6])) {
    if (out.put(mode != kSubVerticalLeft, probs[7])) out.put(mode != kSubHorizontalDown, probs[8]);
  }
}

using Four = std::array<std::uint8_t, 4>;

void put_luma_modes(const Macroblock& block, Four above, Four left, BoolWriter& out) {
  if (out.put(block.whole, 145)) return put_whole_mode(block.modes[0], out);
  for (std::size_t i = 0; i < 16; ++i) {
    std::uint8_t &up = above[i % 4], &before = left[i / 4];
    put_sub_mode(block.modes[i], kSubModeProbs[up][before], out);
    up = before = block.modes[i];
  }
}

}  // namespace

ModeProbs mode_probs_of(const Frame& frame) {
  std::array<std::uint64_t, kSegments> counts{};
  std::uint64_t empty = 0;
  for (const Macroblock& block : frame.macroblocks) {
    ++counts[block.segment];
    empty += block.empty ? 1 : 0;
  }
  ModeProbs probs;
  probs.segments = {prob_of(counts[0] + counts[1], counts[2] + counts[3]), prob_of(counts[0], counts[1]),
                    prob_of(counts[2], counts[3])};
  if (empty > 0) probs.coded_block = prob_of(frame.macroblocks.size() - empty, empty);
  return probs;
}

void put_modes(const Frame& frame, const ModeProbs& probs, BoolWriter& out) {
  std::vector<Four> above(static_cast<std::size_t>(frame.across), Four{});
  auto block = frame.macroblocks.begin();
  for (int y = 0; y < frame.down; ++y) {
    Four left{};
    for (Four& up : above) {
      if (frame.segment_count > 1) put_segment(block->segment, probs.segments, out);
      if (probs.coded_block != 0) out.put(block->empty, probs.coded_block);
      put_luma_modes(*block, up, left, out);
      put_chroma_mode(block->chroma_mode, out);
      for (std::size_t i = 0; i < 4; ++i) {
        up[i] = block->modes[12 + i];
        left[i] = block->modes[4 * i + 3];
      }
      ++block;
    }
  }
}

}  // namespace imagegen::detail::vp8
