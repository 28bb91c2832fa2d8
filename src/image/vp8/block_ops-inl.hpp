// The arithmetic of 4x4 blocks in vectors of 128 bits: rows 0 and 1 in one, rows 2 and 3 in another. No include guard
// of the usual kind: it is compiled once per instruction set.
#if defined(IMAGEGEN_VP8_BLOCK_OPS) == defined(HWY_TARGET_TOGGLE)
#ifdef IMAGEGEN_VP8_BLOCK_OPS
#undef IMAGEGEN_VP8_BLOCK_OPS
#else
#define IMAGEGEN_VP8_BLOCK_OPS
#endif

#include <hwy/highway.h>

#include <cstring>

#include "image/vp8/quantised.hpp"
#include "image/vp8/segment.hpp"
#include "image/vp8/tables.hpp"

#if HWY_TARGET == HWY_SCALAR
#include "image/vp8/block_ops_scalar-inl.hpp"
#else
HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// How many blocks are worked on at once where there are several: one per 128 bits of a vector.
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
inline constexpr int kBatch = 4;
#elif HWY_TARGET == HWY_AVX2
inline constexpr int kBatch = 2;
#else
inline constexpr int kBatch = 1;
#endif

using D8 = hn::FixedTag<std::uint8_t, 16>;
using D16 = hn::FixedTag<std::int16_t, 8>;
using DU16 = hn::FixedTag<std::uint16_t, 8>;
using D32 = hn::FixedTag<std::int32_t, 4>;
using D64 = hn::FixedTag<std::uint64_t, 2>;
using V8 = hn::Vec<D8>;
using V16 = hn::Vec<D16>;
using V32 = hn::Vec<D32>;
using BatchD8 = hn::FixedTag<std::uint8_t, 16 * kBatch>;
using BatchD16 = hn::FixedTag<std::int16_t, 8 * kBatch>;

template <class V>
struct Rows {
  V upper, lower;  // rows 0 and 1, rows 2 and 3, of as many blocks as there are 128 bits
};

template <class V>
using Tag = hn::DFromV<V>;
template <class V>
using WideTag = hn::RepartitionToWide<Tag<V> >;
template <class V>
using Wide = hn::Vec<WideTag<V> >;

template <class D>
HWY_INLINE hn::Vec<D> constants(D d, std::int16_t a, std::int16_t b) {
  const hn::Repartition<std::uint32_t, D> d32;
  return hn::BitCast(d, hn::Set(d32, static_cast<std::uint32_t>(static_cast<std::uint16_t>(a)) |
                                         static_cast<std::uint32_t>(static_cast<std::uint16_t>(b)) << 16U));
}

template <class V>
HWY_INLINE V swap_halves(V v) {
  return hn::BitCast(Tag<V>(), hn::Shuffle1032(hn::BitCast(WideTag<V>(), v)));
}

// The first halves, and the second halves, of two vectors.
template <class V>
HWY_INLINE V first_halves(V a, V b) {
  const hn::Repartition<std::uint64_t, Tag<V> > d;
  return hn::BitCast(Tag<V>(), hn::InterleaveLower(d, hn::BitCast(d, a), hn::BitCast(d, b)));
}
template <class V>
HWY_INLINE V second_halves(V a, V b) {
  const hn::Repartition<std::uint64_t, Tag<V> > d;
  return hn::BitCast(Tag<V>(), hn::InterleaveUpper(d, hn::BitCast(d, a), hn::BitCast(d, b)));
}

// a[2i] b[2i] + a[2i + 1] b[2i + 1]
template <class V>
HWY_INLINE Wide<V> multiply_pairs(V a, V b) {
  const WideTag<V> d;
  auto other = hn::Zero(d);
  const auto sum = hn::ReorderWidenMulAccumulate(d, a, b, hn::Zero(d), other);
  return hn::RearrangeToOddPlusEven(sum, other);
}

// Rows of 16-bit lanes to pixels, block by block.
HWY_INLINE V8 narrow_pixels(Rows<V16> rows) {
  const hn::Half<D8> half;
  return hn::Combine(D8(), hn::DemoteTo(half, rows.lower), hn::DemoteTo(half, rows.upper));
}
#if HWY_TARGET == HWY_AVX3 || HWY_TARGET == HWY_AVX3_DL
HWY_INLINE hn::Vec512<std::uint8_t> narrow_pixels(Rows<hn::Vec512<std::int16_t> > rows) {
  return {_mm512_packus_epi16(rows.upper.raw, rows.lower.raw)};
}
#elif HWY_TARGET == HWY_AVX2
HWY_INLINE hn::Vec256<std::uint8_t> narrow_pixels(Rows<hn::Vec256<std::int16_t> > rows) {
  return {_mm256_packus_epi16(rows.upper.raw, rows.lower.raw)};
}
#endif

HWY_INLINE int sum_of(V32 v) {
  return hn::GetLane(hn::SumOfLanes(D32(), v));
}

template <class V, class D16 = hn::Repartition<std::int16_t, Tag<V> > >
HWY_INLINE Rows<hn::Vec<D16> > widen(V pixels) {
  const Tag<V> d;
  const D16 d16;
  const V zero = hn::Zero(d);
  return {hn::BitCast(d16, hn::InterleaveLower(d, pixels, zero)),
          hn::BitCast(d16, hn::InterleaveUpper(d, pixels, zero))};
}

HWY_INLINE Rows<V16> load_pixels(const std::uint8_t* pixels) {
  return widen(hn::Load(D8(), pixels));
}

template <class V>
HWY_INLINE Rows<V> difference(Rows<V> a, Rows<V> b) {
  return {hn::Sub(a.upper, b.upper), hn::Sub(a.lower, b.lower)};
}

template <class V>
HWY_INLINE Rows<V> transpose(Rows<V> m) {
  const Tag<V> d;
  const V even = hn::InterleaveLower(d, m.upper, m.lower);
  const V odd = hn::InterleaveUpper(d, m.upper, m.lower);
  return {hn::InterleaveLower(d, even, odd), hn::InterleaveUpper(d, even, odd)};
}

template <int kShiftEven, int kShiftOdd, class V>
HWY_INLINE Rows<V> forward_pass(Rows<V> in, std::int16_t gain, int round_even, int round_1, int round_3) {
  const Tag<V> d;
  const WideTag<V> d32;
  const V mirrored = swap_halves(in.lower);
  const V sums = hn::Add(in.upper, mirrored), differences = hn::Sub(in.upper, mirrored);
  const V even = hn::InterleaveLower(d, sums, swap_halves(sums));
  const V odd = hn::InterleaveLower(d, swap_halves(differences), differences);
  const auto even_round = hn::Set(d32, round_even);
  const auto out0 = hn::Add(multiply_pairs(even, constants(d, gain, gain)), even_round);
  const auto out2 = hn::Add(multiply_pairs(even, constants(d, gain, static_cast<std::int16_t>(-gain))), even_round);
  const auto out1 = hn::Add(multiply_pairs(odd, constants(d, 2217, 5352)), hn::Set(d32, round_1));
  const auto out3 = hn::Add(multiply_pairs(odd, constants(d, -5352, 2217)), hn::Set(d32, round_3));
  return {hn::ReorderDemote2To(d, hn::ShiftRight<kShiftEven>(out0), hn::ShiftRight<kShiftOdd>(out1)),
          hn::ReorderDemote2To(d, hn::ShiftRight<kShiftEven>(out2), hn::ShiftRight<kShiftOdd>(out3))};
}

template <class V>
HWY_INLINE Rows<V> forward(Rows<V> residual) {
  const Tag<V> d;
  const Rows<V> rows = transpose(forward_pass<0, 9>(transpose(residual), 8, 0, 1812, 937));
  Rows<V> made = forward_pass<4, 16>(rows, 1, 7, 12000, 51000);
  // Row 1 gets one more wherever rows 0 and 3 differ.
  alignas(16) static constexpr std::int16_t kSecondRow[8] = {0, 0, 0, 0, 1, 1, 1, 1};
  const V outer = hn::Sub(swap_halves(rows.upper), rows.lower);  // in its second half: row 0 - row 3
  const auto differs = hn::Ne(outer, hn::Zero(d));
  made.upper = hn::Add(made.upper, hn::IfThenElseZero(differs, hn::LoadDup128(d, kSecondRow)));
  return made;
}

// The forward transform of source - prediction, to coefficients row by row.
HWY_INLINE void forward_transform(const std::uint8_t* source, const std::uint8_t* prediction, std::int16_t* out) {
  const Rows<V16> made = forward(difference(load_pixels(source), load_pixels(prediction)));
  hn::Store(made.upper, D16(), out);
  hn::Store(made.lower, D16(), out + 8);
}

template <class V>
HWY_INLINE Rows<V> inverse_pass(Rows<V> in, V rounding) {
  const Tag<V> d;
  const V sums = hn::Add(hn::Add(in.upper, in.lower), rounding);
  const V differences = hn::Add(hn::Sub(in.upper, in.lower), rounding);
  const V even = first_halves(sums, differences);
  const V odd = second_halves(in.upper, in.lower);
  const V once = hn::Add(hn::MulHigh(odd, hn::Set(d, 20091)), odd);
  const V twice = hn::Add(hn::MulHigh(odd, hn::Set(d, -30068)), odd);  // 35468 / 65536
  const V c = hn::Sub(twice, swap_halves(once)), e = hn::Add(once, swap_halves(twice));
  const V turned = first_halves(e, c);
  return {hn::Add(even, turned), swap_halves(hn::Sub(even, turned))};
}

// Pixels again, not yet kept in range.
template <class V>
HWY_INLINE Rows<V> inverse(Rows<V> prediction, Rows<V> coefficients) {
  const Tag<V> d;
  const Rows<V> columns = transpose(inverse_pass(coefficients, hn::Zero(d)));
  const Rows<V> change = transpose(inverse_pass(columns, hn::Set(d, 4)));
  return {hn::Add(prediction.upper, hn::ShiftRight<3>(change.upper)),
          hn::Add(prediction.lower, hn::ShiftRight<3>(change.lower))};
}

// prediction + the inverse transform of `coefficients`.
HWY_INLINE void inverse_transform(const std::uint8_t* prediction, const std::int16_t* coefficients, std::uint8_t* out) {
  const Rows<V16> rows{hn::Load(D16(), coefficients), hn::Load(D16(), coefficients + 8)};
  hn::Store(narrow_pixels(inverse(load_pixels(prediction), rows)), D8(), out);
}

template <class V>
struct HalfQuantised {
  V magnitudes, levels, restored;
};

template <class V>
HWY_INLINE HalfQuantised<V> quantise_half(V coefficients, const Quantiser& quantiser, int at) {
  const Tag<V> d;
  const hn::RebindToUnsigned<Tag<V> > du;
  const auto size = hn::Add(hn::BitCast(du, hn::Abs(coefficients)), hn::LoadDup128(du, quantiser.rounding + at));
  const V level = hn::BitCast(d, hn::ShiftRight<1>(hn::MulHigh(size, hn::LoadDup128(du, quantiser.inverse + at))));
  const V sign = hn::ShiftRight<15>(coefficients);
  const V levels = hn::Sub(hn::Xor(level, sign), sign);
  return {level, levels, hn::Mul(levels, hn::BitCast(d, hn::LoadDup128(du, quantiser.step + at)))};
}

// Magnitudes in zigzag order.
template <class V>
HWY_INLINE auto sizes_of(HalfQuantised<V> upper, HalfQuantised<V> lower) {
  alignas(16) static constexpr std::uint8_t kOrder[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  const auto packed = narrow_pixels(Rows<V>{upper.magnitudes, lower.magnitudes});
  return hn::TableLookupBytes(packed, hn::LoadDup128(Tag<decltype(packed)>(), kOrder));
}

HWY_INLINE std::uint32_t bits_of(hn::Mask<D8> mask) {
  std::uint8_t bits[8] = {};
  hn::StoreMaskBits(D8(), mask, bits);
  return bits[0] | static_cast<std::uint32_t>(bits[1]) << 8U;
}

// Quantises and replaces the coefficients by what a decoder makes of the levels.
HWY_INLINE void quantise(std::int16_t* coefficients, const Quantiser& quantiser, Quantised& out) {
  const D16 d;
  const auto upper = quantise_half(hn::Load(d, coefficients), quantiser, 0);
  const auto lower = quantise_half(hn::Load(d, coefficients + 8), quantiser, 8);
  hn::Store(upper.levels, d, out.levels);
  hn::Store(lower.levels, d, out.levels + 8);
  hn::Store(upper.restored, d, coefficients);
  hn::Store(lower.restored, d, coefficients + 8);
  const V8 sizes = sizes_of(upper, lower);
  hn::Store(sizes, D8(), out.sizes);
  out.used = bits_of(hn::Ne(sizes, hn::Zero(D8())));
}

// Where in LevelCosts::level each coefficient's cost is.
HWY_INLINE void cost_places(const Quantised& block, int first, int context, std::uint16_t* places) {
  alignas(16) static constexpr std::uint8_t kPositions[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const D8 d8;
  const D16 d;
  const DU16 du;
  const V8 positions = hn::Load(d8, kPositions);
  const V8 sizes = hn::Load(d8, block.sizes);
  const V8 before = hn::Min(hn::ShiftLeftBytes<1>(d8, sizes), hn::Set(d8, 2));
  const auto is_first = hn::Eq(positions, hn::Set(d8, static_cast<std::uint8_t>(first)));
  const auto contexts = widen(hn::IfThenElse(is_first, hn::Set(d8, static_cast<std::uint8_t>(context)), before));
  const auto levels = widen(hn::Min(sizes, hn::Set(d8, kTableLevel)));
  const auto at = widen(positions);
  const V16 per_context = hn::Set(d, kLevels), per_position = hn::Set(d, kLevels * kContexts);
  const V16 none = hn::Set(d, kNoLevel);
  const V16 begin = hn::Set(d, static_cast<std::int16_t>(first)),
            end = hn::Set(d, static_cast<std::int16_t>(last_of(block)));
  const auto place = [&](V16 p, V16 c, V16 level) HWY_ATTR {
    const V16 found = hn::Add(hn::Add(hn::Mul(p, per_position), hn::Mul(c, per_context)), level);
    const V16 left_out = hn::Or(hn::VecFromMask(d, hn::Gt(begin, p)), hn::VecFromMask(d, hn::Gt(p, end)));
    return hn::BitCast(du, hn::IfThenElse(hn::MaskFromVec(left_out), none, found));
  };
  hn::Store(place(at.upper, contexts.upper, levels.upper), du, places);
  hn::Store(place(at.lower, contexts.lower, levels.lower), du, places + 8);
}

HWY_INLINE bool has_large_level(const Quantised& block) {
  const D8 d8;
  return !hn::AllTrue(d8,
                      hn::Eq(hn::Min(hn::Load(d8, block.sizes), hn::Set(d8, kTableLevel)), hn::Load(d8, block.sizes)));
}

template <class V>
HWY_INLINE Wide<V> squares(Rows<V> differences) {
  return hn::Add(multiply_pairs(differences.upper, differences.upper),
                 multiply_pairs(differences.lower, differences.lower));
}

HWY_INLINE int squared_error(const std::uint8_t* a, const std::uint8_t* b) {
  return sum_of(squares(difference(load_pixels(a), load_pixels(b))));
}

// Four sums and differences of the halves: 0 and 1, 3 and 2.
template <class V>
HWY_INLINE Rows<V> hadamard_pass(Rows<V> in) {
  const V sums = hn::Add(in.upper, in.lower), differences = hn::Sub(in.upper, in.lower);
  const V p = first_halves(sums, differences), q = second_halves(sums, differences);
  return {hn::Add(p, q), hn::Sub(p, q)};
}

template <class V>
HWY_INLINE Rows<V> hadamard(Rows<V> in) {
  return hadamard_pass(transpose(hadamard_pass(in)));
}

template <class V>
HWY_INLINE Wide<V> weighted_hadamard(Rows<V> pixels) {
  alignas(16) static constexpr std::int16_t kWeights[16] = {38, 32, 9, 20, 32, 28, 7, 17, 9, 7, 2, 4, 20, 17, 4, 10};
  const Tag<V> d;
  const Rows<V> h = hadamard(pixels);
  return hn::Add(multiply_pairs(hn::Abs(h.upper), hn::LoadDup128(d, kWeights)),
                 multiply_pairs(hn::Abs(h.lower), hn::LoadDup128(d, kWeights + 8)));
}

template <class V>
HWY_INLINE Wide<V> absolute_hadamard(Rows<V> differences) {
  const Rows<V> h = hadamard(differences);
  return multiply_pairs(hn::Add(hn::Abs(h.upper), hn::Abs(h.lower)), hn::Set(Tag<V>(), 1));
}

// How much texture a block has: its Hadamard transform, low frequencies weighing most.
HWY_INLINE int texture(const std::uint8_t* pixels) {
  return sum_of(weighted_hadamard(load_pixels(pixels)));
}

// The sum of the absolute Hadamard transform of a - b, over kBatch * n blocks.
HWY_INLINE int transformed_difference(const std::uint8_t* a, const std::uint8_t* b, int blocks) {
  const BatchD8 d;
  auto sum = absolute_hadamard(difference(widen(hn::Load(d, a)), widen(hn::Load(d, b))));
  for (int i = kBatch; i < blocks; i += kBatch)
    sum = hn::Add(sum, absolute_hadamard(difference(widen(hn::Load(d, a + i * 16)), widen(hn::Load(d, b + i * 16)))));
  return hn::GetLane(hn::SumOfLanes(Tag<decltype(sum)>(), sum));
}

// The sum of each 128 bits.
template <class V>
HWY_INLINE void store_sums(V v, int* out) {
  const Tag<V> d;
  const V pairs = hn::Add(v, hn::Shuffle1032(v));
  alignas(64) std::int32_t sums[4 * kBatch];
  hn::Store(hn::Add(pairs, hn::Shuffle2301(pairs)), d, sums);
  for (int i = 0; i < kBatch; ++i) out[i] = sums[4 * i];
}

// transformed_difference() of one block with kBatch predictions of it.
HWY_INLINE void transformed_differences(const std::uint8_t* source, const std::uint8_t* predictions, int* out) {
  const BatchD8 d;
  store_sums(absolute_hadamard(difference(widen(hn::LoadDup128(d, source)), widen(hn::Load(d, predictions)))), out);
}

// Quantises what kBatch predictions of one block leave, and rebuilds its pixels from each.
HWY_INLINE void try_predictions(const std::uint8_t* source, const std::uint8_t* predictions, const Quantiser& quantiser,
                                Trial* trials) {
  const BatchD8 d8;
  const BatchD16 d;
  const auto original = widen(hn::LoadDup128(d8, source));
  const auto prediction = widen(hn::Load(d8, predictions));
  const auto coefficients = forward(difference(original, prediction));
  const auto upper = quantise_half(coefficients.upper, quantiser, 0),
             lower = quantise_half(coefficients.lower, quantiser, 8);
  const auto sizes = sizes_of(upper, lower);
  const auto pixels = narrow_pixels(inverse(prediction, {upper.restored, lower.restored}));
  const auto rebuilt = widen(pixels);
  int errors[kBatch], textures[kBatch];
  store_sums(squares(difference(original, rebuilt)), errors);
  store_sums(weighted_hadamard(rebuilt), textures);
  alignas(64) std::int16_t levels[2][8 * kBatch];
  alignas(64) std::uint8_t bytes[2][16 * kBatch];
  alignas(8) std::uint8_t used[8] = {};
  hn::Store(upper.levels, d, levels[0]);
  hn::Store(lower.levels, d, levels[1]);
  hn::Store(sizes, d8, bytes[0]);
  hn::Store(pixels, d8, bytes[1]);
  hn::StoreMaskBits(d8, hn::Ne(sizes, hn::Zero(d8)), used);
  for (int i = 0; i < kBatch; ++i) {
    Trial& trial = trials[i];
    std::memcpy(trial.block.levels, levels[0] + 8 * i, 16);
    std::memcpy(trial.block.levels + 8, levels[1] + 8 * i, 16);
    std::memcpy(trial.block.sizes, bytes[0] + 16 * i, 16);
    std::memcpy(trial.pixels, bytes[1] + 16 * i, 16);
    trial.block.used = used[2 * i] | static_cast<std::uint32_t>(used[2 * i + 1]) << 8U;
    trial.error = errors[i];
    trial.texture = textures[i];
  }
}

HWY_INLINE V8 average_of_three(V8 left, V8 middle, V8 right) {
  const D8 d;
  // avg(l, r) rounds up; taking off its odd bit makes it round down, as the sum of three needs.
  const V8 outer = hn::Sub(hn::AverageRound(left, right), hn::And(hn::Xor(left, right), hn::Set(d, 1)));
  return hn::AverageRound(outer, middle);
}

// All ten predictions of a 4x4 block, one after the other.
// `edge` is left[3], left[2], left[1], left[0], corner, top[0] to top[7], top[7], left[3], left[3].
HWY_INLINE void predict_sub_modes(const std::uint8_t* edge, std::uint8_t* out) {
  constexpr std::uint8_t kNo = 0x80;
  alignas(16) static constexpr std::uint8_t kBefore[16] = {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
  alignas(16) static constexpr std::uint8_t kAfter[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15};
  alignas(16) static constexpr std::uint8_t kOfThree[8][16] = {
      {5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8},                         // vertical
      {3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0},                         // horizontal
      {4, 5, 6, 7, 3, 4, 5, 6, 2, 3, 4, 5, 1, 2, 3, 4},                         // right down
      {kNo, kNo, kNo, kNo, 4, 5, 6, 7, 3, kNo, kNo, kNo, 2, 4, 5, 6},           // vertical right
      {6, 7, 8, 9, 7, 8, 9, 10, 8, 9, 10, 11, 9, 10, 11, 12},                   // left down
      {kNo, kNo, kNo, kNo, 6, 7, 8, 9, kNo, kNo, kNo, 10, 7, 8, 9, 11},         // vertical left
      {kNo, 4, 5, 6, kNo, 3, kNo, 4, kNo, 2, kNo, 3, kNo, 1, kNo, 2},           // horizontal down
      {kNo, 2, kNo, 1, kNo, 1, kNo, 0, kNo, 0, kNo, kNo, kNo, kNo, kNo, kNo}};  // horizontal up
  alignas(16) static constexpr std::uint8_t kOfTwo[4][16] = {
      {4, 5, 6, 7, kNo, kNo, kNo, kNo, kNo, 4, 5, 6, kNo, kNo, kNo, kNo},  // vertical right
      {5, 6, 7, 8, kNo, kNo, kNo, kNo, 6, 7, 8, kNo, kNo, kNo, kNo, kNo},  // vertical left
      {3, kNo, kNo, kNo, 2, kNo, 3, kNo, 1, kNo, 2, kNo, 0, kNo, 1, kNo},  // horizontal down
      {2, kNo, 1, kNo, 1, kNo, 0, kNo, 0, kNo, 14, 14, 14, 14, 14, 14}};   // horizontal up
  alignas(16) static constexpr std::uint8_t kTop[16] = {5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8, 5, 6, 7, 8};
  alignas(16) static constexpr std::uint8_t kLeft[16] = {3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0, 0};
  const D8 d;
  const D16 d16;
  const V8 e = hn::Load(d, edge);
  const V8 after = hn::TableLookupBytes(e, hn::Load(d, kAfter));
  const V8 two = hn::AverageRound(e, after);
  const V8 three = average_of_three(hn::TableLookupBytes(e, hn::Load(d, kBefore)), e, after);
  const auto of_three = [&](int i) HWY_ATTR { return hn::TableLookupBytesOr0(three, hn::Load(d, kOfThree[i])); };
  const auto of_both = [&](int i, int j) HWY_ATTR {
    return hn::Or(of_three(i), hn::TableLookupBytesOr0(two, hn::Load(d, kOfTwo[j])));
  };
  int sum = 4;
  for (int i = 0; i < 4; ++i) sum += edge[i] + edge[5 + i];
  const auto top = widen(hn::TableLookupBytes(e, hn::Load(d, kTop)));
  const auto left = widen(hn::TableLookupBytes(e, hn::Load(d, kLeft)));
  const V16 corner = hn::Set(d16, edge[4]);
  const V16 slope = hn::Sub(top.upper, corner);
  hn::Store(hn::Set(d, static_cast<std::uint8_t>(sum >> 3)), d, out);
  hn::Store(narrow_pixels(Rows<V16>{hn::Add(left.upper, slope), hn::Add(left.lower, slope)}), d, out + 16);
  hn::Store(of_three(0), d, out + 2 * 16);
  hn::Store(of_three(1), d, out + 3 * 16);
  hn::Store(of_three(2), d, out + 4 * 16);
  hn::Store(of_both(3, 0), d, out + 5 * 16);
  hn::Store(of_three(4), d, out + 6 * 16);
  hn::Store(of_both(5, 1), d, out + 7 * 16);
  hn::Store(of_both(6, 2), d, out + 8 * 16);
  hn::Store(of_both(7, 3), d, out + 9 * 16);
}

// out[i] = row[i] + change, kept in [0, 255], for sixteen pixels.
HWY_INLINE void shift_row(const std::uint8_t* row, int change, std::uint8_t* out) {
  const V16 by = hn::Set(D16(), static_cast<std::int16_t>(change));
  const Rows<V16> pixels = load_pixels(row);
  hn::Store(narrow_pixels(Rows<V16>{hn::Add(pixels.upper, by), hn::Add(pixels.lower, by)}), D8(), out);
}

// Counts coefficients by magnitude / 8, as far as the analysis needs it.
struct Histogram {
  V8 counts[5];
  V8 largest;
};

HWY_INLINE void clear(Histogram& histogram) {
  for (V8& count : histogram.counts) count = hn::Zero(D8());
  histogram.largest = hn::Zero(D8());
}

HWY_INLINE void count_block(const std::int16_t* coefficients, Histogram& histogram) {
  const D8 d8;
  const D16 d;
  const auto bin = [&](int at) HWY_ATTR { return hn::ShiftRight<3>(hn::Abs(hn::Load(d, coefficients + at))); };
  const V8 bins = hn::Min(narrow_pixels(Rows<V16>{bin(0), bin(8)}), hn::Set(d8, 31));
  histogram.largest = hn::Max(histogram.largest, bins);
  constexpr std::uint8_t kBins[5] = {0, 1, 2, 3, 31};
  for (int i = 0; i < 5; ++i) {
    const auto in_bin = hn::VecFromMask(d8, hn::Eq(bins, hn::Set(d8, kBins[i])));
    histogram.counts[i] = hn::Sub(histogram.counts[i], in_bin);
  }
}

// 510 times the largest bin over the fullest one's count.
HWY_INLINE int alpha_of(const Histogram& histogram) {
  const D8 d8;
  const D64 d64;
  int fullest = 0;
  for (const V8& count : histogram.counts)
    fullest = HWY_MAX(fullest, static_cast<int>(hn::GetLane(hn::SumOfLanes(d64, hn::SumsOf8(count)))));
  alignas(16) std::uint8_t largest[16];
  hn::Store(histogram.largest, d8, largest);
  int bin = 0;
  for (const std::uint8_t value : largest) bin = HWY_MAX(bin, static_cast<int>(value));
  return fullest > 1 ? 510 * HWY_MAX(bin, 1) / fullest : 0;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // HWY_TARGET == HWY_SCALAR
#endif  // include guard
