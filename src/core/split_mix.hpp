#pragma once
#include <cstdint>

namespace imagegen {

// SplitMix64 (Steele, Lea, Flood 2014): any counter gives a well-mixed number, so calls need no lock to share it.
inline constexpr std::uint64_t kSplitMixStep = 0x9E3779B97F4A7C15U;

inline constexpr std::uint64_t split_mix(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace imagegen
