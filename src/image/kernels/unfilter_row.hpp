#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// The filters of a PNG row. PNG specification, third edition, 9.2.
enum class PngFilter : std::uint8_t { none = 0, sub = 1, up = 2, average = 3, paeth = 4 };

/// Takes back the filter of a row.
///
/// \param filtered    What was stored. It may overlap `out` if it begins behind it.
/// \param above       The finished row above, as long as `filtered`; zeros for the first.
/// \param pixel_bytes 1 to 4, 6 or 8.
/// \param out         As long as `filtered`.
void unfilter_row(PngFilter filter, std::span<const std::uint8_t> filtered, const std::uint8_t* above, int pixel_bytes,
                  std::uint8_t* out);

/// The same, plainly written.
void unfilter_row_reference(PngFilter filter, std::span<const std::uint8_t> filtered, const std::uint8_t* above,
                            int pixel_bytes, std::uint8_t* out);

}  // namespace imagegen::kernels
