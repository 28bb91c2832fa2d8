// Any bytes are refused, or a small picture whose mean is the average that the hash holds.
#include <imagegen/image/thumb_hash.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// The components beside the constant one have no mean, so without clamping the picture's mean is the average.
void check_mean(const imagegen::Bitmap& picture, std::size_t channel, std::uint8_t average) {
  double sum = 0.0;
  for (std::size_t i = 0; i < picture.pixels.size(); i += 4) {
    const std::uint8_t value = picture.pixels[i + channel];
    if (value == 0 || value == 255) return;  // perhaps clamped
    sum += value;
  }
  require(std::abs(sum / (static_cast<double>(picture.pixels.size()) / 4.0) - average) <= 1.0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const imagegen::ByteView hash(data, size);
  const auto picture = imagegen::thumb_hash_picture(hash);
  const auto average = imagegen::thumb_hash_average(hash);
  require(picture.has_value() == average.has_value());
  if (!picture) {
    require(picture.error().code == imagegen::Errc::corrupt_data && picture.error() == average.error());
    return 0;
  }
  require(size >= 17 && size <= 25);
  require(std::max(picture->size.width, picture->size.height) == 32);
  require(std::min(picture->size.width, picture->size.height) >= 5);
  require(picture->channels == 4 &&
          picture->pixels.size() == picture->stride_bytes() * static_cast<std::size_t>(picture->size.height));
  for (std::size_t channel = 0; channel < 4; ++channel) check_mean(*picture, channel, (*average)[channel]);
  const auto again = imagegen::thumb_hash(*picture);
  require(again.has_value() && imagegen::thumb_hash_picture(*again).has_value());
  return 0;
}
