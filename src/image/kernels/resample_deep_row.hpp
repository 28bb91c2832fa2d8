#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// Which positions of a row each pixel of an output is made of, and how much of each.
struct DeepTaps {
  std::span<const std::int32_t> starts;    ///< First source pixel, per output pixel.
  std::span<const std::uint32_t> offsets;  ///< Where its weights begin; one more at the end.
  const float* weights;
};

/// Source samples that must be there behind a row, whatever they are.
inline constexpr std::size_t kDeepPadding = 3;

/// out = the sums over the taps of each output pixel, in their order: the horizontal pass of deep_resampled().
///
/// \param channels 3 or 4.
/// \param row      Interleaved, with kDeepPadding samples more than there are.
/// \param out      taps.starts.size() pixels of 4 samples; of 3 channels the last one means nothing.
void resample_deep_row(const float* row, const DeepTaps& taps, int channels, float* out);

/// The same, plainly written; what means nothing is 0.
void resample_deep_row_reference(const float* row, const DeepTaps& taps, int channels, float* out);

}  // namespace imagegen::kernels
