// The twin of block_ops-inl.hpp in plain C++: for machines without vectors, and what the vectors are tested against.
// Included by that file only, or by tests with HWY_NAMESPACE as they like.
#include <algorithm>
#include <cstdlib>

#include "image/vp8/level_costs.hpp"
#include "image/vp8/quantised.hpp"
#include "image/vp8/segment.hpp"
#include "image/vp8/tables.hpp"

namespace imagegen::detail::vp8::HWY_NAMESPACE {

inline std::uint8_t to_pixel(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

inline void forward_transform(const std::uint8_t* source, const std::uint8_t* prediction, std::int16_t* out) {
  int rows[16];
  for (int y = 0; y < 4; ++y) {
    int d[4];
    for (int x = 0; x < 4; ++x) d[x] = source[4 * y + x] - prediction[4 * y + x];
    const int a0 = d[0] + d[3], a1 = d[1] + d[2], a2 = d[1] - d[2], a3 = d[0] - d[3];
    rows[4 * y] = (a0 + a1) * 8;
    rows[4 * y + 1] = (a2 * 2217 + a3 * 5352 + 1812) >> 9;
    rows[4 * y + 2] = (a0 - a1) * 8;
    rows[4 * y + 3] = (a3 * 2217 - a2 * 5352 + 937) >> 9;
  }
  for (int x = 0; x < 4; ++x) {
    const int a0 = rows[x] + rows[12 + x], a1 = rows[4 + x] + rows[8 + x];
    const int a2 = rows[4 + x] - rows[8 + x], a3 = rows[x] - rows[12 + x];
    out[x] = static_cast<std::int16_t>((a0 + a1 + 7) >> 4);
    out[4 + x] = static_cast<std::int16_t>(((a2 * 2217 + a3 * 5352 + 12000) >> 16) + (a3 != 0 ? 1 : 0));
    out[8 + x] = static_cast<std::int16_t>((a0 - a1 + 7) >> 4);
    out[12 + x] = static_cast<std::int16_t>((a3 * 2217 - a2 * 5352 + 51000) >> 16);
  }
}

inline int once(int v) {
  return ((v * 20091) >> 16) + v;
}
inline int twice(int v) {
  return (v * 35468) >> 16;
}

inline void inverse_transform(const std::uint8_t* prediction, const std::int16_t* in, std::uint8_t* out) {
  int columns[16];
  for (int x = 0; x < 4; ++x) {
    const int a = in[x] + in[8 + x], b = in[x] - in[8 + x];
    const int c = twice(in[4 + x]) - once(in[12 + x]), e = once(in[4 + x]) + twice(in[12 + x]);
    columns[x] = a + e;
    columns[4 + x] = b + c;
    columns[8 + x] = b - c;
    columns[12 + x] = a - e;
  }
  for (int y = 0; y < 4; ++y) {
    const int* row = columns + 4 * y;
    const int a = row[0] + 4 + row[2], b = row[0] + 4 - row[2];
    const int c = twice(row[1]) - once(row[3]), e = once(row[1]) + twice(row[3]);
    const int change[4] = {a + e, b + c, b - c, a - e};
    for (int x = 0; x < 4; ++x) out[4 * y + x] = to_pixel(prediction[4 * y + x] + (change[x] >> 3));
  }
}

inline void quantise(std::int16_t* coefficients, const Quantiser& quantiser, Quantised& out) {
  out.used = 0;
  for (int n = 0; n < 16; ++n) {
    const int i = kZigzag[n];
    const int size = std::abs(coefficients[i]) + quantiser.rounding[i];
    const int level = (size * quantiser.inverse[i]) >> 17;
    out.levels[i] = static_cast<std::int16_t>(coefficients[i] < 0 ? -level : level);
    out.sizes[n] = to_pixel(level);
    out.used |= static_cast<std::uint32_t>(level != 0) << n;
    coefficients[i] = static_cast<std::int16_t>(out.levels[i] * quantiser.step[i]);
  }
}

inline void cost_places(const Quantised& block, int first, int context, std::uint16_t* places) {
  for (int n = 0; n < 16; ++n) {
    const int before = n == first ? context : n == 0 ? 0 : std::min<int>(block.sizes[n - 1], 2);
    const int place = (n * kContexts + before) * kLevels + std::min<int>(block.sizes[n], kTableLevel);
    places[n] = static_cast<std::uint16_t>(n < first || n > last_of(block) ? kNoLevel : place);
  }
}

inline bool has_large_level(const Quantised& block) {
  return std::any_of(block.sizes, block.sizes + 16, [](std::uint8_t size) { return size > kTableLevel; });
}

inline int squared_error(const std::uint8_t* a, const std::uint8_t* b) {
  int sum = 0;
  for (int i = 0; i < 16; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

// In the order of the frequencies.
inline void hadamard_pass(int* v, int step) {
  const int a0 = v[0] + v[2 * step], a1 = v[step] + v[3 * step];
  const int a2 = v[step] - v[3 * step], a3 = v[0] - v[2 * step];
  v[0] = a0 + a1;
  v[step] = a3 + a2;
  v[2 * step] = a3 - a2;
  v[3 * step] = a0 - a1;
}

inline void hadamard(int* v) {
  for (int i = 0; i < 4; ++i) hadamard_pass(v + 4 * i, 1);
  for (int i = 0; i < 4; ++i) hadamard_pass(v + i, 4);
}

inline int texture(const std::uint8_t* pixels) {
  static constexpr int kWeights[16] = {38, 32, 20, 9, 32, 28, 17, 7, 20, 17, 10, 4, 9, 7, 4, 2};
  int v[16], sum = 0;
  std::copy_n(pixels, 16, v);
  hadamard(v);
  for (int i = 0; i < 16; ++i) sum += kWeights[i] * std::abs(v[i]);
  return sum;
}

inline constexpr int kBatch = 1;

inline int transformed_difference(const std::uint8_t* a, const std::uint8_t* b, int blocks) {
  int sum = 0;
  for (; blocks > 0; --blocks, a += 16, b += 16) {
    int v[16];
    for (int i = 0; i < 16; ++i) v[i] = a[i] - b[i];
    hadamard(v);
    for (const int value : v) sum += std::abs(value);
  }
  return sum;
}

inline void transformed_differences(const std::uint8_t* source, const std::uint8_t* prediction, int* out) {
  *out = transformed_difference(source, prediction, 1);
}

inline void try_predictions(const std::uint8_t* source, const std::uint8_t* prediction, const Quantiser& quantiser,
                            Trial* trial) {
  std::int16_t coefficients[16];
  forward_transform(source, prediction, coefficients);
  quantise(coefficients, quantiser, trial->block);
  inverse_transform(prediction, coefficients, trial->pixels);
  trial->error = squared_error(source, trial->pixels);
  trial->texture = texture(trial->pixels);
}

inline void predict_sub_modes(const std::uint8_t* edge, std::uint8_t* out) {
  const auto two = [&](int i) { return static_cast<std::uint8_t>((edge[i] + edge[i + 1] + 1) >> 1); };
  const auto three = [&](int i) {
    return static_cast<std::uint8_t>((edge[std::max(i - 1, 0)] + 2 * edge[i] + edge[i + 1] + 2) >> 2);
  };
  int sum = 4;
  for (int i = 0; i < 4; ++i) sum += edge[i] + edge[5 + i];
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 4; ++x, ++out) {
      const int right = 2 * x - y, down = 2 * y - x, up = x + 2 * y;
      out[0] = static_cast<std::uint8_t>(sum >> 3);
      out[16] = to_pixel(edge[3 - y] + edge[5 + x] - edge[4]);
      out[2 * 16] = three(5 + x);
      out[3 * 16] = three(3 - y);
      out[4 * 16] = three(4 + x - y);
      out[5 * 16] = right < -1       ? three(5 - y)
                    : right == -1    ? three(4)
                    : right % 2 == 0 ? two(4 + right / 2)
                                     : three(5 + right / 2);
      out[6 * 16] = three(6 + x + y);
      out[7 * 16] = x == 3 && y > 1 ? three(8 + y) : y % 2 == 0 ? two(5 + x + y / 2) : three(6 + x + y / 2);
      out[8 * 16] = down < -1       ? three(3 + x)
                    : down == -1    ? three(4)
                    : down % 2 == 0 ? two(3 - down / 2)
                                    : three(3 - down / 2);
      out[9 * 16] = up > 5 ? edge[0] : up == 5 ? three(0) : up % 2 == 0 ? two(2 - up / 2) : three(2 - up / 2);
    }
  }
}

inline void shift_row(const std::uint8_t* row, int change, std::uint8_t* out) {
  for (int i = 0; i < 16; ++i) out[i] = to_pixel(row[i] + change);
}

struct Histogram {
  int counts[32];
};

inline void clear(Histogram& histogram) {
  histogram = {};
}

inline void count_block(const std::int16_t* coefficients, Histogram& histogram) {
  for (int i = 0; i < 16; ++i) ++histogram.counts[std::min(std::abs(coefficients[i]) >> 3, 31)];
}

inline int alpha_of(const Histogram& histogram) {
  const int* counts = histogram.counts;
  const int fullest = std::max(std::max({counts[0], counts[1], counts[2], counts[3]}), counts[31]);
  int bin = 31;
  while (bin > 1 && counts[bin] == 0) --bin;
  return fullest > 1 ? 510 * bin / fullest : 0;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
