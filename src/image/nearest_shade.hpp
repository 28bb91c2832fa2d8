#pragma once
#include <span>
#include <vector>

#include "image/shade.hpp"

namespace imagegen::detail {

/// Finds the shade of a palette that is nearest to another one, exactly.
class NearestShade {
 public:
  /// \param palette 1..256 shades, copied.
  explicit NearestShade(std::span<const Shade> palette);

  /// The index in the palette; of several that are equally near the first. \param guess An index that may be near, as that of
  /// a neighbour: it makes the search shorter and nothing else.
  std::size_t find(const Shade& shade, std::size_t guess) const;

 private:
  struct Entry {
    std::int32_t sum;  ///< Of the parts; entries are in its order.
    std::int32_t index;
    Shade shade;
  };
  std::vector<Entry> entries_;
  std::vector<std::size_t> places_;  ///< Of the palette's shades among the entries.
};

}  // namespace imagegen::detail
