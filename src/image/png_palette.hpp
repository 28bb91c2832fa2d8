#pragma once
#include <unordered_map>
#include <vector>

#include "image/row_stream.hpp"
#include "image/stop.hpp"

namespace imagegen::detail {

/// A picture of at most 256 colours as PNG stores it.
struct PalettePicture {
  PixelSize size;
  std::vector<std::uint32_t> colours;  ///< Red in the low byte, then green, blue and alpha; transparent ones first.
  bool has_alpha = false;
  int bits = 8;  ///< An index, 1, 2, 4 or 8.
  Bytes packed;  ///< Indices, the first in the high bits, each row from a byte of its own.
};

/// Of an index into so many colours.
int bits_for(std::size_t colours);

/// Reads rows of 8 bits as long as they have at most 256 colours in all, or 16 shades where they are grey. When there
/// are more, which a photograph shows in its first rows, it is itself the stream of all rows, those it has read
/// included.
class PaletteSearch : public RowStream {
 public:
  explicit PaletteSearch(RowStream& rows) : rows_(rows) {}

  /// True when all rows were read and make a palette. Also false when `stop` asks to end.
  bool run(const Stop& stop);

  /// After run() was true.
  PalettePicture picture() const;

  RowFormat format() const override { return rows_.format(); }
  void read(std::uint8_t* out) override;

 private:
  bool add_colours(const std::uint8_t* row);

  RowStream& rows_;
  Bytes seen_;  ///< The rows read by run().
  std::size_t given_ = 0;
  std::unordered_map<std::uint32_t, std::size_t> colours_;  ///< To the order in which they were met.
};

}  // namespace imagegen::detail
