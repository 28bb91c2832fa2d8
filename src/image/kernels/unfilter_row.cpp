#include "image/kernels/unfilter_row.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <type_traits>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/unfilter_row.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void add_above(const std::uint8_t* filtered, std::size_t count, const std::uint8_t* above, std::uint8_t* out) {
  const hn::ScalableTag<std::uint8_t> d8;
  std::size_t i = 0;
  for (; i + hn::Lanes(d8) <= count; i += hn::Lanes(d8)) {
    hn::StoreU(hn::Add(hn::LoadU(d8, filtered + i), hn::LoadU(d8, above + i)), d8, out + i);
  }
  for (; i < count; ++i) out[i] = static_cast<std::uint8_t>(filtered[i] + above[i]);
}

#if HWY_TARGET != HWY_SCALAR
// A pixel hangs on the one before it, so they go one by one; its bytes go together, in four or eight lanes of 16 bits.
template <std::size_t kBytes>
inline constexpr std::size_t kLanes = kBytes <= 4 ? 4 : 8;
template <std::size_t kBytes>
using D16 = hn::FixedTag<std::int16_t, kLanes<kBytes>>;
template <std::size_t kBytes>
using D8 = hn::FixedTag<std::uint8_t, kLanes<kBytes>>;
template <std::size_t kBytes>
using V16 = hn::Vec<D16<kBytes>>;

// One number of as many bytes as there are lanes.
template <std::size_t kBytes>
using Packed = std::conditional_t<kBytes <= 4, std::uint32_t, std::uint64_t>;

// Of 3 and 6 bytes, the larger part and the rest. They are put together and taken apart in a register: what was stored
// in two parts cannot be loaded as one without a wait.
template <std::size_t kBytes>
using Low = std::conditional_t<kBytes == 3, std::uint16_t, std::uint32_t>;
template <std::size_t kBytes>
using High = std::conditional_t<kBytes == 3, std::uint8_t, std::uint16_t>;
template <std::size_t kBytes>
inline constexpr bool kInParts = kBytes == 3 || kBytes == 6;

template <std::size_t kBytes>
V16<kBytes> load_pixel(const std::uint8_t* from) {
  Packed<kBytes> packed;
  if constexpr (kInParts<kBytes>) {
    Low<kBytes> low;
    High<kBytes> high;
    std::memcpy(&low, from, sizeof low);
    std::memcpy(&high, from + sizeof low, sizeof high);
    packed = low | Packed<kBytes>{high} << (8 * sizeof low);
  } else {
    std::memcpy(&packed, from, kBytes);
  }
  const hn::Repartition<Packed<kBytes>, D8<kBytes>> d;
  return hn::PromoteTo(D16<kBytes>(), hn::BitCast(D8<kBytes>(), hn::Set(d, packed)));
}

// Keeps the low eight bits of every lane, as the sums of PNG do.
template <std::size_t kBytes>
V16<kBytes> store_pixel(V16<kBytes> value, std::uint8_t* to) {
  const V16<kBytes> wrapped = hn::And(value, hn::Set(D16<kBytes>(), 255));
  const hn::Repartition<Packed<kBytes>, D8<kBytes>> d;
  const Packed<kBytes> packed = hn::GetLane(hn::BitCast(d, hn::DemoteTo(D8<kBytes>(), wrapped)));
  if constexpr (kInParts<kBytes>) {
    const auto low = static_cast<Low<kBytes>>(packed);
    const auto high = static_cast<High<kBytes>>(packed >> (8 * sizeof low));
    std::memcpy(to, &low, sizeof low);
    std::memcpy(to + sizeof low, &high, sizeof high);
  } else {
    std::memcpy(to, &packed, kBytes);
  }
  return wrapped;
}

template <std::size_t kBytes>
void undo_sub(const std::uint8_t* filtered, std::size_t count, std::uint8_t* out) {
  V16<kBytes> left = hn::Zero(D16<kBytes>());
  for (std::size_t i = 0; i < count; i += kBytes) {
    left = store_pixel<kBytes>(hn::Add(load_pixel<kBytes>(filtered + i), left), out + i);
  }
}

template <std::size_t kBytes>
void undo_average(const std::uint8_t* filtered, std::size_t count, const std::uint8_t* above, std::uint8_t* out) {
  V16<kBytes> left = hn::Zero(D16<kBytes>());
  for (std::size_t i = 0; i < count; i += kBytes) {
    const V16<kBytes> mean = hn::ShiftRight<1>(hn::Add(left, load_pixel<kBytes>(above + i)));
    left = store_pixel<kBytes>(hn::Add(load_pixel<kBytes>(filtered + i), mean), out + i);
  }
}

// The one of left, above and corner that is nearest to left + above - corner; in case of a tie the first of them.
template <class V>
V nearest(V left, V above, V corner) {
  const V across = hn::Sub(above, corner);
  const V down = hn::Sub(left, corner);
  const V to_left = hn::Abs(across);
  const V to_above = hn::Abs(down);
  const V to_corner = hn::Abs(hn::Add(across, down));
  const V least = hn::Min(to_left, hn::Min(to_above, to_corner));
  return hn::IfThenElse(hn::Eq(least, to_left), left, hn::IfThenElse(hn::Eq(least, to_above), above, corner));
}

template <std::size_t kBytes>
void undo_paeth(const std::uint8_t* filtered, std::size_t count, const std::uint8_t* above, std::uint8_t* out) {
  V16<kBytes> left = hn::Zero(D16<kBytes>());
  V16<kBytes> corner = left;
  for (std::size_t i = 0; i < count; i += kBytes) {
    const V16<kBytes> up = load_pixel<kBytes>(above + i);
    const V16<kBytes> value = hn::Add(load_pixel<kBytes>(filtered + i), nearest(left, up, corner));
    left = store_pixel<kBytes>(value, out + i);
    corner = up;
  }
}

template <std::size_t kBytes>
void undo(PngFilter filter, const std::uint8_t* filtered, std::size_t count, const std::uint8_t* above,
          std::uint8_t* out) {
  if (filter == PngFilter::sub) return undo_sub<kBytes>(filtered, count, out);
  if (filter == PngFilter::average) return undo_average<kBytes>(filtered, count, above, out);
  undo_paeth<kBytes>(filtered, count, above, out);
}
#endif

void unfilter_row_simd(PngFilter filter, const std::uint8_t* filtered, std::size_t count, const std::uint8_t* above,
                       int pixel_bytes, std::uint8_t* out) {
  if (filter == PngFilter::none) {
    if (count > 0) std::memmove(out, filtered, count);  // no pixels, no address
    return;
  }
  if (filter == PngFilter::up) return add_above(filtered, count, above, out);
#if HWY_TARGET != HWY_SCALAR
  if (pixel_bytes == 3) return undo<3>(filter, filtered, count, above, out);
  if (pixel_bytes == 4) return undo<4>(filter, filtered, count, above, out);
  if (pixel_bytes == 6) return undo<6>(filter, filtered, count, above, out);
  if (pixel_bytes == 8) return undo<8>(filter, filtered, count, above, out);
#endif
  unfilter_row_reference(filter, {filtered, count}, above, pixel_bytes, out);
}

}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(unfilter_row_simd);

void unfilter_row(PngFilter filter, std::span<const std::uint8_t> filtered, const std::uint8_t* above, int pixel_bytes,
                  std::uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(unfilter_row_simd)(filter, filtered.data(), filtered.size(), above, pixel_bytes, out);
}

namespace {

int paeth(int left, int above, int corner) {
  const int to_left = std::abs(above - corner);
  const int to_above = std::abs(left - corner);
  const int to_corner = std::abs(left + above - 2 * corner);
  if (to_left <= to_above && to_left <= to_corner) return left;
  return to_above <= to_corner ? above : corner;
}

int predicted(PngFilter filter, int left, int above, int corner) {
  switch (filter) {
    case PngFilter::none:
      return 0;
    case PngFilter::sub:
      return left;
    case PngFilter::up:
      return above;
    case PngFilter::average:
      return (left + above) / 2;
    case PngFilter::paeth:
      break;
  }
  return paeth(left, above, corner);
}

}  // namespace

void unfilter_row_reference(PngFilter filter, std::span<const std::uint8_t> filtered, const std::uint8_t* above,
                            int pixel_bytes, std::uint8_t* out) {
  const auto step = static_cast<std::size_t>(pixel_bytes);
  for (std::size_t i = 0; i < filtered.size(); ++i) {
    const int left = i < step ? 0 : out[i - step];
    const int corner = i < step ? 0 : above[i - step];
    out[i] = static_cast<std::uint8_t>(filtered[i] + predicted(filter, left, above[i], corner));
  }
}

}  // namespace imagegen::kernels
#endif
