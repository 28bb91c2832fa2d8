#pragma once
#include <cstdint>
#include <vector>

/// \file The transfer curve of sRGB (IEC 61966-2-1), the same numbers on every machine: no function of the C library is
/// used that it picks by instruction set.
namespace imagegen::detail {

/// Light, in [0, 1], of the sRGB values 0..most, each a `most`-th.
std::vector<float> light_of_srgb(std::uint32_t most);

/// The way back, by a table over the root of the light, where the curve is nearly straight: good to 1e-6.
class SrgbOfLight {
 public:
  SrgbOfLight();
  /// \param light In [0, 1]. \return In [0, 1].
  float operator()(float light) const noexcept;

 private:
  static constexpr int kSteps = 4096;
  std::vector<float> values_;
};

}  // namespace imagegen::detail
