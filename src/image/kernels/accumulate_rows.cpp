#include "image/kernels/accumulate_rows.hpp"

#include <cstring>
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "image/kernels/accumulate_rows.cpp"
#include <hwy/foreach_target.h>  // compiles what follows once per instruction set
#include <hwy/highway.h>
HWY_BEFORE_NAMESPACE();
namespace imagegen::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR  // one lane, and no way to shuffle it
void accumulate_bytes(const std::uint8_t* const* rows, std::size_t count, const std::int16_t* weights,
                      std::int32_t* acc, std::size_t length) {
  accumulate_rows_reference(std::span(rows, count), weights, {acc, length});
}
void accumulate_words(const std::int16_t* const* rows, std::size_t count, const std::int16_t* weights,
                      std::int32_t* acc, std::size_t length) {
  accumulate_rows_reference(std::span(rows, count), weights, {acc, length});
}
#else

// Two neighbouring weights in every pair of lanes, as the widening multiply wants them.
template <class D16>
hn::Vec<D16> weight_pair(D16 d16, const std::int16_t* weights) {
  std::int32_t pair;
  std::memcpy(&pair, weights, sizeof pair);
  return hn::BitCast(d16, hn::Set(hn::RepartitionToWide<D16>(), pair));
}

// acc += the sums of pairs of lanes; some instruction sets keep them in two halves, which are brought together here.
template <class D32, class V32>
void add_to(D32 d32, V32 first, V32 second, std::int32_t* acc) {
  hn::StoreU(hn::Add(hn::LoadU(d32, acc), hn::RearrangeToOddPlusEven(first, second)), d32, acc);
}

// Samples of two rows are interleaved and multiplied with two weights at once. One 128-bit block of bytes at most, so
// that interleaving and widening keep the order of the samples.
void accumulate_bytes(const std::uint8_t* const* rows, std::size_t count, const std::int16_t* weights,
                      std::int32_t* HWY_RESTRICT acc, std::size_t length) {
  const hn::CappedTag<std::int16_t, 16> d16;
  const hn::RepartitionToWide<decltype(d16)> d32;
  const hn::Rebind<std::uint8_t, decltype(d16)> d8;
  const std::size_t lanes = hn::Lanes(d8);
  std::size_t i = 0;
  for (; i + lanes <= length; i += lanes) {
    auto lower0 = hn::Zero(d32), lower1 = lower0, upper0 = lower0, upper1 = lower0;
    for (std::size_t k = 0; k < count; k += 2) {
      const auto a = hn::LoadU(d8, rows[k] + i);
      const auto b = hn::LoadU(d8, rows[k + 1] + i);
      const auto pair = weight_pair(d16, weights + k);
      const auto lower = hn::PromoteTo(d16, hn::InterleaveLower(d8, a, b));
      const auto upper = hn::PromoteTo(d16, hn::InterleaveUpper(d8, a, b));
      lower0 = hn::ReorderWidenMulAccumulate(d32, lower, pair, lower0, lower1);
      upper0 = hn::ReorderWidenMulAccumulate(d32, upper, pair, upper0, upper1);
    }
    add_to(d32, lower0, lower1, acc + i);
    add_to(d32, upper0, upper1, acc + i + lanes / 2);
  }
  for (; i < length; ++i) {
    for (std::size_t k = 0; k < count; ++k) acc[i] += weights[k] * rows[k][i];
  }
}

void accumulate_words(const std::int16_t* const* rows, std::size_t count, const std::int16_t* weights,
                      std::int32_t* HWY_RESTRICT acc, std::size_t length) {
  const hn::CappedTag<std::int16_t, 8> d16;
  const hn::RepartitionToWide<decltype(d16)> d32;
  const std::size_t lanes = hn::Lanes(d16);
  std::size_t i = 0;
  for (; i + lanes <= length; i += lanes) {
    auto lower0 = hn::Zero(d32), lower1 = lower0, upper0 = lower0, upper1 = lower0;
    for (std::size_t k = 0; k < count; k += 2) {
      const auto a = hn::LoadU(d16, rows[k] + i);
      const auto b = hn::LoadU(d16, rows[k + 1] + i);
      const auto pair = weight_pair(d16, weights + k);
      lower0 = hn::ReorderWidenMulAccumulate(d32, hn::InterleaveLower(d16, a, b), pair, lower0, lower1);
      upper0 = hn::ReorderWidenMulAccumulate(d32, hn::InterleaveUpper(d16, a, b), pair, upper0, upper1);
    }
    add_to(d32, lower0, lower1, acc + i);
    add_to(d32, upper0, upper1, acc + i + lanes / 2);
  }
  for (; i < length; ++i) {
    for (std::size_t k = 0; k < count; ++k) acc[i] += weights[k] * rows[k][i];
  }
}

#endif
}  // namespace imagegen::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#if HWY_ONCE
namespace imagegen::kernels {
HWY_EXPORT(accumulate_bytes);
HWY_EXPORT(accumulate_words);

void accumulate_rows(std::span<const std::uint8_t* const> rows, const std::int16_t* weights,
                     std::span<std::int32_t> acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_bytes)(rows.data(), rows.size(), weights, acc.data(), acc.size());
}

void accumulate_rows(std::span<const std::int16_t* const> rows, const std::int16_t* weights,
                     std::span<std::int32_t> acc) {
  HWY_DYNAMIC_DISPATCH(accumulate_words)(rows.data(), rows.size(), weights, acc.data(), acc.size());
}

void accumulate_rows_reference(std::span<const std::uint8_t* const> rows, const std::int16_t* weights,
                               std::span<std::int32_t> acc) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (std::size_t i = 0; i < acc.size(); ++i) acc[i] += weights[k] * rows[k][i];
  }
}

void accumulate_rows_reference(std::span<const std::int16_t* const> rows, const std::int16_t* weights,
                               std::span<std::int32_t> acc) {
  for (std::size_t k = 0; k < rows.size(); ++k) {
    for (std::size_t i = 0; i < acc.size(); ++i) acc[i] += weights[k] * rows[k][i];
  }
}

}  // namespace imagegen::kernels
#endif
