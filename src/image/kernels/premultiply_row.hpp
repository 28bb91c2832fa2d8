#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// RGBA with straight alpha to the format of fixed_point.hpp with the colour multiplied by alpha, so that transparent
/// pixels do not bleed their colour into their neighbours when they are mixed. Opaque pixels come out exactly.
/// \param rgba 4 * n samples. \param out As many.
void premultiply_row(std::span<const std::uint8_t> rgba, std::span<std::int16_t> out);

/// The same, plainly written.
void premultiply_row_reference(std::span<const std::uint8_t> rgba, std::span<std::int16_t> out);

}  // namespace imagegen::kernels
