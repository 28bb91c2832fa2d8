#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// Samples of 16 bits in [0, 1], those of colour times alpha where there is one.
///
/// \param samples  Whole pixels; aligned to 2.
/// \param channels 3 RGB, 4 RGBA with straight alpha.
/// \param out      As many.
void load_deep_row(std::span<const std::uint16_t> samples, int channels, float* out);

/// The same, plainly written.
void load_deep_row_reference(std::span<const std::uint16_t> samples, int channels, float* out);

}  // namespace imagegen::kernels
