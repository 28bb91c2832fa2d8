#include "image/kernels/narrow_row.hpp"

#include <algorithm>
#include <cstddef>

#include "image/kernels/fixed_point.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/narrow_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::uint8_t narrow(std::int16_t value) {
  const int rounded = (value + kBias + (1 << (kExtraBits - 1))) >> kExtraBits;
  return static_cast<std::uint8_t>(std::clamp(rounded, 0, 255));
}

void narrow_row_simd(const std::int16_t* HWY_RESTRICT row, std::uint8_t* HWY_RESTRICT out, std::size_t count) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  // Saturates at 32767, which is 255 after the shift, so nothing that would have been clamped wraps.
  const auto offset = hn::Set(d16, kBias + (1 << (kExtraBits - 1)));
  std::size_t i = 0;
  for (; i + hn::Lanes(d16) <= count; i += hn::Lanes(d16)) {
    const auto shifted = hn::ShiftRight<kExtraBits>(hn::SaturatedAdd(hn::LoadU(d16, row + i), offset));
    hn::StoreU(hn::DemoteTo(d8, shifted), d8, out + i);
  }
  for (; i < count; ++i) out[i] = narrow(row[i]);
}

}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(narrow_row_simd);

void narrow_row(std::span<const std::int16_t> row, std::span<std::uint8_t> out) {
  HWY_DYNAMIC_DISPATCH(narrow_row_simd)(row.data(), out.data(), row.size());
}

void narrow_row_reference(std::span<const std::int16_t> row, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int rounded = (row[i] + kBias + (1 << (kExtraBits - 1))) >> kExtraBits;
    out[i] = static_cast<std::uint8_t>(std::clamp(rounded, 0, 255));
  }
}

}  // namespace imagegen::kernels
#endif
