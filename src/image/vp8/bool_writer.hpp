#pragma once
#include <imagegen/core/bytes.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

namespace imagegen::detail::vp8 {

/// The boolean entropy encoder of RFC 6386, section 7.
class BoolWriter {
 public:
  /// \param probability That of a 0, in 1/256; at least 1.
  bool put(bool bit, int probability) {
    const std::uint32_t split = 1 + (((range_ - 1) * static_cast<std::uint32_t>(probability)) >> 8U);
    low_ += bit ? split : 0;
    range_ = bit ? range_ - split : split;
    const int shift = std::countl_zero(range_) - 24;
    range_ <<= shift;
    low_ <<= shift;
    pending_ += shift;
    if (pending_ >= kFlushBits) flush();
    return bit;
  }

  void put_bits(std::uint32_t value, int count) {
    while (count-- > 0) put((value >> count & 1U) != 0, 128);
  }

  /// A flag for "not zero", then the magnitude, then the sign.
  void put_optional_signed(int value, int bits) {
    if (!put(value != 0, 128)) return;
    put_bits(static_cast<std::uint32_t>(value < 0 ? -value : value), bits);
    put(value < 0, 128);
  }

  /// Writes what is pending. Nothing may be put afterwards.
  const Bytes& finish();

 private:
  static constexpr int kFlushBits = 32;

  void flush();

  // low_ holds the 8 bits of the window below `pending_` finished ones, and above those a carry.
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 255;
  int pending_ = 0;
  Bytes bytes_;
};

}  // namespace imagegen::detail::vp8
