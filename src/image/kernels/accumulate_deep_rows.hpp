#pragma once
#include <span>

namespace imagegen::kernels {

/// acc[i] += weights[0] * rows[0][i], then weights[1] * rows[1][i] and so on: the vertical pass of deep_resampled().
/// Each sample is summed in the order of the rows, product by product, so that the bytes are the same everywhere.
///
/// \param rows    One pointer per weight, each to acc.size() samples; any alignment.
void accumulate_deep_rows(std::span<const float* const> rows, const float* weights, std::span<float> acc);

/// The same, plainly written.
void accumulate_deep_rows_reference(std::span<const float* const> rows, const float* weights, std::span<float> acc);

}  // namespace imagegen::kernels
