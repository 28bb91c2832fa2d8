#include "image/resampler.hpp"

#include <algorithm>
#include <cassert>

#include "image/kernels/accumulate_rows.hpp"
#include "image/kernels/descale_row.hpp"
#include "image/kernels/fixed_point.hpp"
#include "image/kernels/narrow_row.hpp"
#include "image/kernels/premultiply_row.hpp"
#include "image/kernels/resample_plane_row.hpp"
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

Resampler::Resampler(const PlaneView& source, const ExactAxis& across, const ExactAxis& down, SampleRange range)
    : source_(source),
      range_(range),
      size_{static_cast<int>(across.groups.size()), static_cast<int>(down.groups.size())},
      across_(quantised(across, source.channels == 1 ? kernels::kPlaneTaps : 2)),
      down_(quantised(down, 2)),
      sums_(samples(across.count, source.channels)),
      column_(samples(std::max(across.count, across_.taps), source.channels) + kernels::kRowPadding),
      finished_(samples(size_.width, source.channels) + kernels::kRowPadding) {
  assert(range == SampleRange::full || source.channels == 1);
  if (source.channels != 4) return;
  for (auto& row : premultiplied_) row.resize(sums_.size());
  premultiplied_y_.fill(-1);
}

// Taps past the last row have no weight, so any row does for them.
const std::uint8_t* Resampler::source_row(int y) const {
  return source_.row(down_.first + std::min(y, down_.count - 1)) + samples(across_.first, source_.channels);
}

const std::int16_t* Resampler::premultiplied_row(int y) {
  y = std::min(y, down_.count - 1);
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

void Resampler::mix_columns() {
  const kernels::RowTaps taps{across_.starts, across_.weights.data(), across_.taps};
  if (source_.channels == 1)
    kernels::resample_plane_row(column_.data(), taps, finished_.data());
  else
    kernels::resample_row(column_.data(), taps, source_.channels, finished_.data());
}

void Resampler::finish_row(std::uint8_t* out) const {
  const std::size_t count = format().row_samples();
  const auto finished = std::span<const std::int16_t>(finished_).first(count);
  if (source_.channels == 4) return kernels::unpremultiply_row(finished, {out, count});
  if (range_ == SampleRange::full) return kernels::narrow_row(finished, {out, count});
  const bool bright = range_ == SampleRange::video_brightness;
  kernels::narrow_to_video(finished, bright ? kernels::kVideoBrightness : kernels::kVideoColour, {out, count});
}

void Resampler::read(std::uint8_t* out) {
  assert(y_ < size_.height);
  const bool has_alpha = source_.channels == 4;
  std::fill(sums_.begin(), sums_.end(), 0);
  has_alpha ? sum_premultiplied_rows(y_) : sum_rows(y_);
  kernels::descale_row(sums_, has_alpha ? kWordOffset : kByteOffset, has_alpha ? kWordShift : kByteShift,
                       std::span(column_).first(sums_.size()));
  mix_columns();
  finish_row(out);
  ++y_;
}

RowStreamPtr resampled(const PlaneView& source, const Window& window, PixelSize size, const ResizeOptions& options,
                       SampleRange range) {
  const ExactAxes axes = exact_axes(window, size, options);
  return std::make_unique<Resampler>(source, axes.across, axes.down, range);
}

RowStreamPtr resampled(const PlaneView& source, const ExactAxes& axes) {
  return std::make_unique<Resampler>(source, axes.across, axes.down);
}

}  // namespace imagegen::detail
