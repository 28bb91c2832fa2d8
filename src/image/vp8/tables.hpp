#pragma once
#include <array>
#include <cstdint>

/// \file Constant tables of VP8, RFC 6386, and costs in 1/256 bit derived from them.
namespace imagegen::detail::vp8 {

inline constexpr int kBlockTypes = 4;  ///< Luma without its first coefficient, Y2, chroma, whole luma.
inline constexpr int kBands = 8;
inline constexpr int kContexts = 3;
inline constexpr int kTokenProbs = 11;
inline constexpr int kSubModes = 10;
inline constexpr int kMaxLevel = 2047;

enum BlockType : std::uint8_t { kLumaAfterY2, kY2, kChroma, kLuma };

/// How 16x16 luma and 8x8 chroma are predicted.
enum Mode : std::uint8_t { kDc, kTrueMotion, kVertical, kHorizontal, kModes };

/// How 4x4 luma is predicted; the first four have the numbers of Mode, as which they serve as context.
enum SubMode : std::uint8_t {
  kSubDc,
  kSubTrueMotion,
  kSubVertical,
  kSubHorizontal,
  kSubRightDown,
  kSubVerticalRight,
  kSubLeftDown,
  kSubVerticalLeft,
  kSubHorizontalDown,
  kSubHorizontalUp
};

using TokenProbs =
    std::array<std::array<std::array<std::array<std::uint8_t, kTokenProbs>, kContexts>, kBands>, kBlockTypes>;

extern const TokenProbs kDefaultProbs;
extern const TokenProbs kProbUpdateProbs;

/// By the mode of the block above and that on the left.
extern const std::uint8_t kSubModeProbs[kSubModes][kSubModes][kSubModes - 1];
extern const std::uint16_t kSubModeCosts[kSubModes][kSubModes][kSubModes];

extern const std::array<std::uint8_t, 128> kDcSteps;
extern const std::array<std::uint16_t, 128> kAcSteps;
extern const std::array<std::uint16_t, 128> kY2AcSteps;

/// What writing a 0 costs, by the probability of a 0 in 1/256.
extern const std::array<std::uint16_t, 256> kBitCosts;

inline int bit_cost(bool bit, int probability) noexcept {
  return kBitCosts[static_cast<std::size_t>(bit ? 255 - probability : probability)];
}

inline constexpr std::uint16_t kLumaModeCosts[kModes] = {663, 919, 872, 919};  ///< With the bit that says "16x16".
inline constexpr std::uint16_t kChromaModeCosts[kModes] = {302, 984, 439, 642};
inline constexpr int kSubModesFlagCost = 211;  ///< The bit that says "not 16x16".

inline constexpr std::uint8_t kZigzag[16] = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
inline constexpr std::uint8_t kBandOf[17] = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

}  // namespace imagegen::detail::vp8
