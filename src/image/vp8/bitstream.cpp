#include "image/vp8/bitstream.hpp"

#include <algorithm>

#include "image/vp8/bool_writer.hpp"
#include "image/vp8/modes.hpp"

// RFC 6386, sections 9 and 19, and the container of RFC 9649.
namespace imagegen::detail::vp8 {
namespace {

constexpr std::size_t kFrameHeader = 10, kChunkHeader = 8, kRiffHeader = 12;
constexpr std::size_t kLargestFirstPartition = (1U << 19U) - 1, kLargestFile = 0xFFFFFFF0U;

void put_segments(const Frame& frame, const SegmentProbs& probs, BoolWriter& out) {
  if (!out.put(frame.segment_count > 1, 128)) return;
  out.put(true, 128);  // a map follows
  out.put(true, 128);  // and data,
  out.put(true, 128);  // which replace what would hold otherwise
  for (const Segment& segment : frame.segments) out.put_optional_signed(segment.index, 7);
  for (const Segment& segment : frame.segments) out.put_optional_signed(segment.filter, 6);
  for (const std::uint8_t prob : probs)
    if (out.put(prob != 255, 128)) out.put_bits(prob, 8);
}

void put_filter(const Frame& frame, BoolWriter& out) {
  int level = 0;
  for (const Segment& segment : frame.segments) level = std::max(level, segment.filter);
  out.put(false, 128);  // the normal filter, not the simple one
  out.put_bits(static_cast<std::uint32_t>(level), 6);
  out.put_bits(0, 3);   // sharpness
  out.put(false, 128);  // no changes by mode
}

void put_quantisers(const Frame& frame, BoolWriter& out) {
  out.put_bits(static_cast<std::uint32_t>(frame.segments[0].index), 7);
  for (const int delta : {0, 0, 0, frame.deltas.dc, frame.deltas.ac}) out.put_optional_signed(delta, 4);
}

void put_probs(const TokenProbs& probs, BoolWriter& out) {
  for (std::size_t type = 0; type < kBlockTypes; ++type)
    for (std::size_t band = 0; band < kBands; ++band)
      for (std::size_t ctx = 0; ctx < kContexts; ++ctx)
        for (std::size_t i = 0; i < kTokenProbs; ++i) {
          const std::uint8_t prob = probs[type][band][ctx][i];
          if (out.put(prob != kDefaultProbs[type][band][ctx][i], kProbUpdateProbs[type][band][ctx][i]))
            out.put_bits(prob, 8);
        }
}

void put_first_partition(const Frame& frame, const TokenProbs& probs, BoolWriter& out) {
  const ModeProbs mode_probs = mode_probs_of(frame);
  out.put_bits(0, 2);  // colour space, clamping needed
  put_segments(frame, mode_probs.segments, out);
  put_filter(frame, out);
  out.put_bits(0, 2);  // one partition of coefficients
  put_quantisers(frame, out);
  out.put(false, 128);  // probabilities hold for this frame only
  put_probs(probs, out);
  if (out.put(mode_probs.coded_block != 0, 128)) out.put_bits(mode_probs.coded_block, 8);
  put_modes(frame, mode_probs, out);
}

void put_little_endian(std::uint64_t value, int bytes, Bytes& out) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void put_text(std::string_view text, Bytes& out) {
  out.insert(out.end(), text.begin(), text.end());
}

void put_frame_header(const Frame& frame, std::size_t first_partition, Bytes& out) {
  constexpr std::uint32_t kShown = 1U << 4U;  // a key frame of profile 0
  put_little_endian(kShown | static_cast<std::uint32_t>(first_partition) << 5U, 3, out);
  put_little_endian(0x2A019D, 3, out);  // the start code
  put_little_endian(static_cast<std::uint64_t>(frame.planes.size.width), 2, out);
  put_little_endian(static_cast<std::uint64_t>(frame.planes.size.height), 2, out);
}

}  // namespace

Result<Bytes> write_file(const Frame& frame) {
  const TokenProbs probs = best_probs(frame.tokens.counts());
  BoolWriter first, second;
  put_first_partition(frame, probs, first);
  frame.tokens.write(probs, second);
  const Bytes &head = first.finish(), &coefficients = second.finish();
  const std::size_t chunk = kFrameHeader + head.size() + coefficients.size(), padding = chunk & 1U;
  if (head.size() > kLargestFirstPartition || chunk > kLargestFile)
    return Error(Errc::limit_exceeded, "WebP: the picture does not fit the format");
  Bytes file;
  file.reserve(kRiffHeader + kChunkHeader + chunk + padding);
  put_text("RIFF", file);
  put_little_endian(4 + kChunkHeader + chunk + padding, 4, file);
  put_text("WEBPVP8 ", file);
  put_little_endian(chunk + padding, 4, file);
  put_frame_header(frame, head.size(), file);
  file.insert(file.end(), head.begin(), head.end());
  file.insert(file.end(), coefficients.begin(), coefficients.end());
  file.insert(file.end(), padding, 0);
  return file;
}

}  // namespace imagegen::detail::vp8
