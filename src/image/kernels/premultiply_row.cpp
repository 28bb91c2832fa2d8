#include "image/kernels/premultiply_row.hpp"

#include <cstddef>

#include "image/kernels/fixed_point.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/premultiply_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane, and no way to shuffle it
void premultiply_row_simd(const std::uint8_t* rgba, std::int16_t* out, std::size_t count) {
  premultiply_row_reference({rgba, count}, {out, count});
}
#else

// 128 / 255 in 16 fractional bits, rounded up: exact for every product with alpha 255, and within one unit of the
// fixed-point format for all others.
constexpr std::uint16_t kScale = 32897;

std::int16_t premultiplied(std::uint8_t sample, std::uint8_t alpha) {
  const std::uint32_t product = std::uint32_t{sample} * alpha * kScale;
  return static_cast<std::int16_t>(static_cast<std::int32_t>((product + 0x8000U) >> 16U) - kBias);
}

// Two pixels at a time: alpha is copied beside each of its colours, and beside itself stands 255.
void premultiply_row_simd(const std::uint8_t* HWY_RESTRICT rgba, std::int16_t* HWY_RESTRICT out, std::size_t count) {
  const hn::FixedTag<std::uint8_t, 8> d8;
  const hn::FixedTag<std::uint16_t, 8> d16;
  const hn::FixedTag<std::int16_t, 8> di16;
  const hn::FixedTag<std::uint8_t, 16> d8x16;
  alignas(16) constexpr std::uint8_t kAlphaOf[16] = {6, 7, 6, 7, 6, 7, 6, 7, 14, 15, 14, 15, 14, 15, 14, 15};
  alignas(16) constexpr std::uint16_t kAlphaLane[8] = {0, 0, 0, 255, 0, 0, 0, 255};
  const auto alpha_of = hn::Load(d8x16, kAlphaOf);
  const auto alpha_lane = hn::Load(d16, kAlphaLane);
  const auto scale = hn::Set(d16, kScale);
  const auto bias = hn::Set(d16, static_cast<std::uint16_t>(kBias));
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    const auto samples = hn::PromoteTo(d16, hn::LoadU(d8, rgba + i));
    const auto alpha = hn::BitCast(d16, hn::TableLookupBytes(hn::BitCast(d8x16, samples), alpha_of));
    const auto product = hn::Mul(samples, hn::Or(alpha, alpha_lane));
    const auto rounding = hn::ShiftRight<15>(hn::Mul(product, scale));  // the half that MulHigh cuts off, rounded
    const auto scaled = hn::Add(hn::MulHigh(product, scale), rounding);
    hn::StoreU(hn::BitCast(di16, hn::Sub(scaled, bias)), di16, out + i);
  }
  for (; i < count; ++i) out[i] = premultiplied(rgba[i], i % 4 == 3 ? 255 : rgba[i | 3U]);
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(premultiply_row_simd);

void premultiply_row(std::span<const std::uint8_t> rgba, std::span<std::int16_t> out) {
  HWY_DYNAMIC_DISPATCH(premultiply_row_simd)(rgba.data(), out.data(), rgba.size());
}

void premultiply_row_reference(std::span<const std::uint8_t> rgba, std::span<std::int16_t> out) {
  for (std::size_t i = 0; i < rgba.size(); ++i) {
    const std::uint32_t alpha = i % 4 == 3 ? 255 : rgba[i | 3U];
    const std::uint32_t scaled = (rgba[i] * alpha * 32897U + 0x8000U) >> 16U;
    out[i] = static_cast<std::int16_t>(static_cast<std::int32_t>(scaled) - kBias);
  }
}

}  // namespace imagegen::kernels
#endif
