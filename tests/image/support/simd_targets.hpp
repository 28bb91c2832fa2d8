#pragma once
#include <hwy/targets.h>

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

namespace imagegen::test {

/// Calls `body()` once for every instruction set of this machine, with the kernels bound to it.
template <class Body>
void on_every_target(Body body) {
  const std::int64_t supported = hwy::SupportedTargets();
  for (std::int64_t rest = supported; rest != 0; rest &= rest - 1) {
    const std::int64_t target = rest & -rest;
    hwy::SetSupportedTargetsForTest(target);
    SCOPED_TRACE(hwy::TargetName(target));
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
}

/// Every number of samples up to some vectors, so that every tail is met.
inline constexpr std::size_t kLongestTail = 140;

/// The same numbers on every machine.
template <class T>
std::vector<T> random_samples(std::size_t count, int least, int most, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> samples(count);
  const auto span = static_cast<std::uint32_t>(most - least + 1);
  for (auto& sample : samples) sample = static_cast<T>(least + static_cast<int>(random() % span));
  return samples;
}

}  // namespace imagegen::test
