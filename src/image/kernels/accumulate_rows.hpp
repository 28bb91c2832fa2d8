#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace imagegen::kernels {

/// acc[i] += sum over k of weights[k] * rows[k][i]: the vertical pass of resize().
///
/// \param rows    One pointer per weight, each to acc.size() samples; any alignment.
/// \param weights An even number of them.
void accumulate_rows(std::span<const std::uint8_t* const> rows, const std::int16_t* weights,
                     std::span<std::int32_t> acc);
void accumulate_rows(std::span<const std::int16_t* const> rows, const std::int16_t* weights,
                     std::span<std::int32_t> acc);

/// The same, plainly written.
void accumulate_rows_reference(std::span<const std::uint8_t* const> rows, const std::int16_t* weights,
                               std::span<std::int32_t> acc);
void accumulate_rows_reference(std::span<const std::int16_t* const> rows, const std::int16_t* weights,
                               std::span<std::int32_t> acc);

}  // namespace imagegen::kernels
