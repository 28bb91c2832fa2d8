#include "image/band_resampler.hpp"

namespace imagegen::detail {
namespace {

class BandCopier : public BandResampler {
 public:
  BandCopier(const RowFormat& source, PixelRect crop)
      : BandResampler({{crop.width, crop.height}, source.channels, source.bits}),
        crop_(crop),
        pixel_bytes_(RowFormat{{1, 1}, source.channels, source.bits}.row_bytes()) {}

  void take(const RowBand& band) override {
    const int from = std::max(band.first, crop_.y);
    const int to = std::min(band.first + band.count, crop_.y + crop_.height);
    for (int y = from; y < to; ++y) {
      const std::uint8_t* row = band.row(y) + static_cast<std::size_t>(crop_.x) * pixel_bytes_;
      std::memcpy(next_row(), row, static_cast<std::size_t>(crop_.width) * pixel_bytes_);
    }
  }

 private:
  PixelRect crop_;
  std::size_t pixel_bytes_;
};

}  // namespace

BandResamplerPtr band_copier(const RowFormat& source, PixelRect crop) {
  return std::make_unique<BandCopier>(source, crop);
}

}  // namespace imagegen::detail
