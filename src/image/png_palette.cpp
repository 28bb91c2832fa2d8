#include "image/png_palette.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace imagegen::detail {
namespace {

// Grey of 8 bits costs as much without a palette, and PNG's filters work on it.
std::size_t most_colours(int channels) {
  return channels == 1 ? 16 : 256;
}

bool is_opaque(std::uint32_t colour) {
  return colour >> 24U == 255;
}

}  // namespace

int bits_for(std::size_t colours) {
  if (colours <= 2) return 1;
  if (colours <= 4) return 2;
  return colours <= 16 ? 4 : 8;
}

// Neighbours are mostly equal, so the table is asked only where the colour changes.
bool PaletteSearch::add_colours(const std::uint8_t* row) {
  const RowFormat format = rows_.format();
  std::uint32_t last = ~packed_colour(row, format.channels);
  for (int x = 0; x < format.size.width; ++x, row += format.channels) {
    const std::uint32_t colour = packed_colour(row, format.channels);
    if (colour == last) continue;
    last = colour;
    colours_.try_emplace(colour, colours_.size());
    if (colours_.size() > most_colours(format.channels)) return false;
  }
  return true;
}

bool PaletteSearch::run(const Stop& stop) {
  const RowFormat format = rows_.format();
  if (format.bits != 8) return false;
  for (int y = 0; y < format.size.height; ++y) {
    if (stop.requested()) return false;
    const std::size_t at = seen_.size();
    seen_.resize(at + format.row_bytes());
    rows_.read(&seen_[at]);
    if (!add_colours(&seen_[at])) return false;
  }
  return true;
}

PalettePicture PaletteSearch::picture() const {
  const RowFormat format = rows_.format();
  PalettePicture out{format.size, {}, false, bits_for(colours_.size()), {}};
  // Transparent ones first, because tRNS may end after the last of them; else in the order of the picture.
  out.colours.resize(colours_.size());
  for (const auto& [colour, order] : colours_) out.colours[order] = colour;
  std::stable_partition(out.colours.begin(), out.colours.end(),
                        [](std::uint32_t colour) { return !is_opaque(colour); });
  out.has_alpha = !is_opaque(out.colours.front());
  std::unordered_map<std::uint32_t, std::uint32_t> index;
  for (const std::uint32_t colour : out.colours) index.emplace(colour, static_cast<std::uint32_t>(index.size()));

  const auto width = static_cast<std::size_t>(format.size.width);
  const auto bits = static_cast<std::size_t>(out.bits);
  const std::size_t stride = (width * bits + 7) / 8;
  out.packed.resize(stride * static_cast<std::size_t>(format.size.height));
  const auto step = static_cast<std::size_t>(format.channels);
  for (std::size_t i = 0; i < width * static_cast<std::size_t>(format.size.height); ++i) {
    const std::size_t bit = i % width * bits;
    const std::uint32_t value = index.at(packed_colour(&seen_[i * step], format.channels));
    out.packed[i / width * stride + bit / 8] |= static_cast<std::uint8_t>(value << (8 - bits - bit % 8));
  }
  return out;
}

void PaletteSearch::read(std::uint8_t* out) {
  const std::size_t bytes = rows_.format().row_bytes();
  if (given_ >= seen_.size()) return rows_.read(out);
  std::memcpy(out, &seen_[given_], bytes);
  given_ += bytes;
}

}  // namespace imagegen::detail
