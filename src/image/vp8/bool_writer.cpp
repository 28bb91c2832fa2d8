#include "image/vp8/bool_writer.hpp"

namespace imagegen::detail::vp8 {

// Takes the upper 32 finished bits out of low_. A carry is added to what was written: bytes of 255 pass it on.
void BoolWriter::flush() {
  const int keep = 8 + pending_ - kFlushBits;
  const std::uint64_t done = low_ >> keep;
  low_ -= done << keep;
  pending_ -= kFlushBits;
  if ((done >> 32U) != 0) {
    auto last = bytes_.rbegin();
    while (++*last == 0) ++last;
  }
  for (int shift = 24; shift >= 0; shift -= 8) bytes_.push_back(static_cast<std::uint8_t>(done >> shift));
}

const Bytes& BoolWriter::finish() {
  // What a reader needs for the last bit, and one byte more, because libwebp takes a read past the end for damage.
  const std::size_t needed = bytes_.size() + static_cast<std::size_t>(pending_ + 8 + 7) / 8 + 1;
  while (bytes_.size() < needed) put_bits(0, 24);  // zeros add nothing, so that every carry is done by then
  bytes_.resize(needed);
  return bytes_;
}

}  // namespace imagegen::detail::vp8
