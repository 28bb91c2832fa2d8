#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// The reverse of premultiply_row(), to 8 bits: RGBA with straight alpha, rounded and clamped. Where alpha rounds to 0
/// the colour is 0 too.
/// \param row 4 * n samples of fixed_point.hpp, premultiplied. \param rgba As many.
void unpremultiply_row(std::span<const std::int16_t> row, std::span<std::uint8_t> rgba);

/// The same, plainly written.
void unpremultiply_row_reference(std::span<const std::int16_t> row, std::span<std::uint8_t> rgba);

}  // namespace imagegen::kernels
