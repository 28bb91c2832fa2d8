#include "image/deep_resampler.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

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
  RowLoader(int channels, bool linear) : channels_(index(channels)), values_(sample_values(kMost, linear)) {}

  void load(const Sample* from, std::size_t pixels, float* out) const {
    for (std::size_t i = 0; i < pixels; ++i, from += channels_, out += channels_) {
      const float alpha = channels_ == 4 ? static_cast<float>(from[3]) / kMost : 1.0F;
      for (std::size_t c = 0; c < std::min<std::size_t>(channels_, 3); ++c) out[c] = values_[from[c]] * alpha;
      if (channels_ == 4) out[3] = alpha;
    }
  }

 private:
  static constexpr auto kMost = std::numeric_limits<Sample>::max();
  std::size_t channels_;
  std::vector<float> values_;
};

// Single-precision weights, each group as long as it is.
struct FloatAxis {
  explicit FloatAxis(const ExactAxis& exact) : first(exact.first), count(exact.count) {
    for (const auto& group : exact.groups) {
      groups.push_back({group.start, std::vector<float>(group.weights.begin(), group.weights.end())});
      longest = std::max(longest, group.weights.size());
    }
  }
  struct Group {
    int start;
    std::vector<float> weights;
  };
  int first, count;
  std::size_t longest = 1;
  std::vector<Group> groups;
};

template <class Source, class Sample>
class DeepRows : public RowStream {
 public:
  DeepRows(const Source& source, const ExactAxes& axes, bool linear_light)
      : source_(source),
        size_{static_cast<int>(axes.across.groups.size()), static_cast<int>(axes.down.groups.size())},
        channels_(index(source.channels)),
        across_(axes.across),
        down_(axes.down),
        loader_(source.channels, linear_light),
        rows_(down_.longest, std::vector<float>(index(across_.count) * channels_)),
        row_y_(down_.longest, -1),
        sums_(index(across_.count) * channels_) {
    if (linear_light) to_srgb_.emplace();
  }

  RowFormat format() const override { return {size_, static_cast<int>(channels_), 16}; }

  void read(std::uint8_t* out) override {
    const auto& group = down_.groups[index(y_++)];
    std::fill(sums_.begin(), sums_.end(), 0.0F);
    for (std::size_t k = 0; k < group.weights.size(); ++k) {
      const float weight = group.weights[k];
      const float* row = loaded_row(group.start + static_cast<int>(k));
      for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += weight * row[i];
    }
    for (std::size_t x = 0; x < index(size_.width); ++x) put_pixel(across_.groups[x], out + x * channels_ * 2);
  }

 private:
  // Rows are used by several outputs in a row, so the newest are kept.
  const float* loaded_row(int y) {
    const std::size_t slot = index(y) % rows_.size();
    if (row_y_[slot] != y) {
      const Sample* from = source_.row(down_.first + y) + index(across_.first) * channels_;
      loader_.load(from, index(across_.count), rows_[slot].data());
      row_y_[slot] = y;
    }
    return rows_[slot].data();
  }

  void put_pixel(const typename FloatAxis::Group& group, std::uint8_t* out) const {
    float pixel[4] = {0, 0, 0, 1};
    const float* from = &sums_[index(group.start) * channels_];
    for (std::size_t c = 0; c < channels_; ++c) {
      float sum = 0.0F;
      for (std::size_t k = 0; k < group.weights.size(); ++k) sum += group.weights[k] * from[k * channels_ + c];
      pixel[c] = sum;
    }
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

  Source source_;
  PixelSize size_;
  std::size_t channels_;
  FloatAxis across_, down_;
  RowLoader<Sample> loader_;
  std::vector<std::vector<float>> rows_;
  std::vector<int> row_y_;
  std::vector<float> sums_;
  std::optional<SrgbOfLight> to_srgb_;
  int y_ = 0;
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

}  // namespace imagegen::detail
