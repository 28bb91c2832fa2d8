#pragma once
#include <cstdint>

#include "image/kernels/resample_row.hpp"

namespace imagegen::kernels {

/// Taps per output sample come in groups of this many.
inline constexpr int kPlaneTaps = 8;

/// resample_row() of one channel: there a pixel leaves three lanes of four idle, here taps lie side by side in a
/// vector.
///
/// \param taps Its `taps` is a multiple of kPlaneTaps.
/// \param row  Readable as far as the last tap goes, also where the weight is 0.
/// \param out  taps.starts.size() samples.
void resample_plane_row(const std::int16_t* row, const RowTaps& taps, std::int16_t* out);

// Its twin is resample_row_reference() with one channel.

}  // namespace imagegen::kernels
