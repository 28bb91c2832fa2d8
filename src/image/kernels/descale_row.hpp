#pragma once
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// out[i] = (acc[i] + offset) >> shift, saturated to 16 bits: what the vertical pass hands to the horizontal one.
/// Rounding and bias are both in `offset`. out.size() == acc.size().
void descale_row(std::span<const std::int32_t> acc, std::int32_t offset, int shift, std::span<std::int16_t> out);

/// The same, plainly written.
void descale_row_reference(std::span<const std::int32_t> acc, std::int32_t offset, int shift,
                           std::span<std::int16_t> out);

}  // namespace imagegen::kernels
