#include "image/kernels/accumulate_deep_rows.hpp"

#include <cstddef>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/accumulate_deep_rows.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Two vectors at a time, because a sum waits for the one before it. Never MulAdd(): it rounds once where others round
// twice.
void accumulate_floats(const float* const* rows, std::size_t count, const float* weights, float* HWY_RESTRICT acc,
                       std::size_t length) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + 2 * lanes <= length; i += 2 * lanes) {
    auto first = hn::LoadU(d, acc + i);
    auto second = hn::LoadU(d, acc + i + lanes);
    for (std::size_t k = 0; k < count; ++k) {
      const auto weight = hn::Set(d, weights[k]);
      first = hn::Add(first, hn::Mul(weight, hn::LoadU(d, rows[k] + i)));
      second = hn::Add(second, hn::Mul(weight, hn::LoadU(d, rows[k] + i + lanes)));
    }
    hn::StoreU(first, d, acc + i);
    hn::StoreU(second, d, acc + i + lanes);
  }
  for (; i < length; ++i) {
    for (std::size_t k = 0; k < count; ++k) acc[i] += weights[k] * rows[k][i];
  }
}

}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(accumulate_floats);

void accumulate_deep_rows(std::span<const float* const> rows, const float* weights, std::span<float> acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_floats)(rows.data(), rows.size(), weights, acc.data(), acc.size());
}

void accumulate_deep_rows_reference(std::span<const float* const> rows, const float* weights, std::span<float> acc) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (std::size_t i = 0; i < acc.size(); ++i) acc[i] += weights[k] * rows[k][i];
  }
}

}  // namespace imagegen::kernels
#endif
