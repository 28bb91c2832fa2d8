#include "image/sharpened_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "image/checks.hpp"
#include "image/portable_math.hpp"
#include "image/srgb_curve.hpp"

namespace imagegen::detail {
namespace {

constexpr float kLeastSigma = 0.3F, kMostSigma = 10.0F, kMostSlope = 20.0F;
constexpr std::uint32_t kGreyMost = 4095;  // brightness is counted in so many steps
constexpr int kLightness = 256;            // steps of one L*
constexpr int kWeightBits = 14;

// L* of a grey of sRGB, and back.
class LightnessCurve {
 public:
  LightnessCurve() {
    const auto light = light_of_srgb(kGreyMost);
    for (std::size_t i = 0; i <= kGreyMost; ++i) lightness_[i] = lightness_of(static_cast<double>(light[i]));
    std::size_t grey = 0;
    for (std::size_t i = 0; i < greys_.size(); ++i) {
      while (grey < kGreyMost && lightness_[grey] < static_cast<std::int32_t>(i)) ++grey;
      greys_[i] = static_cast<std::int16_t>(grey);
    }
  }
  std::int32_t of(std::uint32_t grey) const { return lightness_[grey]; }
  std::int32_t grey_of(std::int32_t lightness) const {
    return greys_[static_cast<std::size_t>(std::clamp<std::int32_t>(lightness, 0, 100 * kLightness))];
  }

 private:
  // CIE 15:2018, 8.2.1.
  static std::int32_t lightness_of(double light) {
    const double lightness =
        light > 216.0 / 24389.0 ? 116.0 * exp_of(log_of(light) / 3.0) - 16.0 : light * 24389.0 / 27.0;
    return static_cast<std::int32_t>(std::floor(lightness * kLightness + 0.5));
  }

  std::array<std::int32_t, kGreyMost + 1> lightness_;
  std::array<std::int16_t, 100 * kLightness + 1> greys_;
};

const LightnessCurve& lightness_curve() {
  static const auto& curve = *new LightnessCurve();
  return curve;
}

// The weights of a Gaussian on both sides of its middle, as far as they are a tenth of it. Sum to 1 << kWeightBits.
std::vector<std::int32_t> gaussian(double sigma) {
  const int reach = std::max(static_cast<int>(std::floor(sigma * 2.1459660262893474)), 1);  // sqrt(2 ln 10)
  std::vector<double> shares;
  double sum = 0;
  for (int i = -reach; i <= reach; ++i) {
    shares.push_back(exp_of(-0.5 * (i / sigma) * (i / sigma)));
    sum += shares.back();
  }
  std::vector<std::int32_t> weights;
  std::int32_t rest = 1 << kWeightBits;
  for (const double share : shares) {
    weights.push_back(static_cast<std::int32_t>(std::floor(share / sum * (1 << kWeightBits) + 0.5)));
    rest -= weights.back();
  }
  weights[static_cast<std::size_t>(reach)] += rest;
  return weights;
}

// How much is added where lightness differs so much from its surroundings, both in steps.
class Gain {
 public:
  explicit Gain(const Sharpen& sharpen) : flat_(slope(sharpen.flat)), jagged_(slope(sharpen.jagged)) {}
  std::int32_t of(std::int32_t difference) const {
    const std::int32_t inner = std::clamp(difference, -kFlat, kFlat);
    const std::int64_t added = std::int64_t{inner} * flat_ + std::int64_t{difference - inner} * jagged_;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(added / 1024, -kMostDarker, kMostBrighter));
  }

 private:
  static constexpr std::int32_t kFlat = 2 * kLightness, kMostBrighter = 10 * kLightness, kMostDarker = 20 * kLightness;
  static std::int32_t slope(float value) {
    return static_cast<std::int32_t>(std::floor(static_cast<double>(value) * 1024 + 0.5));
  }
  std::int32_t flat_, jagged_;
};

// Samples of 8 or 16 bits as brightness is counted, and back.
template <class Sample>
constexpr std::uint32_t kMostOf = std::numeric_limits<Sample>::max();

template <class Sample>
std::uint32_t grey_of(const Sample* pixel, std::size_t channels) {
  // Rec. 709, in 1/65536.
  const std::uint64_t sum = channels < 3 ? std::uint64_t{pixel[0]} * 65'536
                                         : std::uint64_t{pixel[0]} * 13'933 + std::uint64_t{pixel[1]} * 46'871 +
                                               std::uint64_t{pixel[2]} * 4'732;
  return static_cast<std::uint32_t>((sum * kGreyMost / kMostOf<Sample> + 32'768) >> 16U);
}

template <class Sample>
Sample shifted(Sample value, std::int32_t greys) {
  const auto most = static_cast<std::int64_t>(kMostOf<Sample>);
  const std::int64_t by = std::int64_t{greys} * most * 2;
  const std::int64_t half = by < 0 ? -std::int64_t{kGreyMost} : std::int64_t{kGreyMost};
  return static_cast<Sample>(std::clamp<std::int64_t>(value + (by + half) / (2 * std::int64_t{kGreyMost}), 0, most));
}

class SharpenedRows : public RowStream {
 public:
  SharpenedRows(RowStreamPtr rows, const Sharpen& sharpen)
      : rows_(std::move(rows)), format_(rows_->format()), weights_(gaussian(sharpen.sigma)), gain_(sharpen) {
    reach_ = static_cast<int>(weights_.size()) / 2;
    kept_.resize(weights_.size());
    for (Kept& kept : kept_) {
      kept.pixels.resize(format_.row_bytes());
      kept.lightness.resize(static_cast<std::size_t>(format_.size.width));
    }
    sums_.resize(static_cast<std::size_t>(format_.size.width));
  }

  RowFormat format() const override { return format_; }

  void read(std::uint8_t* out) override {
    const int last = std::min(y_ + reach_, format_.size.height - 1);
    for (; loaded_ <= last; ++loaded_) load(kept(loaded_));
    sum_rows();
    std::memcpy(out, kept(y_).pixels.data(), format_.row_bytes());
    format_.bits == 16 ? sharpen_row<std::uint16_t>(out) : sharpen_row<std::uint8_t>(out);
    ++y_;
  }

 private:
  struct Kept {
    Bytes pixels;
    std::vector<std::int32_t> lightness;
  };

  Kept& kept(int y) { return kept_[static_cast<std::size_t>(y) % kept_.size()]; }

  void load(Kept& row) {
    rows_->read(row.pixels.data());
    format_.bits == 16 ? measure<std::uint16_t>(row) : measure<std::uint8_t>(row);
  }

  template <class Sample>
  void measure(Kept& row) {
    const LightnessCurve& curve = lightness_curve();
    const auto channels = static_cast<std::size_t>(format_.channels);
    Sample pixel[4];
    for (std::size_t x = 0; x < row.lightness.size(); ++x) {
      std::memcpy(pixel, &row.pixels[x * channels * sizeof(Sample)], channels * sizeof(Sample));
      row.lightness[x] = curve.of(grey_of(pixel, channels));
    }
  }

  // Beyond an edge stands the row at the edge.
  void sum_rows() {
    std::fill(sums_.begin(), sums_.end(), 1 << (kWeightBits - 1));
    for (int k = -reach_; k <= reach_; ++k) {
      const auto& lightness = kept(std::clamp(y_ + k, 0, format_.size.height - 1)).lightness;
      const std::int32_t weight = weights_[static_cast<std::size_t>(k + reach_)];
      for (std::size_t x = 0; x < sums_.size(); ++x) sums_[x] += weight * lightness[x];
    }
    for (auto& sum : sums_) sum >>= kWeightBits;
  }

  std::int32_t surroundings_at(int x) const {
    std::int32_t sum = 1 << (kWeightBits - 1);
    const int last = format_.size.width - 1;
    for (int k = -reach_; k <= reach_; ++k)
      sum +=
          weights_[static_cast<std::size_t>(k + reach_)] * sums_[static_cast<std::size_t>(std::clamp(x + k, 0, last))];
    return sum >> kWeightBits;
  }

  template <class Sample>
  void sharpen_row(std::uint8_t* out) {
    const LightnessCurve& curve = lightness_curve();
    const auto& lightness = kept(y_).lightness;
    const auto channels = static_cast<std::size_t>(format_.channels);
    const std::size_t colours = std::min<std::size_t>(channels, 3);
    for (int x = 0; x < format_.size.width; ++x, out += channels * sizeof(Sample)) {
      const std::int32_t here = lightness[static_cast<std::size_t>(x)];
      const std::int32_t wanted = here + gain_.of(here - surroundings_at(x));
      const std::int32_t by = curve.grey_of(wanted) - curve.grey_of(here);
      if (by == 0) continue;
      Sample pixel[4];
      std::memcpy(pixel, out, channels * sizeof(Sample));
      for (std::size_t c = 0; c < colours; ++c) pixel[c] = shifted(pixel[c], by);
      std::memcpy(out, pixel, channels * sizeof(Sample));
    }
  }

  RowStreamPtr rows_;
  RowFormat format_;
  std::vector<std::int32_t> weights_;
  Gain gain_;
  int reach_ = 1;
  std::vector<Kept> kept_;  ///< Row y is in slot y % kept_.size().
  std::vector<std::int32_t> sums_;
  int loaded_ = 0, y_ = 0;
};

Error sharpen_fault(const char* field, const char* expected, float got) {
  return {Errc::invalid_argument,
          std::string("sharpen.") + field + ": expected " + expected + ", got " + std::to_string(got)};
}

}  // namespace

Result<void> check_sharpen(const Sharpen& sharpen) {
  if (!is_within(sharpen.sigma, kLeastSigma, kMostSigma)) return sharpen_fault("sigma", "0.3 to 10 px", sharpen.sigma);
  if (!is_within(sharpen.flat, 0, kMostSlope)) return sharpen_fault("flat", "0 to 20", sharpen.flat);
  if (!is_within(sharpen.jagged, 0, kMostSlope)) return sharpen_fault("jagged", "0 to 20", sharpen.jagged);
  return {};
}

RowStreamPtr sharpened(RowStreamPtr rows, const Sharpen& sharpen) {
  return std::make_unique<SharpenedRows>(std::move(rows), sharpen);
}

}  // namespace imagegen::detail
