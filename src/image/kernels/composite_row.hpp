#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// Puts `edited` over `base` by a mask of one value per RGB pixel: base at 0, edited at 255, both exactly, and between
/// (base * (255 - mask) + edited * mask) / 255, rounded to nearest.
/// \param base,edited 3 * mask.size() samples. \param out As many; may be `base` or `edited` itself.
void composite_row(std::span<const std::uint8_t> base, std::span<const std::uint8_t> edited,
                   std::span<const std::uint8_t> mask, std::span<std::uint8_t> out);

/// The same, plainly written.
void composite_row_reference(std::span<const std::uint8_t> base, std::span<const std::uint8_t> edited,
                             std::span<const std::uint8_t> mask, std::span<std::uint8_t> out);

}  // namespace imagegen::kernels
