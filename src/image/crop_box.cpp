#include <algorithm>

#include "image/checks.hpp"
#include "image/interest.hpp"
#include "image/rendering.hpp"
#include "image/turn.hpp"

namespace imagegen {
namespace detail {
bool looks_at_pixels(const RenditionSpec& spec) noexcept {
  return spec.fit == Fit::cover && looks_at_pixels(spec.position.rule);
}

namespace {

bool slides(PixelSize master, const RenditionSpec& spec, const PixelWindow& crop) {
  return looks_at_pixels(spec) && (crop.width < master.width || crop.height < master.height);
}

}  // namespace

PixelWindow place_by_interest(const Master& master, const RenditionSpec& spec, PixelWindow crop) {
  if (!slides(master.size, spec, crop)) return crop;
  return place_by_interest(small_copy(master, kInterestSide), master.size, spec, crop);
}

PixelWindow place_by_interest(const Bitmap& copy, PixelSize master, const RenditionSpec& spec, PixelWindow crop) {
  if (!slides(master, spec, crop)) return crop;
  const bool slides_across = crop.width < master.width;
  const PixelRect whole = nearest_pixels(crop);
  const auto axis = slides_across ? Axis::across : Axis::down;
  const auto profile =
      spec.position.rule == CropRule::attention ? attention_profile(copy, axis) : entropy_profile(copy, axis);
  if (slides_across)
    crop.x = std::min<double>(best_window_start(profile, whole.width, master.width), master.width - crop.width);
  else
    crop.y = std::min<double>(best_window_start(profile, whole.height, master.height), master.height - crop.height);
  return crop;
}

}  // namespace detail

Result<PixelRect> crop_box(const Bitmap& picture, const RenditionSpec& spec) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  auto upright = detail::borrowed_master(picture);
  if (detail::looks_at_pixels(spec)) detail::add_planes(upright);
  const detail::TurnedMasters masters(std::move(upright), {&spec, 1});
  const detail::Master& master = masters.of(spec);
  const auto plan = detail::plan_of(master, spec);
  if (!plan) return plan.error();
  return nearest_pixels(detail::place_by_interest(master, spec, plan->crop));
}

}  // namespace imagegen
