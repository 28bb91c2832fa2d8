#include "image/kernels/resample_row.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>

#include "image/kernels/fixed_point.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/resample_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane, and no way to shuffle it
void resample_row_simd(const std::int16_t* row, const RowTaps& taps, int channels, std::int16_t* out) {
  resample_row_reference(row, taps, channels, out);
}
#else

// Brings channel c of two neighbouring pixels side by side: lanes a0 b0 c0 [d0] a1 b1 c1 [d1] become a0 a1 b0 b1 ...
template <int kChannels>
hn::Vec<hn::FixedTag<std::uint8_t, 16> > pairing() {
  alignas(16) std::uint8_t order[16];
  for (int lane = 0; lane < 8; ++lane) {
    const int channel = std::min(lane / 2, kChannels - 1);
    const int source = 2 * (channel + (lane % 2) * kChannels);
    order[2 * lane] = static_cast<std::uint8_t>(source);
    order[2 * lane + 1] = static_cast<std::uint8_t>(source + 1);
  }
  return hn::Load(hn::FixedTag<std::uint8_t, 16>(), order);
}

// One output pixel after the other, two taps at a time, all channels at once. 128-bit vectors on every target, because
// a pixel has no more than four 32-bit sums; lanes past the last channel hold rubbish that the next pixel overwrites.
template <int kChannels>
void resample_pixels(const std::int16_t* HWY_RESTRICT row, const RowTaps& taps, std::int16_t* HWY_RESTRICT out) {
  const hn::FixedTag<std::int16_t, 8> d16;
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<std::int16_t, 4> d_out;
  const hn::FixedTag<std::uint8_t, 16> d8;
  const auto order = pairing<kChannels>();
  const auto half = hn::Set(d32, 1 << (kWeightBits - 1));
  const std::int16_t* weights = taps.weights;
  for (std::size_t i = 0; i < taps.starts.size(); ++i, weights += taps.taps) {
    const std::int16_t* from = row + std::ptrdiff_t{taps.starts[i]} * kChannels;
    auto sum = hn::Zero(d32), other = sum;
    for (int k = 0; k < taps.taps; k += 2) {
      std::int32_t pair;
      std::memcpy(&pair, weights + k, sizeof pair);
      const auto samples = hn::TableLookupBytes(hn::BitCast(d8, hn::LoadU(d16, from + k * kChannels)), order);
      sum = hn::ReorderWidenMulAccumulate(d32, hn::BitCast(d16, samples), hn::BitCast(d16, hn::Set(d32, pair)), sum,
                                          other);
    }
    const auto pixel = hn::ShiftRight<kWeightBits>(hn::Add(hn::RearrangeToOddPlusEven(sum, other), half));
    hn::StoreU(hn::DemoteTo(d_out, pixel), d_out, out + static_cast<std::ptrdiff_t>(i) * kChannels);
  }
}

void resample_row_simd(const std::int16_t* row, const RowTaps& taps, int channels, std::int16_t* out) {
  if (channels == 3) return resample_pixels<3>(row, taps, out);
  if (channels == 4) return resample_pixels<4>(row, taps, out);
  resample_pixels<1>(row, taps, out);
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(resample_row_simd);

void resample_row(const std::int16_t* row, const RowTaps& taps, int channels, std::int16_t* out) {
  HWY_DYNAMIC_DISPATCH(resample_row_simd)(row, taps, channels, out);
}

void resample_row_reference(const std::int16_t* row, const RowTaps& taps, int channels, std::int16_t* out) {
  for (std::size_t i = 0; i < taps.starts.size(); ++i) {
    const auto* weights = taps.weights + i * static_cast<std::size_t>(taps.taps);
    for (int c = 0; c < channels; ++c) {
      std::int32_t sum = 1 << (kWeightBits - 1);
      for (int k = 0; k < taps.taps; ++k) sum += weights[k] * row[(taps.starts[i] + k) * channels + c];
      *out++ = static_cast<std::int16_t>(std::clamp(sum >> kWeightBits, -32768, 32767));
    }
  }
}

}  // namespace imagegen::kernels
#endif
