#include "image/fit.hpp"

#include <imagegen/core/cover_window.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include "image/checks.hpp"
#include "image/parse_name.hpp"

namespace imagegen {
namespace detail {
namespace {

Result<void> check_box(const RenditionSpec& spec) {
  const PixelSize box = spec.size;
  if (std::min(box.width, box.height) < 0 || std::max(box.width, box.height) > kLargestSide) {
    return Error(Errc::invalid_argument,
                 "size: expected sides of 1 to 65535 px, or 0 for one that follows, got " + to_string(box));
  }
  const FocalPoint focus = spec.position.focus;
  const bool in_range = focus.x >= 0 && focus.x <= 1 && focus.y >= 0 && focus.y <= 1;  // false for NaN, too
  if (!in_range) return Error(Errc::invalid_argument, "focus: expected x and y in [0, 1]");
  return {};
}

Error too_long(std::int64_t width, std::int64_t height) {
  return {Errc::limit_exceeded, "size: expected an output with sides of at most 65535 px, got " +
                                    std::to_string(width) + "x" + std::to_string(height)};
}

// side * numerator / denominator, rounded, at least 1. 64 bits hold any product of three sides' worth of pixels.
std::int64_t scaled(std::int64_t side, std::int64_t numerator, std::int64_t denominator) {
  return std::max<std::int64_t>((2 * side * numerator + denominator) / (2 * denominator), 1);
}

// The master scaled until one side is that of the box: the first to touch it, or the last.
Result<PixelSize> touching(PixelSize master, const RenditionSpec& spec, bool last) {
  const PixelSize box = spec.size;
  const bool width_first = std::int64_t{box.width} * master.height <= std::int64_t{box.height} * master.width;
  const bool by_width = width_first != last;
  const bool grows = by_width ? box.width > master.width : box.height > master.height;
  if (grows && !spec.allow_upscale) return master;
  const std::int64_t width = by_width ? box.width : scaled(master.width, box.height, master.height);
  const std::int64_t height = by_width ? scaled(master.height, box.width, master.width) : box.height;
  if (std::max(width, height) > kLargestSide) return too_long(width, height);
  return PixelSize{static_cast<int>(width), static_cast<int>(height)};
}

PixelSize no_larger_than(PixelSize size, PixelSize most) {
  return {std::min(size.width, most.width), std::min(size.height, most.height)};
}

FitPlan cover_plan(PixelSize master, const RenditionSpec& spec) {
  const PixelWindow crop = cover_window(master, spec.position, spec.size);
  const bool grows = crop.width < spec.size.width || crop.height < spec.size.height;
  if (!grows || spec.allow_upscale) return FitPlan{crop, spec.size, spec.size}.on_whole_pixels();
  const PixelRect whole = nearest_pixels(crop);
  const PixelSize size = no_larger_than({whole.width, whole.height}, spec.size);
  return {as_window(whole), size, size};
}

FitPlan fill_plan(PixelSize master, PixelSize box, bool allow_upscale) {
  const PixelSize size = allow_upscale ? box : no_larger_than(box, master);
  return {as_window({0, 0, master.width, master.height}), size, size};
}

// All of it, with one side as asked for or both as they are.
Result<FitPlan> one_sided_plan(PixelSize master, const RenditionSpec& spec) {
  const PixelSize box = spec.size;
  const bool grows = box.width > master.width || box.height > master.height;
  if (box == PixelSize{} || (grows && !spec.allow_upscale)) return fill_plan(master, master, true);
  const std::int64_t width = box.width > 0 ? box.width : scaled(master.width, box.height, master.height);
  const std::int64_t height = box.height > 0 ? box.height : scaled(master.height, box.width, master.width);
  if (std::max(width, height) > kLargestSide) return too_long(width, height);
  return fill_plan(master, {static_cast<int>(width), static_cast<int>(height)}, true);
}

FitPlan contain_plan(PixelWindow whole, PixelSize resized, const RenditionSpec& spec) {
  const auto offset = [](int room, float fraction) {
    return std::clamp(static_cast<int>(std::floor(static_cast<double>(room) * fraction + 0.5)), 0, room);
  };
  return {whole, resized, spec.size, offset(spec.size.width - resized.width, spec.position.focus.x),
          offset(spec.size.height - resized.height, spec.position.focus.y)};
}

// Of a master that begins at 0, 0, without margins.
Result<FitPlan> plan_part(PixelSize master, const RenditionSpec& spec) {
  if (spec.size.width == 0 || spec.size.height == 0) return one_sided_plan(master, spec);
  if (spec.fit == Fit::cover) return cover_plan(master, spec);
  if (spec.fit == Fit::fill) return fill_plan(master, spec.size, spec.allow_upscale);
  const auto resized = touching(master, spec, spec.fit == Fit::outside);
  if (!resized) return resized.error();
  const PixelWindow whole = as_window({0, 0, master.width, master.height});
  if (spec.fit == Fit::contain) return contain_plan(whole, *resized, spec);
  return FitPlan{whole, *resized, *resized};
}

}  // namespace

FitPlan FitPlan::on_whole_pixels() const {
  if (!keeps_scale()) return *this;
  FitPlan plan = *this;
  plan.crop = as_window(nearest_pixels(crop));
  return plan;
}

Result<PixelRect> extracted(PixelSize master, const RenditionSpec& spec) {
  if (!spec.extract) return PixelRect{0, 0, master.width, master.height};
  const auto [x, y, width, height] = *spec.extract;
  const bool inside =
      x >= 0 && y >= 0 && width > 0 && height > 0 && width <= master.width - x && height <= master.height - y;
  if (inside) return *spec.extract;
  return Error(Errc::invalid_argument, "extract: expected a part of " + to_string(master) + ", got " +
                                           to_string(PixelSize{width, height}) + " at " + std::to_string(x) + "," +
                                           std::to_string(y));
}

Result<FitPlan> plan_region(PixelRect region, const RenditionSpec& spec) {
  if (auto checked = check_box(spec); !checked) return checked.error();
  auto plan = plan_part({region.width, region.height}, spec);
  if (!plan) return plan;
  plan->crop.x += region.x;
  plan->crop.y += region.y;
  plan->region = region;
  plan->extend = spec.extend;
  const auto width = std::int64_t{plan->canvas.width} + spec.extend.left + spec.extend.right;
  const auto height = std::int64_t{plan->canvas.height} + spec.extend.top + spec.extend.bottom;
  if (std::max(width, height) > kLargestSide) return too_long(width, height);
  return plan;
}

}  // namespace detail

namespace {
constexpr Fit kFits[] = {Fit::cover, Fit::contain, Fit::fill, Fit::inside, Fit::outside};
}  // namespace

std::string_view to_string(Fit fit) noexcept {
  switch (fit) {
    case Fit::cover:
      return "cover";
    case Fit::contain:
      return "contain";
    case Fit::fill:
      return "fill";
    case Fit::inside:
      return "inside";
    case Fit::outside:
      break;
  }
  return "outside";
}

Result<Fit> parse_fit(std::string_view text) {
  return detail::parse_name(kFits, text);
}

}  // namespace imagegen
