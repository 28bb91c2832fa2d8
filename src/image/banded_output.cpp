#include "image/banded_output.hpp"

#include <algorithm>

#include "image/deep_resampler.hpp"
#include "image/kernels/split_rgb_row.hpp"

namespace imagegen::detail {
namespace {

constexpr int kLeastBandRows = 16;

int band_rows(const RowFormat& format, std::size_t band_bytes) {
  const auto rows = static_cast<int>(band_bytes / format.row_bytes());
  return std::min(std::max(rows, kLeastBandRows), format.size.height);
}

std::uint64_t area(PixelSize size) {
  return static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height);
}

bool is_planar(const BandedMaster& master, const RenditionSpec& spec, const FitPlan& plan) {
  return master.has_planes && stays_planar(spec, plan);
}

BandResamplerPtr resampled_pixels(const BandedMaster& master, const FitPlan& plan, const ResizeOptions& options) {
  const bool deep = master.format.bits == 16;
  if (!deep && plan.keeps_scale()) return band_copier(master.format, nearest_pixels(plan.crop));
  const auto axes = exact_axes(window_of(plan.crop), plan.resized, options);
  if (deep || options.linear_light) return deep_band_resampled(master.format, axes, options.linear_light);
  return band_resampled(master.format.channels, axes);
}

}  // namespace

BandBuffer::BandBuffer(const BandedMaster& master, std::size_t band_bytes)
    : format_(master.format), has_planes_(master.has_planes), rows_(band_rows(master.format, band_bytes)) {
  const auto rows = static_cast<std::size_t>(rows_);
  pixels_.resize((format_.row_bytes() * rows + 1) / 2);
  if (has_planes_) planes_.resize(3 * rows * static_cast<std::size_t>(format_.size.width));
}

std::uint8_t* BandBuffer::plane(int number, int row) {
  const auto width = static_cast<std::size_t>(format_.size.width);
  return planes_.data() +
         (static_cast<std::size_t>(number) * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(row)) * width;
}

void BandBuffer::split(int row) {
  kernels::split_rgb_row({band().pixels.row(first_ + row), format_.row_bytes()}, plane(0, row), plane(1, row),
                         plane(2, row));
}

Result<int> BandBuffer::read(RowSource& source, int first) {
  first_ = first;
  count_ = std::min(rows_, format_.size.height - first);
  if (count_ == 0) return 0;
  auto* bytes = reinterpret_cast<std::uint8_t*>(pixels_.data());
  for (int i = 0; i < count_; ++i) {
    if (auto read = source.read(bytes + static_cast<std::size_t>(i) * format_.row_bytes()); !read) return read.error();
    if (has_planes_) split(i);
  }
  if (first_ + count_ == format_.size.height) {
    if (auto sound = source.end(); !sound) return sound.error();
  }
  return count_;
}

SourceBand BandBuffer::band() const {
  SourceBand band;
  band.pixels = {reinterpret_cast<const std::uint8_t*>(pixels_.data()), format_.row_bytes(), first_, count_};
  if (!has_planes_) return band;
  const auto width = static_cast<std::size_t>(format_.size.width);
  const std::size_t plane = width * static_cast<std::size_t>(rows_);
  band.y = {planes_.data(), width, first_, count_};
  band.cb = {planes_.data() + plane, width, first_, count_};
  band.cr = {planes_.data() + 2 * plane, width, first_, count_};
  return band;
}

BandedOutput::BandedOutput(const BandedMaster& master, const RenditionSpec& spec, FitPlan plan)
    : spec_(spec), plan_(std::move(plan)) {
  if (!is_planar(master, spec_, plan_)) {
    pixels_ = resampled_pixels(master, plan_, spec_.resize);
    return;
  }
  const PlanarAxes axes = planar_axes(plan_, spec_, master.size, master.size, 1);
  y_ = band_resampled(1, axes.bright, axes.bright_range);
  cb_ = band_resampled(1, axes.colour, axes.colour_range);
  cr_ = band_resampled(1, axes.colour, axes.colour_range);
}

std::uint64_t BandedOutput::held_bytes(const BandedMaster& master, const RenditionSpec& spec, const FitPlan& plan) {
  if (is_planar(master, spec, plan)) return area(plan.resized) + 2 * area(colour_size(plan.resized, spec.encoding));
  const bool deep = master.format.bits == 16 || spec.resize.linear_light;
  return area(plan.resized) * static_cast<std::uint64_t>(master.format.channels) * (deep ? 2U : 1U);
}

void BandedOutput::take(const SourceBand& band) {
  if (pixels_) return pixels_->take(band.pixels);
  y_->take(band.y);
  cb_->take(band.cb);
  cr_->take(band.cr);
}

Result<Rendition> BandedOutput::finish(const BandedMaster& master, const Stop& stop) {
  if (stop.requested()) return stop.error();
  ResizedRows rows;
  if (pixels_) {
    rows.pixels = pixels_->rows();
  } else {
    rows.planes = {y_->rows(), cb_->rows(), cr_->rows()};
  }
  try {
    return finish_output(std::move(rows), plan_, spec_, master.notes, master.credits, stop);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(spec_.size));
  }
}

BandedCopy::BandedCopy(const BandedMaster& master, int side) {
  const auto axes = exact_axes(window_of(master.size), fitted(master.size, side), {});
  if (master.has_planes) {
    for (auto* plane : {&y_, &cb_, &cr_}) *plane = band_resampled(1, axes);
  } else if (master.format.bits == 16) {
    pixels_ = deep_band_resampled(master.format, axes, false);
  } else {
    pixels_ = band_resampled(master.format.channels, axes);
  }
}

void BandedCopy::take(const SourceBand& band) {
  if (pixels_) return pixels_->take(band.pixels);
  y_->take(band.y);
  cb_->take(band.cb);
  cr_->take(band.cr);
}

Bitmap BandedCopy::finish() {
  if (pixels_) return collect(*narrowed(pixels_->rows()));
  return joined_planes(collect(*y_->rows()), collect(*cb_->rows()), collect(*cr_->rows()));
}

}  // namespace imagegen::detail
