#include "image/kernels/descale_row.hpp"

#include <algorithm>
#include <cstddef>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/descale_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void descale_row_simd(const std::int32_t* HWY_RESTRICT acc, std::int32_t offset, int shift,
                      std::int16_t* HWY_RESTRICT out, std::size_t count) {
  const hn::ScalableTag<std::int32_t> d32;
  const hn::Rebind<std::int16_t, decltype(d32)> d16;
  const auto add = hn::Set(d32, offset);
  std::size_t i = 0;
  for (; i + hn::Lanes(d32) <= count; i += hn::Lanes(d32)) {
    const auto sum = hn::Add(hn::LoadU(d32, acc + i), add);
    hn::StoreU(hn::DemoteTo(d16, hn::ShiftRightSame(sum, shift)), d16, out + i);
  }
  for (; i < count; ++i) {
    out[i] = static_cast<std::int16_t>(std::clamp((acc[i] + offset) >> shift, -32768, 32767));
  }
}

}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(descale_row_simd);

void descale_row(std::span<const std::int32_t> acc, std::int32_t offset, int shift, std::span<std::int16_t> out) {
  HWY_DYNAMIC_DISPATCH(descale_row_simd)(acc.data(), offset, shift, out.data(), acc.size());
}

void descale_row_reference(std::span<const std::int32_t> acc, std::int32_t offset, int shift,
                           std::span<std::int16_t> out) {
  for (std::size_t i = 0; i < acc.size(); ++i) {
    out[i] = static_cast<std::int16_t>(std::clamp((acc[i] + offset) >> shift, -32768, 32767));
  }
}

}  // namespace imagegen::kernels
#endif
