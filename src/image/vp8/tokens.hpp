#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "image/vp8/bool_writer.hpp"
#include "image/vp8/tables.hpp"

namespace imagegen::detail::vp8 {

inline constexpr int kRows = kBlockTypes * kBands * kContexts;  ///< Sets of probabilities.
inline constexpr int kClasses = 12;                             ///< 0, 1, 2, 3, 4, six ranges, the end.

/// How often each class of level was written: by set, by whether the block could have ended there, by class.
using TokenCounts = std::array<std::array<std::array<std::uint32_t, kClasses>, 2>, kRows>;

/// All coefficients of a picture in writing order, so that they can be written once their probabilities are known.
class TokenBuffer {
 public:
  TokenBuffer() : counts_{} {}

  /// Takes one block.
  ///
  /// \param levels  Sixteen, row by row.
  /// \param first   The first position that is written, 0 or 1.
  /// \param last    The last position, in zigzag order, that is not 0; less than `first` for an empty block.
  /// \param context How many of the neighbours above and on the left are not empty.
  void record(const std::int16_t* levels, BlockType type, int first, int last, int context);

  const TokenCounts& counts() const noexcept { return counts_; }

  void write(const TokenProbs& probs, BoolWriter& writer) const;

 private:
  static constexpr std::size_t kPage = 1U << 15U;
  struct Page {
    std::size_t used = 0;
    std::array<std::uint32_t, kPage> tokens;
  };

  std::vector<std::unique_ptr<Page>> pages_;
  TokenCounts counts_;
};

/// The probabilities that write these counts in the fewest bits, their own cost included.
TokenProbs best_probs(const TokenCounts& counts);

}  // namespace imagegen::detail::vp8
