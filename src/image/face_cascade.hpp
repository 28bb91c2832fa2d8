#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

/// \file The trees that tell a face from what is none. A tree compares six pairs of pixels; which is brighter leads to
/// a leaf, whose number is added to the score. After each tree the score has to be above a threshold. Source: N. Markus
/// et al., "Object detection with pixel intensity comparisons organized in decision trees", 2013.
namespace imagegen::detail {

inline constexpr std::size_t kFaceTrees = 468;
inline constexpr std::size_t kFaceDepth = 6;
inline constexpr std::size_t kFaceLeavesOfTree = std::size_t{1} << kFaceDepth;
inline constexpr std::size_t kFaceTestsOfTree = 4 * (kFaceLeavesOfTree - 1);
inline constexpr int kFaceScoreSteps = 4096;  ///< Of one unit of a score.

/// For each test the row and column of a pixel and of another, from the middle of the face, in 1/256 of its size.
extern const std::array<std::int8_t, kFaceTrees * kFaceTestsOfTree> kFaceTests;
extern const std::array<std::int16_t, kFaceTrees * kFaceLeavesOfTree> kFaceLeaves;
extern const std::array<std::int32_t, kFaceTrees> kFaceThresholds;

}  // namespace imagegen::detail
