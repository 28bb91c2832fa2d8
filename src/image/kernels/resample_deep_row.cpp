#include "image/kernels/resample_deep_row.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/resample_deep_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR
void resample_floats(const float* row, const DeepTaps& taps, int channels, float* out) {
  resample_deep_row_reference(row, taps, channels, out);
}
#else

// The channels of a pixel go together. Of three the fourth lane holds the next pixel's first, which nobody looks at.
template <std::size_t kChannels>
void resample_pixels(const float* row, const DeepTaps& taps, float* HWY_RESTRICT out) {
  const hn::FixedTag<float, 4> d;
  for (std::size_t x = 0; x < taps.starts.size(); ++x) {
    const float* from = row + static_cast<std::size_t>(taps.starts[x]) * kChannels;
    auto sum = hn::Zero(d);
    for (std::uint32_t k = taps.offsets[x]; k < taps.offsets[x + 1]; ++k, from += kChannels) {
      sum = hn::Add(sum, hn::Mul(hn::Set(d, taps.weights[k]), hn::LoadU(d, from)));
    }
    hn::StoreU(sum, d, out + 4 * x);
  }
}

void resample_floats(const float* row, const DeepTaps& taps, int channels, float* out) {
  channels == 4 ? resample_pixels<4>(row, taps, out) : resample_pixels<3>(row, taps, out);
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(resample_floats);

void resample_deep_row(const float* row, const DeepTaps& taps, int channels, float* out) {
  HWY_DYNAMIC_DISPATCH(resample_floats)(row, taps, channels, out);
}

void resample_deep_row_reference(const float* row, const DeepTaps& taps, int channels, float* out) {
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t x = 0; x < taps.starts.size(); ++x) {
    const float* from = row + static_cast<std::size_t>(taps.starts[x]) * step;
    for (std::size_t c = 0; c < 4; ++c) {
      float sum = 0.0F;
      for (std::uint32_t k = taps.offsets[x]; c < step && k < taps.offsets[x + 1]; ++k) {
        sum += taps.weights[k] * from[(k - taps.offsets[x]) * step + c];
      }
      out[4 * x + c] = sum;
    }
  }
}

}  // namespace imagegen::kernels
#endif
