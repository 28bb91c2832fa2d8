#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace imagegen::bench {

/// The same numbers on every machine.
template <class T>
std::vector<T> random_samples(std::size_t count, int least, int most, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<T> samples(count);
  const auto span = static_cast<std::uint32_t>(most - least + 1);
  for (auto& sample : samples) sample = static_cast<T>(least + static_cast<int>(random() % span));
  return samples;
}

}  // namespace imagegen::bench
