#include "image/kernels/load_deep_row.hpp"

#include <cstddef>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/load_deep_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Divided, not multiplied by the inverse, which would round otherwise.
template <class D>
hn::Vec<D> load_shares(D d, const std::uint16_t* from) {
  const hn::Rebind<std::uint16_t, D> d16;
  const hn::Rebind<std::int32_t, D> d32;
  return hn::Div(hn::ConvertTo(d, hn::PromoteTo(d32, hn::LoadU(d16, from))), hn::Set(d, 65'535.0F));
}

// Returns how many samples it did.
std::size_t load_plain(const std::uint16_t* from, std::size_t count, float* HWY_RESTRICT out) {
  const hn::ScalableTag<float> d;
  const std::size_t lanes = hn::Lanes(d);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) hn::StoreU(load_shares(d, from + i), d, out + i);
  return i;
}

#if HWY_TARGET != HWY_SCALAR
std::size_t load_premultiplied(const std::uint16_t* from, std::size_t count, float* HWY_RESTRICT out) {
  const hn::FixedTag<float, 4> d;
  const auto colour = hn::FirstN(d, 3);
  for (std::size_t i = 0; i < count; i += 4) {
    const auto pixel = load_shares(d, from + i);
    const auto alpha = hn::Broadcast<3>(pixel);
    hn::StoreU(hn::IfThenElse(colour, hn::Mul(pixel, alpha), alpha), d, out + i);
  }
  return count;
}
#endif

void load_samples(const std::uint16_t* from, std::size_t count, int channels, float* out) {
#if HWY_TARGET == HWY_SCALAR
  const std::size_t done = channels == 4 ? 0 : load_plain(from, count, out);
#else
  const std::size_t done = channels == 4 ? load_premultiplied(from, count, out) : load_plain(from, count, out);
#endif
  if (channels == 4) {
    load_deep_row_reference({from + done, count - done}, 4, out + done);
  } else {
    for (std::size_t i = done; i < count; ++i) out[i] = static_cast<float>(from[i]) / 65'535.0F;
  }
}

}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(load_samples);

void load_deep_row(std::span<const std::uint16_t> samples, int channels, float* out) {
  HWY_DYNAMIC_DISPATCH(load_samples)(samples.data(), samples.size(), channels, out);
}

void load_deep_row_reference(std::span<const std::uint16_t> samples, int channels, float* out) {
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t i = 0; i < samples.size(); i += step) {
    const float alpha = channels == 4 ? static_cast<float>(samples[i + 3]) / 65'535.0F : 1.0F;
    for (std::size_t c = 0; c < 3; ++c) out[i + c] = static_cast<float>(samples[i + c]) / 65'535.0F * alpha;
    if (channels == 4) out[i + 3] = alpha;
  }
}

}  // namespace imagegen::kernels
#endif
