#include "image/kernels/composite_row.hpp"

#include <cstddef>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/composite_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane at a time is what the twin does
void composite_row_simd(const std::uint8_t* base, const std::uint8_t* edited, const std::uint8_t* mask,
                        std::uint8_t* out, std::size_t count) {
  composite_row_reference({base, 3 * count}, {edited, 3 * count}, {mask, count}, {out, 3 * count});
}
#else

// v / 255 for v up to 255 * 255, rounded to nearest; exact, as 255 is odd and no quotient lies half way.
template <class D16, class V16>
HWY_INLINE V16 divided_by_255(D16 d16, V16 v) {
  const auto rounded = hn::Add(v, hn::Set(d16, std::uint16_t{128}));
  return hn::ShiftRight<8>(hn::Add(rounded, hn::ShiftRight<8>(rounded)));
}

template <class D8, class D16, class V8, class V16>
HWY_INLINE V8 mixed(D8 d8, D16 d16, V8 base, V8 edited, V16 keep, V16 take) {
  const auto sum = hn::Add(hn::Mul(hn::PromoteTo(d16, base), keep), hn::Mul(hn::PromoteTo(d16, edited), take));
  const hn::RebindToSigned<D16> di16;
  return hn::DemoteTo(d8, hn::BitCast(di16, divided_by_255(d16, sum)));
}

// Red, green and blue are taken apart, so that each lane of the mask stands beside its three samples.
void composite_row_simd(const std::uint8_t* base, const std::uint8_t* edited, const std::uint8_t* mask,
                        std::uint8_t* out, std::size_t count) {
  const hn::ScalableTag<std::uint16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto whole = hn::Set(d16, std::uint16_t{255});
  std::size_t i = 0;
  for (; i + hn::Lanes(d16) <= count; i += hn::Lanes(d16)) {
    const auto take = hn::PromoteTo(d16, hn::LoadU(d8, mask + i));
    const auto keep = hn::Sub(whole, take);
    hn::Vec<decltype(d8)> r0, g0, b0, r1, g1, b1;
    hn::LoadInterleaved3(d8, base + 3 * i, r0, g0, b0);
    hn::LoadInterleaved3(d8, edited + 3 * i, r1, g1, b1);
    hn::StoreInterleaved3(mixed(d8, d16, r0, r1, keep, take), mixed(d8, d16, g0, g1, keep, take),
                          mixed(d8, d16, b0, b1, keep, take), d8, out + 3 * i);
  }
  const std::size_t rest = count - i;
  composite_row_reference({base + 3 * i, 3 * rest}, {edited + 3 * i, 3 * rest}, {mask + i, rest},
                          {out + 3 * i, 3 * rest});
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(composite_row_simd);

void composite_row(std::span<const std::uint8_t> base, std::span<const std::uint8_t> edited,
                   std::span<const std::uint8_t> mask, std::span<std::uint8_t> out) {
  HWY_DYNAMIC_DISPATCH(composite_row_simd)(base.data(), edited.data(), mask.data(), out.data(), mask.size());
}

void composite_row_reference(std::span<const std::uint8_t> base, std::span<const std::uint8_t> edited,
                             std::span<const std::uint8_t> mask, std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < base.size(); ++i) {
    const std::uint32_t take = mask[i / 3];
    out[i] = static_cast<std::uint8_t>((base[i] * (255U - take) + edited[i] * take + 127U) / 255U);
  }
}

}  // namespace imagegen::kernels
#endif
