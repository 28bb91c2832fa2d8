#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// Which samples of a row make each output sample, and how much of each.
struct RowTaps {
  std::span<const std::int32_t> starts;  ///< First source pixel of every output pixel.
  const std::int16_t* weights;           ///< `taps` for every output pixel, summing to 1 << kWeightBits.
  int taps;                              ///< Even, at least 2.
};

/// The horizontal pass of resize(): out pixel i = sum over k of weight[i][k] * row pixel (starts[i] + k), rounded.
///
/// \param row      Interleaved samples; kRowPadding values past the last tap must be readable.
/// \param channels 1, 3 or 4.
/// \param out      taps.starts.size() * channels samples, and kRowPadding more that may be written.
void resample_row(const std::int16_t* row, const RowTaps& taps, int channels, std::int16_t* out);

/// The same, plainly written.
void resample_row_reference(const std::int16_t* row, const RowTaps& taps, int channels, std::int16_t* out);

}  // namespace imagegen::kernels
