#include "image/deep_resampler.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <optional>

#include "image/kernels/accumulate_deep_rows.hpp"
#include "image/kernels/load_deep_row.hpp"
#include "image/kernels/resample_deep_row.hpp"
#include "image/srgb_curve.hpp"

namespace imagegen::detail {
namespace {

std::size_t index(int value) {
  return static_cast<std::size_t>(value);
}

// The value of a sample as the sums want it: as it is, or as light.
std::vector<float> sample_values(std::uint32_t most, bool linear) {
  if (linear) return light_of_srgb(most);
  std::vector<float> values(most + 1);
  for (std::uint32_t i = 0; i <= most; ++i) values[i] = static_cast<float>(i) / static_cast<float>(most);
  return values;
}

// Turns rows of 8 or 16 bits into premultiplied floating point.
template <class Sample>
class RowLoader {
 public:
  RowLoader(int channels, bool linear) : channels_(index(channels)) {
    if (!is_plain(linear)) values_ = sample_values(kMost, linear);
  }

  void load(const Sample* from, std::size_t pixels, float* out) const {
    if constexpr (sizeof(Sample) == 2) {
      if (values_.empty()) return kernels::load_deep_row({from, pixels * channels_}, static_cast<int>(channels_), out);
    }
    for (std::size_t i = 0; i < pixels; ++i, from += channels_, out += channels_) {
      const float alpha = channels_ == 4 ? static_cast<float>(from[3]) / kMost : 1.0F;
      for (std::size_t c = 0; c < std::min<std::size_t>(channels_, 3); ++c) out[c] = values_[from[c]] * alpha;
      if (channels_ == 4) out[3] = alpha;
    }
  }

 private:
  static constexpr auto kMost = std::numeric_limits<Sample>::max();
  static constexpr bool is_plain(bool linear) { return sizeof(Sample) == 2 && !linear; }

  std::size_t channels_;
  std::vector<float> values_;
};

// Single-precision weights, one group after the other.
struct FloatAxis {
  explicit FloatAxis(const ExactAxis& exact) : first(exact.first), count(exact.count), offsets{0} {
    for (const auto& group : exact.groups) {
      starts.push_back(group.start);
      weights.insert(weights.end(), group.weights.begin(), group.weights.end());
      offsets.push_back(static_cast<std::uint32_t>(weights.size()));
      longest = std::max(longest, group.weights.size());
    }
  }

  Reach reach_of(int position) const {
    const int start = starts[index(position)];
    return {start, start + static_cast<int>(offsets[index(position) + 1] - offsets[index(position)])};
  }
  const float* weights_of(int position) const { return weights.data() + offsets[index(position)]; }
  kernels::DeepTaps taps() const { return {starts, offsets, weights.data()}; }

  int first, count;
  std::size_t longest = 1;
  std::vector<std::int32_t> starts;
  std::vector<std::uint32_t> offsets;
  std::vector<float> weights;
};

// What comes after the vertical pass: the horizontal one, and the way back to 16 bits.
class DeepFinisher {
 public:
  DeepFinisher(const ExactAxis& across, int channels, bool linear_light)
      : channels_(index(channels)), across_(across), pixels_(across_.starts.size() * 4) {
    if (linear_light) to_srgb_.emplace();
  }

  const FloatAxis& across() const { return across_; }
  std::size_t row_sums() const { return index(across_.count) * channels_; }
  std::size_t padded_sums() const { return row_sums() + kernels::kDeepPadding; }

  // `sums` are padded.
  void finish(const float* sums, std::uint8_t* out) {
    if (channels_ >= 3) {
      kernels::resample_deep_row(sums, across_.taps(), static_cast<int>(channels_), pixels_.data());
    } else {
      mix_grey(sums);
    }
    for (std::size_t i = 0; i < pixels_.size(); i += 4, out += channels_ * 2) put_pixel(&pixels_[i], out);
  }

 private:
  void mix_grey(const float* sums) {
    for (std::size_t x = 0; x < across_.starts.size(); ++x) {
      const float* from = sums + across_.starts[x];
      float sum = 0.0F;
      for (std::uint32_t k = across_.offsets[x]; k < across_.offsets[x + 1]; ++k) sum += across_.weights[k] * *from++;
      pixels_[4 * x] = sum;
    }
  }

  void put_pixel(const float* pixel, std::uint8_t* out) const {
    for (std::size_t c = 0; c < channels_; ++c) {
      const auto value = static_cast<std::uint16_t>(finished(pixel[c], pixel[3], c) * 65'535.0F + 0.5F);
      std::memcpy(out + 2 * c, &value, sizeof value);
    }
  }

  // In [0, 1]: straight again, and sRGB again. Where alpha rounds to 0 the colour is 0 too.
  float finished(float value, float alpha, std::size_t channel) const {
    if (channel == 3) return std::clamp(value, 0.0F, 1.0F);
    if (channels_ == 4) value = alpha < 0.5F / 65'535.0F ? 0.0F : value / alpha;
    value = std::clamp(value, 0.0F, 1.0F);
    return to_srgb_ ? (*to_srgb_)(value) : value;
  }

  std::size_t channels_;
  FloatAxis across_;
  std::vector<float> pixels_;
  std::optional<SrgbOfLight> to_srgb_;
};

RowFormat deep_format(const ExactAxes& axes, int channels) {
  return {
      {static_cast<int>(axes.across.groups.size()), static_cast<int>(axes.down.groups.size())}, channels, /*bits=*/16};
}

template <class Source, class Sample>
class DeepRows : public RowStream {
 public:
  DeepRows(const Source& source, const ExactAxes& axes, bool linear_light)
      : source_(source),
        format_(deep_format(axes, source.channels)),
        finisher_(axes.across, source.channels, linear_light),
        down_(axes.down),
        loader_(source.channels, linear_light),
        rows_(down_.longest, std::vector<float>(finisher_.row_sums())),
        row_y_(down_.longest, -1),
        sums_(finisher_.padded_sums()) {
    needed_.reserve(down_.longest);
  }

  RowFormat format() const override { return format_; }

  void read(std::uint8_t* out) override {
    const Reach reach = down_.reach_of(y_);
    needed_.clear();
    for (int y = reach.begin; y < reach.end; ++y) needed_.push_back(loaded_row(y));
    std::fill(sums_.begin(), sums_.end(), 0.0F);
    kernels::accumulate_deep_rows(needed_, down_.weights_of(y_), std::span(sums_).first(finisher_.row_sums()));
    finisher_.finish(sums_.data(), out);
    ++y_;
  }

 private:
  // Rows are used by several outputs in a row, so the newest are kept.
  const float* loaded_row(int y) {
    const std::size_t slot = index(y) % rows_.size();
    if (row_y_[slot] != y) {
      const FloatAxis& across = finisher_.across();
      const Sample* from = source_.row(down_.first + y) + index(across.first) * index(source_.channels);
      loader_.load(from, index(across.count), rows_[slot].data());
      row_y_[slot] = y;
    }
    return rows_[slot].data();
  }

  Source source_;
  RowFormat format_;
  DeepFinisher finisher_;
  FloatAxis down_;
  RowLoader<Sample> loader_;
  std::vector<std::vector<float>> rows_;
  std::vector<int> row_y_;
  std::vector<const float*> needed_;
  std::vector<float> sums_;
  int y_ = 0;
};

std::vector<Reach> reaches_of(const FloatAxis& down) {
  std::vector<Reach> reaches;
  for (int y = 0; y < static_cast<int>(down.starts.size()); ++y) reaches.push_back(down.reach_of(y));
  return reaches;
}

// Each sum in the order of the rows, as in DeepRows.
template <class Sample>
class DeepBands : public BandResampler {
 public:
  DeepBands(int channels, const ExactAxes& axes, bool linear_light)
      : BandResampler(deep_format(axes, channels)),
        channels_(index(channels)),
        finisher_(axes.across, channels, linear_light),
        down_(axes.down),
        loader_(channels, linear_light),
        open_(reaches_of(down_), finisher_.padded_sums()),
        loaded_(kRowsAtOnce * finisher_.row_sums()) {}

  void take(const RowBand& band) override {
    const int from = std::max(band.first - down_.first, 0);
    const int to = std::min(band.first + band.count - down_.first, down_.count);
    for (int at = from; at < to; at += kRowsAtOnce) take_rows(band, at, std::min(at + kRowsAtOnce, to));
  }

 private:
  static constexpr int kRowsAtOnce = 8;  // with the open sums these should stay in the cache

  void take_rows(const RowBand& band, int from, int to) {
    if (!open_.wants(from, to)) return;
    for (int y = from; y < to; ++y) load(band, y, loaded(y - from));
    open_.pass(
        from, to,
        [&](int y, int begin, int end, std::vector<float>& sums) {
          std::array<const float*, kRowsAtOnce> rows;
          for (int i = begin; i < end; ++i) rows[index(i - begin)] = loaded(i - from);
          kernels::accumulate_deep_rows(std::span(rows).first(index(end - begin)),
                                        down_.weights_of(y) + (begin - down_.starts[index(y)]),
                                        std::span(sums).first(finisher_.row_sums()));
        },
        [&](int, const std::vector<float>& sums) { finisher_.finish(sums.data(), next_row()); });
  }

  void load(const RowBand& band, int y, float* out) const {
    const FloatAxis& across = finisher_.across();
    const auto* row = reinterpret_cast<const Sample*>(band.row(down_.first + y));
    loader_.load(row + index(across.first) * channels_, index(across.count), out);
  }

  float* loaded(int slot) { return loaded_.data() + index(slot) * finisher_.row_sums(); }

  std::size_t channels_;
  DeepFinisher finisher_;
  FloatAxis down_;
  RowLoader<Sample> loader_;
  OpenSums<float> open_;
  std::vector<float> loaded_;
};

// A DeepBitmap that is not copied.
struct DeepView {
  const DeepBitmap* picture;
  int channels;
  const std::uint16_t* row(int y) const { return picture->row(y); }
};

}  // namespace

RowStreamPtr deep_resampled(const DeepBitmap& source, const Window& window, PixelSize size,
                            const ResizeOptions& options) {
  const DeepView view{&source, source.channels};
  return std::make_unique<DeepRows<DeepView, std::uint16_t>>(view, exact_axes(window, size, options),
                                                             options.linear_light);
}

RowStreamPtr deep_resampled(const PlaneView& source, const Window& window, PixelSize size,
                            const ResizeOptions& options) {
  return deep_resampled(source, exact_axes(window, size, options), options.linear_light);
}

RowStreamPtr deep_resampled(const PlaneView& source, const ExactAxes& axes, bool linear_light) {
  return std::make_unique<DeepRows<PlaneView, std::uint8_t>>(source, axes, linear_light);
}

BandResamplerPtr deep_band_resampled(const RowFormat& source, const ExactAxes& axes, bool linear_light) {
  if (source.bits == 16) return std::make_unique<DeepBands<std::uint16_t>>(source.channels, axes, linear_light);
  return std::make_unique<DeepBands<std::uint8_t>>(source.channels, axes, linear_light);
}

}  // namespace imagegen::detail
