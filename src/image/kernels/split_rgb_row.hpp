#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// RGB to brightness and colour as JFIF has them (BT.601, all of 0..255), each rounded to nearest within 1/50.
/// \param rgb 3 * n samples. \param y \param cb \param cr n samples each.
void split_rgb_row(std::span<const std::uint8_t> rgb, std::uint8_t* y, std::uint8_t* cb, std::uint8_t* cr);

/// The same, plainly written.
void split_rgb_row_reference(std::span<const std::uint8_t> rgb, std::uint8_t* y, std::uint8_t* cb, std::uint8_t* cr);

}  // namespace imagegen::kernels
