#pragma once
#include <cstdint>

/// \file The number formats that the resampling kernels share. Integers only, so that every instruction set gives the
/// same bytes.
namespace imagegen::kernels {

/// Weights sum to 1 << kWeightBits exactly, so a constant picture stays constant.
inline constexpr int kWeightBits = 14;

/// Between the passes a sample v in [0, 255] is (v - 128) << kExtraBits in 16 bits: seven bits more than the picture
/// has, and room for the overshoot of Lanczos3, which is at most 1.54 times the range in one pass.
inline constexpr int kExtraBits = 7;
inline constexpr std::int32_t kBias = 128 << kExtraBits;

/// Kernels that store whole vectors may write, and those that load whole vectors may read, this many values past a row.
inline constexpr int kRowPadding = 8;

}  // namespace imagegen::kernels
