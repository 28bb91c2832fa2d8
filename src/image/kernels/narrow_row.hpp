#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// out[i] = row[i] of fixed_point.hpp, rounded and clamped to 8 bits. out.size() == row.size().
void narrow_row(std::span<const std::int16_t> row, std::span<std::uint8_t> out);

/// The same, plainly written.
void narrow_row_reference(std::span<const std::int16_t> row, std::span<std::uint8_t> out);

}  // namespace imagegen::kernels
