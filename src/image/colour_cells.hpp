#pragma once
#include <unordered_map>
#include <vector>

#include "image/row_stream.hpp"
#include "image/shade.hpp"

namespace imagegen::detail {

/// Pixels of nearly one colour.
struct ColourCell {
  Shade mean{};
  std::uint32_t count = 0;  ///< At least 1.
};

/// Counts the colours of a picture: each by itself as long as there are few, then those together that agree in their
/// high bits. Bounded, whatever the picture.
class ColourCells {
 public:
  /// A row of 1, 3 or 4 channels of 8 bits.
  void add_row(const std::uint8_t* row, const RowFormat& format);

  /// Whether there are pixels without alpha at all, which are in no cell.
  bool has_transparent() const noexcept { return has_transparent_; }

  /// In an order that depends on nothing but the pixels.
  std::vector<ColourCell> cells() const;

 private:
  struct Sum {
    std::array<std::int64_t, kShadeParts> parts{};
    std::int64_t count = 0;
  };
  void add(std::uint32_t colour, std::int64_t count);
  void coarsen();

  std::unordered_map<std::uint32_t, Sum> sums_;
  unsigned dropped_bits_ = 0;  ///< Of each sample, for a key.
  bool has_transparent_ = false;
};

}  // namespace imagegen::detail
