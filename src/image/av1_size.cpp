#include "image/av1_size.hpp"

#include <algorithm>

namespace imagegen::detail {
namespace {

// Past the end all bits are 0.
class BitReader {
 public:
  explicit BitReader(ByteView data) : data_(data) {}

  std::uint32_t bits(unsigned count) noexcept {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < count; ++i, ++at_) {
      const std::uint32_t byte = at_ / 8 < data_.size() ? data_[at_ / 8] : 0U;
      value = value << 1U | (byte >> (7 - at_ % 8) & 1U);
    }
    return value;
  }
  bool flag() noexcept { return bits(1) != 0; }
  bool at_end() const noexcept { return at_ / 8 >= data_.size(); }

 private:
  ByteView data_;
  std::size_t at_ = 0;
};

// Returns the bits of a delay of the decoder model; 0 where there is no model.
unsigned skip_timing(BitReader& bits) {
  bits.bits(32), bits.bits(32);
  if (bits.flag()) {  // equal intervals: a number in uvlc()
    unsigned zeros = 0;
    while (!bits.at_end() && !bits.flag()) ++zeros;
    if (zeros < 32) bits.bits(zeros);
  }
  if (!bits.flag()) return 0;
  const unsigned delay_bits = bits.bits(5) + 1;
  bits.bits(32), bits.bits(10);
  return delay_bits;
}

void skip_operating_points(BitReader& bits) {
  const unsigned delay_bits = bits.flag() ? skip_timing(bits) : 0;
  const bool has_display_delay = bits.flag();
  const unsigned points = bits.bits(5) + 1;
  for (unsigned i = 0; i < points; ++i) {
    bits.bits(12);
    if (bits.bits(5) > 7) bits.flag();
    if (delay_bits > 0 && bits.flag()) bits.bits(delay_bits), bits.bits(delay_bits), bits.flag();
    if (has_display_delay && bits.flag()) bits.bits(4);
  }
}

std::uint64_t frame_of_sequence(ByteView header) {
  BitReader bits(header);
  bits.bits(4);  // profile, still picture
  if (bits.flag())
    bits.bits(5);  // a reduced header
  else
    skip_operating_points(bits);
  const unsigned width_bits = bits.bits(4) + 1;
  const unsigned height_bits = bits.bits(4) + 1;
  const std::uint64_t width = bits.bits(width_bits);
  return (width + 1) * (std::uint64_t{bits.bits(height_bits)} + 1);
}

// leb128; moves `data` behind it.
std::uint64_t take_length(ByteView& data) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8 && !data.empty(); ++i) {
    const std::uint8_t byte = data.front();
    data = data.subspan(1);
    value |= std::uint64_t{byte & 0x7FU} << (7 * i);
    if ((byte & 0x80U) == 0) break;
  }
  return value;
}

}  // namespace

std::uint64_t largest_av1_frame(ByteView data) {
  constexpr unsigned kSequenceHeader = 1;
  std::uint64_t largest = 0;
  while (!data.empty()) {
    const unsigned header = data.front();
    data = data.subspan(std::min<std::size_t>((header & 4U) != 0 ? 2 : 1, data.size()));
    const std::uint64_t length = (header & 2U) != 0 ? take_length(data) : data.size();
    const auto body = data.first(static_cast<std::size_t>(std::min<std::uint64_t>(length, data.size())));
    if ((header >> 3U & 15U) == kSequenceHeader) largest = std::max(largest, frame_of_sequence(body));
    data = data.subspan(body.size());
  }
  return largest;
}

}  // namespace imagegen::detail
