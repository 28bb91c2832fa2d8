#include "image/vp8/y2_transform.hpp"

namespace imagegen::detail::vp8 {
namespace {

struct Four {
  int v[4];
};

Four forward_pass(int i0, int i1, int i2, int i3) {
  const int a0 = i0 + i2, a1 = i1 + i3, a2 = i1 - i3, a3 = i0 - i2;
  return {{a0 + a1, a3 + a2, a3 - a2, a0 - a1}};
}

Four inverse_pass(int i0, int i1, int i2, int i3) {
  const int a0 = i0 + i3, a1 = i1 + i2, a2 = i1 - i2, a3 = i0 - i3;
  return {{a0 + a1, a3 + a2, a0 - a1, a3 - a2}};
}

}  // namespace

void forward_y2(const std::int16_t* first, std::int16_t* out) {
  Four rows[4];
  for (int y = 0; y < 4; ++y, first += 4) rows[y] = forward_pass(first[0], first[1], first[2], first[3]);
  for (int x = 0; x < 4; ++x) {
    const Four column = forward_pass(rows[0].v[x], rows[1].v[x], rows[2].v[x], rows[3].v[x]);
    for (int y = 0; y < 4; ++y) out[4 * y + x] = static_cast<std::int16_t>(column.v[y] >> 1);
  }
}

void inverse_y2(const std::int16_t* in, std::int16_t* first) {
  Four columns[4];
  for (int x = 0; x < 4; ++x) columns[x] = inverse_pass(in[x], in[4 + x], in[8 + x], in[12 + x]);
  for (int y = 0; y < 4; ++y) {
    const Four row = inverse_pass(columns[0].v[y] + 3, columns[1].v[y], columns[2].v[y], columns[3].v[y]);
    for (int x = 0; x < 4; ++x) first[4 * y + x] = static_cast<std::int16_t>(row.v[x] >> 3);
  }
}

}  // namespace imagegen::detail::vp8
