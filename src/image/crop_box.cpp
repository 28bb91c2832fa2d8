#include <algorithm>

#include "image/checks.hpp"
#include "image/interest.hpp"
#include "image/rendering.hpp"
#include "image/turn.hpp"

namespace imagegen {
namespace detail {
namespace {

constexpr int kSmallSide = 256;  // px of the copy that is looked at; more shows no better where things are

}  // namespace

bool looks_at_pixels(const RenditionSpec& spec) noexcept {
  return spec.fit == Fit::cover && looks_at_pixels(spec.position.rule);
}

PixelWindow place_by_interest(const Master& master, const RenditionSpec& spec, PixelWindow crop) {
  const bool slides_across = crop.width < master.size.width;
  const bool slides = slides_across || crop.height < master.size.height;
  if (!looks_at_pixels(spec) || !slides) return crop;
  const PixelRect whole = nearest_pixels(crop);
  const Bitmap copy = small_copy(master, kSmallSide);
  const auto axis = slides_across ? Axis::across : Axis::down;
  const auto profile =
      spec.position.rule == CropRule::attention ? attention_profile(copy, axis) : entropy_profile(copy, axis);
  if (slides_across)
    crop.x =
        std::min<double>(best_window_start(profile, whole.width, master.size.width), master.size.width - crop.width);
  else
    crop.y = std::min<double>(best_window_start(profile, whole.height, master.size.height),
                              master.size.height - crop.height);
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
