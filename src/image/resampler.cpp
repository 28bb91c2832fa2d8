#include "image/resampler.hpp"

#include <algorithm>
#include <cassert>

#include "image/kernels/accumulate_rows.hpp"
#include "image/kernels/descale_row.hpp"
#include "image/kernels/fixed_point.hpp"
#include "image/kernels/narrow_row.hpp"
#include "image/kernels/premultiply_row.hpp"
#include "image/kernels/resample_row.hpp"
#include "image/kernels/unpremultiply_row.hpp"

namespace imagegen::detail {
namespace {

std::size_t samples(int pixels, int channels) {
  return static_cast<std::size_t>(pixels) * static_cast<std::size_t>(channels);
}

// From a sum of weighted bytes to the format between the passes: fewer bits, less the bias, rounded.
constexpr int kByteShift = kernels::kWeightBits - kernels::kExtraBits;
constexpr std::int32_t kByteOffset = (1 << (kByteShift - 1)) - (128 << kernels::kWeightBits);
// The same from a sum of weighted 16-bit samples, which have that format already.
constexpr int kWordShift = kernels::kWeightBits;
constexpr std::int32_t kWordOffset = 1 << (kWordShift - 1);

}  // namespace

Resampler::Resampler(const Bitmap& source, PixelRect crop, PixelSize size)
    : source_(source),
      crop_(crop),
      size_(size),
      channels_(source.channels),
      across_(lanczos3_axis(crop.width, size.width)),
      down_(lanczos3_axis(crop.height, size.height)),
      sums_(samples(crop.width, channels_)),
      column_(samples(std::max(crop.width, across_.taps), channels_) + kernels::kRowPadding),
      finished_(samples(size.width, channels_) + kernels::kRowPadding) {
  if (channels_ != 4) return;
  for (auto& row : premultiplied_) row.resize(samples(crop.width, channels_));
  premultiplied_y_.fill(-1);
}

// Taps past the last row have no weight, so any row does for them.
const std::uint8_t* Resampler::source_row(int y) const {
  return source_.row(crop_.y + std::min(y, crop_.height - 1)) + samples(crop_.x, channels_);
}

const std::int16_t* Resampler::premultiplied_row(int y) {
  y = std::min(y, crop_.height - 1);
  const auto slot = static_cast<std::size_t>(y % kRowsAtOnce);
  if (premultiplied_y_[slot] != y) {
    kernels::premultiply_row({source_row(y), sums_.size()}, premultiplied_[slot]);
    premultiplied_y_[slot] = y;
  }
  return premultiplied_[slot].data();
}

void Resampler::sum_rows(int y) {
  const int start = down_.starts[static_cast<std::size_t>(y)];
  const auto weights = down_.weights_of(y);
  for (int k = 0; k < down_.taps; k += kRowsAtOnce) {
    std::array<const std::uint8_t*, kRowsAtOnce> rows;
    const int count = std::min(kRowsAtOnce, down_.taps - k);
    for (int i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = source_row(start + k + i);
    kernels::accumulate_rows(std::span(rows).first(static_cast<std::size_t>(count)),
                             &weights[static_cast<std::size_t>(k)], sums_);
  }
}

void Resampler::sum_premultiplied_rows(int y) {
  const int start = down_.starts[static_cast<std::size_t>(y)];
  const auto weights = down_.weights_of(y);
  for (int k = 0; k < down_.taps; k += kRowsAtOnce) {
    std::array<const std::int16_t*, kRowsAtOnce> rows;
    const int count = std::min(kRowsAtOnce, down_.taps - k);
    for (int i = 0; i < count; ++i) rows[static_cast<std::size_t>(i)] = premultiplied_row(start + k + i);
    kernels::accumulate_rows(std::span(rows).first(static_cast<std::size_t>(count)),
                             &weights[static_cast<std::size_t>(k)], sums_);
  }
}

void Resampler::make_row(int y, std::uint8_t* out) {
  assert(y >= 0 && y < size_.height);
  const bool has_alpha = channels_ == 4;
  std::fill(sums_.begin(), sums_.end(), 0);
  has_alpha ? sum_premultiplied_rows(y) : sum_rows(y);
  kernels::descale_row(sums_, has_alpha ? kWordOffset : kByteOffset, has_alpha ? kWordShift : kByteShift, column_);
  kernels::resample_row(column_.data(), {across_.starts, across_.weights.data(), across_.taps}, channels_,
                        finished_.data());
  const auto row_samples = samples(size_.width, channels_);
  const auto finished = std::span<const std::int16_t>(finished_).first(row_samples);
  has_alpha ? kernels::unpremultiply_row(finished, {out, row_samples})
            : kernels::narrow_row(finished, {out, row_samples});
}

}  // namespace imagegen::detail
