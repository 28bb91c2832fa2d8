#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <optional>
#include <vector>

namespace imagegen::test {

struct GifFrame {
  PixelRect place;
  Bytes numbers;    ///< Of the colours, row by row.
  Bytes colours{};  ///< A palette of its own, as those of the file; empty for none.
  std::optional<std::uint8_t> transparent{};
  bool interlaced = false;
};

/// A GIF written from the specification, without compression.
struct GifSpec {
  PixelSize canvas;
  Bytes colours;  ///< Red, green and blue of 2, 4, ... or 256 colours; empty for none.
  std::vector<GifFrame> frames;
};

Bytes build_gif(const GifSpec& spec);

}  // namespace imagegen::test
