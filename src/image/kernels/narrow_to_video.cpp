#include "image/kernels/narrow_to_video.hpp"

#include <algorithm>
#include <cstddef>

#include "image/kernels/fixed_point.hpp"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/narrow_to_video.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void narrow_to_video_simd(const std::int16_t* HWY_RESTRICT row, const VideoRange& range, std::uint8_t* HWY_RESTRICT out,
                          std::size_t count) {
  const hn::ScalableTag<std::int16_t> d16;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const auto reduce = hn::Set(d16, range.reduce);
  const auto offset = hn::Set(d16, static_cast<std::int16_t>(range.offset + (1 << (kExtraBits - 1))));
  const auto least = hn::Set(d16, range.least);
  const auto most = hn::Set(d16, range.most);
  std::size_t i = 0;
  for (; i + hn::Lanes(d16) <= count; i += hn::Lanes(d16)) {
    const auto value = hn::LoadU(d16, row + i);
    const auto squeezed = hn::Sub(value, hn::MulHigh(value, reduce));
    const auto shifted = hn::ShiftRight<kExtraBits>(hn::SaturatedAdd(squeezed, offset));
    hn::StoreU(hn::DemoteTo(d8, hn::Min(hn::Max(shifted, least), most)), d8, out + i);
  }
  narrow_to_video_reference({row + i, count - i}, range, {out + i, count - i});
}

}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(narrow_to_video_simd);

void narrow_to_video(std::span<const std::int16_t> row, const VideoRange& range, std::span<std::uint8_t> out) {
  HWY_DYNAMIC_DISPATCH(narrow_to_video_simd)(row.data(), range, out.data(), row.size());
}

void narrow_to_video_reference(std::span<const std::int16_t> row, const VideoRange& range,
                               std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < row.size(); ++i) {
    const int squeezed = row[i] - ((row[i] * range.reduce) >> 16);
    const int rounded = (squeezed + range.offset + (1 << (kExtraBits - 1))) >> kExtraBits;
    out[i] = static_cast<std::uint8_t>(std::clamp<int>(rounded, range.least, range.most));
  }
}

}  // namespace imagegen::kernels
#endif
