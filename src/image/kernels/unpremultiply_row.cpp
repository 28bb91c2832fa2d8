#include "image/kernels/unpremultiply_row.hpp"

#include <algorithm>
#include <cstddef>

#include "image/kernels/fixed_point.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/unpremultiply_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane, and no way to shuffle it
void unpremultiply_row_simd(const std::int16_t* row, std::uint8_t* rgba, std::size_t count) {
  unpremultiply_row_reference({row, count}, {rgba, count});
}
#else

constexpr std::int32_t kOpaque = 255 << kExtraBits;

// One pixel in four lanes. Nothing is clamped before the division: beside an edge alpha rings as the colours do, and
// they are in step only as long as both may pass the range. Dividing in float is exact here: numerators stay below
// 2^24, and a quotient below 256 that is not whole is further from the next whole number than float rounds.
void unpremultiply_row_simd(const std::int16_t* HWY_RESTRICT row, std::uint8_t* HWY_RESTRICT rgba, std::size_t count) {
  const hn::FixedTag<std::int16_t, 4> d16;
  const hn::FixedTag<std::int32_t, 4> d32;
  const hn::FixedTag<float, 4> df;
  const hn::FixedTag<std::uint8_t, 4> d8;
  const auto bias = hn::Set(d32, kBias);
  const auto zero = hn::Zero(d32);
  const auto opaque = hn::Set(d32, kOpaque);
  const auto is_alpha = hn::Eq(hn::Iota(d32, 0), hn::Set(d32, 3));
  for (std::size_t i = 0; i + 4 <= count; i += 4) {
    const auto wide = hn::Add(hn::PromoteTo(d32, hn::LoadU(d16, row + i)), bias);
    const auto samples = hn::Max(wide, zero);
    const auto alpha = hn::Broadcast<3>(samples);
    // The alpha lane divides by "opaque" instead, which rounds it like any other sample.
    const auto divisor = hn::IfThenElse(is_alpha, opaque, hn::Max(alpha, hn::Set(d32, 1)));
    const auto numerator = hn::Add(hn::Mul(samples, hn::Set(d32, 255)), hn::ShiftRight<1>(divisor));
    const auto quotient = hn::ConvertTo(d32, hn::Div(hn::ConvertTo(df, numerator), hn::ConvertTo(df, divisor)));
    const auto visible = hn::Gt(alpha, hn::Set(d32, (1 << (kExtraBits - 1)) - 1));
    const auto pixel = hn::IfThenElseZero(visible, hn::Min(quotient, hn::Set(d32, 255)));
    hn::StoreU(hn::DemoteTo(d8, pixel), d8, rgba + i);
  }
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(unpremultiply_row_simd);

void unpremultiply_row(std::span<const std::int16_t> row, std::span<std::uint8_t> rgba) {
  HWY_DYNAMIC_DISPATCH(unpremultiply_row_simd)(row.data(), rgba.data(), row.size());
}

void unpremultiply_row_reference(std::span<const std::int16_t> row, std::span<std::uint8_t> rgba) {
  constexpr int kOpaque = 255 << kExtraBits;
  for (std::size_t i = 0; i + 4 <= row.size(); i += 4) {
    const int alpha = std::max(row[i + 3] + kBias, 0);
    const bool visible = alpha >= 1 << (kExtraBits - 1);
    for (std::size_t c = 0; c < 4; ++c) {
      const int sample = std::max(row[i + c] + kBias, 0);
      const int divisor = c == 3 ? kOpaque : std::max(alpha, 1);
      const int straight = std::min((sample * 255 + divisor / 2) / divisor, 255);
      rgba[i + c] = static_cast<std::uint8_t>(visible ? straight : 0);
    }
  }
}

}  // namespace imagegen::kernels
#endif
