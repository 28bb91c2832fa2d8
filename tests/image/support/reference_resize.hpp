#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/image/resize.hpp>

#include <algorithm>
#include <vector>

/// \file resize() and blur() by their definition, in double precision and without any of their code.
namespace imagegen::test {

/// A picture of samples in [0, 1], interleaved, with straight alpha.
struct ExactPicture {
  PixelSize size;
  int channels = 3;
  std::vector<double> samples;
};

ExactPicture exact(const Bitmap& picture);

/// The kernel is widened when shrinking, the crop's edge samples are repeated outside of it, alpha is premultiplied
/// meanwhile. Results are clamped to [0, 1], and not rounded.
ExactPicture exact_resize(const ExactPicture& source, PixelRect crop, PixelSize size,
                          const ResizeOptions& options = {});

/// A Gaussian of `sigma` px, cut off at three times that.
ExactPicture exact_blur(const ExactPicture& source, double sigma);

/// Rounded once, at the end.
Bitmap rounded(const ExactPicture& picture);
Bitmap reference_resize(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options = {});

/// Largest difference between samples of `most` for 1 and the exact ones, as far as it can be seen: that of a colour
/// counts by its share of alpha.
template <class Samples>
double largest_visible_difference(const Samples& samples, double most, const ExactPicture& expected) {
  if (samples.size() != expected.samples.size()) return most;
  double largest = 0.0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto channels = static_cast<std::size_t>(expected.channels);
    const bool counts_less = channels == 4 && i % 4 != 3;
    const double share = counts_less ? expected.samples[i | 3U] : 1.0;
    const double difference = samples[i] - expected.samples[i] * most;
    largest = std::max(largest, (difference < 0 ? -difference : difference) * share);
  }
  return largest;
}

}  // namespace imagegen::test
