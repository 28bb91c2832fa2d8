#pragma once
#include <cstdint>

namespace imagegen::detail::vp8 {

/// Calls put(bit, index of the probability) for each branch from "not the end" to the class of a level, RFC 6386,
/// section 13.2.
template <class Put>
inline void walk_level(int level, Put put) {
  put(level != 0, 1);
  if (level == 0) return;
  put(level > 1, 2);
  if (level == 1) return;
  put(level > 4, 3);
  if (level <= 4) {
    put(level != 2, 4);
    if (level != 2) put(level == 4, 5);
  } else if (level <= 10) {
    put(false, 6);
    put(level > 6, 7);
  } else {
    put(true, 6);
    put(level >= 35, 8);
    if (level < 35)
      put(level >= 19, 9);
    else
      put(level >= 67, 10);
  }
}

/// Calls put(bit, probability) for the bits that tell a level from others of its class; not for the sign.
template <class Put>
inline void walk_extra_bits(int level, Put put) {
  if (level < 5) return;
  if (level <= 6) return put(level == 6, 159);
  if (level <= 10) {
    put(level >= 9, 165);
    return put((level & 1) == 0, 145);
  }
  struct Class {
    int least, bits;
    std::uint8_t probabilities[11];
  };
  static constexpr Class kClasses[4] = {{11, 3, {173, 148, 140}},
                                        {19, 4, {176, 155, 140, 135}},
                                        {35, 5, {180, 157, 141, 134, 130}},
                                        {67, 11, {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}}};
  const Class& found = kClasses[level < 19 ? 0 : level < 35 ? 1 : level < 67 ? 2 : 3];
  for (int i = 0; i < found.bits; ++i)
    put(((level - found.least) >> (found.bits - 1 - i) & 1) != 0, found.probabilities[i]);
}

}  // namespace imagegen::detail::vp8
