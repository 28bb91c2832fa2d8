#include "image/kernels/split_rgb_row.hpp"

#include <cstddef>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/split_rgb_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>

#ifndef IMAGEGEN_SPLIT_RGB_WEIGHTS
#define IMAGEGEN_SPLIT_RGB_WEIGHTS
namespace imagegen::kernels {

// ITU-T T.871 (JFIF), in 1/16384. Those of the brightness sum to 1, those of a colour to 0, so grey stays exactly grey.
struct SplitWeights {
  std::int16_t red, green, blue;
  std::int32_t offset;  ///< The middle of the range, and the half that rounds.
};
inline constexpr int kSplitBits = 14;
inline constexpr SplitWeights kSplitY{4899, 9617, 1868, 1 << (kSplitBits - 1)};
inline constexpr SplitWeights kSplitCb{-2765, -5427, 8192, (128 << kSplitBits) + (1 << (kSplitBits - 1)) - 1};
inline constexpr SplitWeights kSplitCr{8192, -6860, -1332, (128 << kSplitBits) + (1 << (kSplitBits - 1)) - 1};

}  // namespace imagegen::kernels
#endif

HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane, and no way to shuffle it
void split_rgb_row_simd(const std::uint8_t* rgb, std::size_t pixels, std::uint8_t* y, std::uint8_t* cb,
                        std::uint8_t* cr) {
  split_rgb_row_reference({rgb, 3 * pixels}, y, cb, cr);
}
#else

// red * w.red + green * w.green + blue * w.blue + w.offset of half a vector of pixels, in steps of 1.
template <class D16, class V16 = hn::Vec<D16>, class D32 = hn::RepartitionToWide<D16> >
hn::Vec<D32> mix(D16 d16, V16 red_green, V16 blue_zero, const SplitWeights& weights) {
  const D32 d32;
  const auto pair_of = [&](int first, int second) {
    return hn::BitCast(d16, hn::Set(d32, static_cast<std::int32_t>((static_cast<std::uint32_t>(second) << 16U) |
                                                                   (static_cast<std::uint32_t>(first) & 0xFFFFU))));
  };
  auto other = hn::Zero(d32);
  auto sum = hn::ReorderWidenMulAccumulate(d32, red_green, pair_of(weights.red, weights.green), hn::Zero(d32), other);
  sum = hn::ReorderWidenMulAccumulate(d32, blue_zero, pair_of(weights.blue, 0), sum, other);
  return hn::ShiftRight<kSplitBits>(hn::Add(hn::RearrangeToOddPlusEven(sum, other), hn::Set(d32, weights.offset)));
}

// Sixteen pixels, eight at a time: one 128-bit block of 16-bit samples, so that interleaving keeps their order.
template <class V8>
void split_block(V8 red, V8 green, V8 blue, const SplitWeights& weights, std::uint8_t* out) {
  const hn::FixedTag<std::uint8_t, 16> d8;
  const hn::FixedTag<std::uint8_t, 8> d_half;
  const hn::FixedTag<std::int16_t, 8> d16;
  const hn::FixedTag<std::int16_t, 4> d16_half;
  const auto half_of = [&](auto r, auto g, auto b) {
    const auto red16 = hn::PromoteTo(d16, r);
    const auto green16 = hn::PromoteTo(d16, g);
    const auto blue16 = hn::PromoteTo(d16, b);
    const auto zero = hn::Zero(d16);
    const auto lower =
        mix(d16, hn::InterleaveLower(d16, red16, green16), hn::InterleaveLower(d16, blue16, zero), weights);
    const auto upper =
        mix(d16, hn::InterleaveUpper(d16, red16, green16), hn::InterleaveUpper(d16, blue16, zero), weights);
    const auto words = hn::Combine(d16, hn::DemoteTo(d16_half, upper), hn::DemoteTo(d16_half, lower));
    return hn::DemoteTo(d_half, words);
  };
  const auto first = half_of(hn::LowerHalf(d_half, red), hn::LowerHalf(d_half, green), hn::LowerHalf(d_half, blue));
  const auto second = half_of(hn::UpperHalf(d_half, red), hn::UpperHalf(d_half, green), hn::UpperHalf(d_half, blue));
  hn::StoreU(hn::Combine(d8, second, first), d8, out);
}

void split_rgb_row_simd(const std::uint8_t* HWY_RESTRICT rgb, std::size_t pixels, std::uint8_t* HWY_RESTRICT y,
                        std::uint8_t* HWY_RESTRICT cb, std::uint8_t* HWY_RESTRICT cr) {
  const hn::FixedTag<std::uint8_t, 16> d8;
  std::size_t i = 0;
  for (; i + 16 <= pixels; i += 16) {
    hn::Vec<decltype(d8)> red, green, blue;
    hn::LoadInterleaved3(d8, rgb + 3 * i, red, green, blue);
    split_block(red, green, blue, kSplitY, y + i);
    split_block(red, green, blue, kSplitCb, cb + i);
    split_block(red, green, blue, kSplitCr, cr + i);
  }
  split_rgb_row_reference({rgb + 3 * i, 3 * (pixels - i)}, y + i, cb + i, cr + i);
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(split_rgb_row_simd);

void split_rgb_row(std::span<const std::uint8_t> rgb, std::uint8_t* y, std::uint8_t* cb, std::uint8_t* cr) {
  HWY_DYNAMIC_DISPATCH(split_rgb_row_simd)(rgb.data(), rgb.size() / 3, y, cb, cr);
}

void split_rgb_row_reference(std::span<const std::uint8_t> rgb, std::uint8_t* y, std::uint8_t* cb, std::uint8_t* cr) {
  const auto mixed = [](const std::uint8_t* pixel, const SplitWeights& weights) {
    const std::int32_t sum = pixel[0] * weights.red + pixel[1] * weights.green + pixel[2] * weights.blue;
    const std::int32_t value = (sum + weights.offset) >> kSplitBits;
    return static_cast<std::uint8_t>(value > 255 ? 255 : value);
  };
  for (std::size_t i = 0; i < rgb.size() / 3; ++i) {
    y[i] = mixed(&rgb[3 * i], kSplitY);
    cb[i] = mixed(&rgb[3 * i], kSplitCb);
    cr[i] = mixed(&rgb[3 * i], kSplitCr);
  }
}

}  // namespace imagegen::kernels
#endif
