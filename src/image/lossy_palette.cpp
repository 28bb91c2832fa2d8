#include "image/lossy_palette.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "image/choose_palette.hpp"
#include "image/nearest_shade.hpp"

namespace imagegen::detail {
namespace {

constexpr std::int32_t kWhole = 256;  // of an error that is handed on

Shade shade_at(const std::uint8_t* pixel, int channels) {
  const std::uint8_t rgba[4] = {pixel[0], pixel[channels == 1 ? 0 : 1], pixel[channels == 1 ? 0 : 2],
                                channels == 4 ? pixel[3] : std::uint8_t{255}};
  return shade_of(rgba);
}

bool is_transparent(const std::uint8_t* pixel, int channels) {
  return channels == 4 && pixel[3] == 0;
}

// Colours and the shades that they really are; transparent ones first, because tRNS may end after the last of them.
struct Palette {
  std::vector<std::uint32_t> colours;
  std::vector<Shade> shades;
};

Palette palette_of(const std::vector<Shade>& chosen, bool has_transparent) {
  Palette palette;
  if (has_transparent) palette.colours.push_back(0);
  for (const Shade& shade : chosen) palette.colours.push_back(colour_of(shade));
  const auto key = [](std::uint32_t colour) {  // by alpha, then as it is bright
    const std::uint32_t bright = 2 * (colour & 255U) + 5 * (colour >> 8U & 255U) + (colour >> 16U & 255U);
    return std::pair(std::uint64_t{colour >> 24U} << 32U | bright, colour);
  };
  std::sort(palette.colours.begin(), palette.colours.end(),
            [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
  palette.colours.erase(std::unique(palette.colours.begin(), palette.colours.end()), palette.colours.end());
  for (const std::uint32_t colour : palette.colours) {
    const std::uint8_t rgba[4] = {static_cast<std::uint8_t>(colour), static_cast<std::uint8_t>(colour >> 8U),
                                  static_cast<std::uint8_t>(colour >> 16U), static_cast<std::uint8_t>(colour >> 24U)};
    palette.shades.push_back(shade_of(rgba));
  }
  return palette;
}

// Gives each pixel an index, in rows that are read there and back.
class Ditherer {
 public:
  Ditherer(const Bitmap& picture, const Palette& palette, float dither)
      : picture_(picture),
        palette_(palette),
        nearest_(palette.shades),
        share_(static_cast<std::int32_t>(dither * kWhole + 0.5F)),
        here_(static_cast<std::size_t>(picture.size.width) + 2),
        below_(here_.size()) {}

  // The indices of row `y`; rows come in their order.
  void row(int y, std::uint8_t* indices) {
    const bool back = y % 2 == 1;
    const int width = picture_.size.width;
    std::fill(below_.begin(), below_.end(), Shade{});
    for (int i = 0; i < width; ++i) {
      const int x = back ? width - 1 - i : i;
      indices[x] = pixel(x, y, back);
    }
    std::swap(here_, below_);
  }

 private:
  const std::uint8_t* at(int x, int y) const {
    return &picture_.pixels[static_cast<std::size_t>(y) * picture_.stride_bytes() +
                            static_cast<std::size_t>(x) * static_cast<std::size_t>(picture_.channels)];
  }

  std::uint8_t pixel(int x, int y, bool back) {
    const std::uint8_t* const found = at(x, y);
    if (is_transparent(found, picture_.channels)) return 0;  // it has no error, and takes none
    const Shade own = shade_at(found, picture_.channels);
    const std::size_t place = static_cast<std::size_t>(x) + 1;
    Shade wanted;
    for (std::size_t i = 0; i < kShadeParts; ++i) {
      const std::int32_t most = kMostOfShade * kShadeWeights[i];
      wanted[i] = std::clamp(own[i] + here_[place][i] / 16, i == 3 ? 0 : -most, most);
    }
    guess_ = nearest_.find(wanted, guess_);
    if (share_ > 0) hand_on(wanted, palette_.shades[guess_], place, back, share_ * calm(x, y) / kWhole);
    return static_cast<std::uint8_t>(guess_);
  }

  // In sixteenths: 7 to the next pixel, 3, 5 and 1 to those below.
  void hand_on(const Shade& wanted, const Shade& got, std::size_t place, bool back, std::int32_t share) {
    const std::size_t next = back ? place - 1 : place + 1, last = back ? place + 1 : place - 1;
    for (std::size_t i = 0; i < kShadeParts; ++i) {
      const std::int32_t error = (wanted[i] - got[i]) * share / kWhole;
      here_[next][i] += 7 * error;
      below_[last][i] += 3 * error;
      below_[place][i] += 5 * error;
      below_[next][i] += error;
    }
  }

  // 0..kWhole: how even the picture is around a pixel.
  std::int32_t calm(int x, int y) const {
    const int channels = picture_.channels;
    const int right = std::min(x + 1, picture_.size.width - 1), left = std::max(x - 1, 0);
    const int under = std::min(y + 1, picture_.size.height - 1), over = std::max(y - 1, 0);
    const Shade own = shade_at(at(x, y), channels);
    std::int32_t most = 0;
    for (const auto& [first, second] : {std::pair(at(left, y), at(right, y)), std::pair(at(x, over), at(x, under))}) {
      const Shade a = shade_at(first, channels), b = shade_at(second, channels);
      std::int32_t bend = 0;
      for (std::size_t i = 0; i < kShadeParts; ++i) bend += std::abs(a[i] + b[i] - 2 * own[i]);
      most = std::max(most, bend);
    }
    return kWhole - std::min(most * kCover / 4, kWhole);
  }

  // So many quarters of a bend are kWhole where it covers all that is lost: at five levels of grey. With less, noise is added to
  // noise, and files grow; with more, soft shades show steps. Found with photographs, 256 and 16 colours.
  static constexpr std::int32_t kCover = 5;

  const Bitmap& picture_;
  const Palette& palette_;
  NearestShade nearest_;
  std::int32_t share_;
  std::size_t guess_ = 0;
  std::vector<Shade> here_, below_;  ///< Sixteenths of errors, for a column more on each side.
};

void pack(const std::vector<std::uint8_t>& indices, std::size_t bits, std::uint8_t* out) {
  for (std::size_t x = 0; x < indices.size(); ++x)
    out[x * bits / 8] |= static_cast<std::uint8_t>(indices[x] << (8 - bits - x * bits % 8));
}

}  // namespace

PalettePicture lossy_palette(RowStream& rows, int colours, float dither, const Stop& stop) {
  const RowFormat format = rows.format();
  Bitmap picture{format.size, format.channels, Bytes(format.row_bytes() * static_cast<std::size_t>(format.size.height))};
  ColourCells cells;
  for (int y = 0; y < format.size.height && !stop.requested(); ++y) {
    std::uint8_t* const row = &picture.pixels[static_cast<std::size_t>(y) * format.row_bytes()];
    rows.read(row);
    cells.add_row(row, format);
  }
  const bool has_transparent = cells.has_transparent();
  const auto most = static_cast<std::size_t>(colours) - (has_transparent ? 1 : 0);
  const Palette palette = palette_of(choose_palette(cells.cells(), most, stop), has_transparent);

  PalettePicture out{format.size, palette.colours, palette.colours.front() >> 24U != 255, bits_for(palette.colours.size()), {}};
  const auto bits = static_cast<std::size_t>(out.bits);
  const std::size_t stride = (static_cast<std::size_t>(format.size.width) * bits + 7) / 8;
  out.packed.resize(stride * static_cast<std::size_t>(format.size.height));
  Ditherer ditherer(picture, palette, dither);
  std::vector<std::uint8_t> indices(static_cast<std::size_t>(format.size.width));
  for (int y = 0; y < format.size.height && !stop.requested(); ++y) {
    ditherer.row(y, indices.data());
    pack(indices, bits, &out.packed[static_cast<std::size_t>(y) * stride]);
  }
  return out;
}

}  // namespace imagegen::detail
