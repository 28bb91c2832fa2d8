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

RowFinisher::RowFinisher(const ExactAxis& across, int channels, SampleRange range)
    : channels_(channels),
      range_(range),
      width_(static_cast<int>(across.groups.size())),
      sums_(samples(across.count, channels)),
      across_(quantised(across, channels == 1 ? kernels::kPlaneTaps : 2)),
      column_(samples(std::max(across.count, across_.taps), channels) + kernels::kRowPadding),
      finished_(samples(width_, channels) + kernels::kRowPadding) {
  assert(range == SampleRange::full || channels == 1);
}

void RowFinisher::mix_columns() {
  const kernels::RowTaps taps{across_.starts, across_.weights.data(), across_.taps};
  if (channels_ == 1)
    kernels::resample_plane_row(column_.data(), taps, finished_.data());
  else
    kernels::resample_row(column_.data(), taps, channels_, finished_.data());
}

void RowFinisher::narrow(std::uint8_t* out) const {
  const std::size_t count = samples(width_, channels_);
  const auto finished = std::span<const std::int16_t>(finished_).first(count);
  if (channels_ == 4) return kernels::unpremultiply_row(finished, {out, count});
  if (range_ == SampleRange::full) return kernels::narrow_row(finished, {out, count});
  const bool bright = range_ == SampleRange::video_brightness;
  kernels::narrow_to_video(finished, bright ? kernels::kVideoBrightness : kernels::kVideoColour, {out, count});
}

void RowFinisher::finish(std::span<const std::int32_t> sums, std::uint8_t* out) {
  const bool has_alpha = channels_ == 4;
  kernels::descale_row(sums, has_alpha ? kWordOffset : kByteOffset, has_alpha ? kWordShift : kByteShift,
                       std::span(column_).first(sums.size()));
  mix_columns();
  narrow(out);
}

Resampler::Resampler(const PlaneView& source, const ExactAxis& across, const ExactAxis& down, SampleRange range)
    : source_(source),
      finisher_(across, source.channels, range),
      size_{finisher_.width(), static_cast<int>(down.groups.size())},
      left_(across.first),
      down_(quantised(down, 2)),
      sums_(finisher_.sums()) {
  if (source.channels != 4) return;
  for (auto& row : premultiplied_) row.resize(sums_.size());
  premultiplied_y_.fill(-1);
}

// Taps past the last row have no weight, so any row does for them.
const std::uint8_t* Resampler::source_row(int y) const {
  return source_.row(down_.first + std::min(y, down_.count - 1)) + samples(left_, source_.channels);
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

void Resampler::read(std::uint8_t* out) {
  assert(y_ < size_.height);
  const bool has_alpha = source_.channels == 4;
  std::fill(sums_.begin(), sums_.end(), 0);
  has_alpha ? sum_premultiplied_rows(y_) : sum_rows(y_);
  finisher_.finish(sums_, out);
  ++y_;
}

namespace {

// Source rows [begin, end) of each output row. Taps past the last row have no weight.
std::vector<Reach> reaches_of(const ResampleAxis& down) {
  std::vector<Reach> reaches;
  reaches.reserve(down.starts.size());
  for (const int start : down.starts) reaches.push_back({start, std::min(start + down.taps, down.count)});
  return reaches;
}

// Sums of integers: in whatever parts they are added up, they are those of Resampler.
class EightBitBands : public BandResampler {
 public:
  EightBitBands(int channels, const ExactAxes& axes, SampleRange range)
      : BandResampler({{static_cast<int>(axes.across.groups.size()), static_cast<int>(axes.down.groups.size())},
                       channels,
                       8}),
        channels_(channels),
        left_(samples(axes.across.first, channels)),
        finisher_(axes.across, channels, range),
        down_(quantised(axes.down, 2)),
        open_(reaches_of(down_), finisher_.sums()) {
    if (channels == 4) premultiplied_.resize(kRowsAtOnce * finisher_.sums());
  }

  void take(const RowBand& band) override {
    const int from = std::max(band.first - down_.first, 0);
    const int to = std::min(band.first + band.count - down_.first, down_.count);
    for (int at = from; at < to; at += kRowsAtOnce) take_rows(band, at, std::min(at + kRowsAtOnce, to));
  }

 private:
  static constexpr int kRowsAtOnce = 16;  // as many as the kernel takes well

  void take_rows(const RowBand& band, int from, int to) {
    if (!open_.wants(from, to)) return;
    const auto row_at = [&](int y) { return band.row(down_.first + y) + left_; };
    const auto done = [&](int, const auto& sums) { finisher_.finish(sums, next_row()); };
    if (channels_ != 4) {
      open_.pass(from, to, [&](int y, int begin, int end, auto& sums) { add(y, begin, end, row_at, sums); }, done);
      return;
    }
    for (int y = from; y < to; ++y) kernels::premultiply_row({row_at(y), finisher_.sums()}, premultiplied(y - from));
    const auto made_at = [&](int y) { return static_cast<const std::int16_t*>(premultiplied(y - from).data()); };
    open_.pass(from, to, [&](int y, int begin, int end, auto& sums) { add(y, begin, end, made_at, sums); }, done);
  }

  std::span<std::int16_t> premultiplied(int slot) {
    return std::span(premultiplied_).subspan(static_cast<std::size_t>(slot) * finisher_.sums(), finisher_.sums());
  }

  // The kernel takes rows in pairs; the second of the last pair may have no weight.
  template <class RowAt>
  void add(int y, int begin, int end, const RowAt& row_at, std::vector<std::int32_t>& sums) const {
    std::array<decltype(row_at(0)), kRowsAtOnce> rows;
    std::array<std::int16_t, kRowsAtOnce> weights{};
    const auto all = down_.weights_of(y);
    const int start = down_.starts[static_cast<std::size_t>(y)];
    const auto count = static_cast<std::size_t>(end - begin);
    for (std::size_t i = 0; i < count; ++i) {
      rows[i] = row_at(begin + static_cast<int>(i));
      weights[i] = all[static_cast<std::size_t>(begin - start) + i];
    }
    if (count % 2 != 0) rows[count] = rows[count - 1];
    kernels::accumulate_rows(std::span(rows).first((count + 1) / 2 * 2), weights.data(), sums);
  }

  int channels_;
  std::size_t left_;
  RowFinisher finisher_;
  ResampleAxis down_;
  OpenSums<std::int32_t> open_;
  std::vector<std::int16_t> premultiplied_;
};

}  // namespace

BandResamplerPtr band_resampled(int channels, const ExactAxes& axes, SampleRange range) {
  return std::make_unique<EightBitBands>(channels, axes, range);
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
