#include "image/kernels/resample_plane_row.hpp"

#include <cstddef>

#include "image/kernels/fixed_point.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/resample_plane_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane, and no way to shuffle it
void resample_plane_row_simd(const std::int16_t* row, const RowTaps& taps, std::int16_t* out) {
  resample_row_reference(row, taps, 1, out);
}
#else

// The weighted samples of one output in four partial sums.
template <class D16, class D32 = hn::RepartitionToWide<D16> >
hn::Vec<D32> partial_sums(D16 d16, const std::int16_t* from, const std::int16_t* weights, int taps) {
  const D32 d32;
  auto sum = hn::Zero(d32), other = sum;
  for (int k = 0; k < taps; k += kPlaneTaps) {
    sum = hn::ReorderWidenMulAccumulate(d32, hn::LoadU(d16, from + k), hn::LoadU(d16, weights + k), sum, other);
  }
  return hn::RearrangeToOddPlusEven(sum, other);
}

// a and b are the partial sums of two outputs: lanes a0 + a2, b0 + b2, a1 + a3, b1 + b3.
template <class D32, class V32 = hn::Vec<D32> >
V32 fold(D32 d32, V32 a, V32 b) {
  return hn::Add(hn::InterleaveLower(d32, a, b), hn::InterleaveUpper(d32, a, b));
}

// Four outputs at once, so that their partial sums are added across without leaving the vectors.
void resample_plane_row_simd(const std::int16_t* HWY_RESTRICT row, const RowTaps& taps,
                             std::int16_t* HWY_RESTRICT out) {
  const hn::FixedTag<std::int16_t, kPlaneTaps> d16;
  const hn::RepartitionToWide<decltype(d16)> d32;
  const hn::Rebind<std::int16_t, decltype(d32)> d_out;
  const auto half = hn::Set(d32, 1 << (kWeightBits - 1));
  const std::size_t count = taps.starts.size();
  const auto step = static_cast<std::size_t>(taps.taps);
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const auto sums_of = [&](std::size_t position) {
      return partial_sums(d16, row + taps.starts[position], taps.weights + position * step, taps.taps);
    };
    const auto first = fold(d32, sums_of(i), sums_of(i + 1));
    const auto second = fold(d32, sums_of(i + 2), sums_of(i + 3));
    const auto sums = hn::Add(hn::ConcatLowerLower(d32, second, first), hn::ConcatUpperUpper(d32, second, first));
    hn::StoreU(hn::DemoteTo(d_out, hn::ShiftRight<kWeightBits>(hn::Add(sums, half))), d_out, out + i);
  }
  resample_row_reference(row, {taps.starts.subspan(i), taps.weights + i * step, taps.taps}, 1, out + i);
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(resample_plane_row_simd);

void resample_plane_row(const std::int16_t* row, const RowTaps& taps, std::int16_t* out) {
  HWY_DYNAMIC_DISPATCH(resample_plane_row_simd)(row, taps, out);
}

}  // namespace imagegen::kernels
#endif
