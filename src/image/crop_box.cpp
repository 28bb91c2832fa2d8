#include <imagegen/core/cover_crop.hpp>
#include <imagegen/image/renditions.hpp>
#include <imagegen/image/resize.hpp>

#include <algorithm>

#include "image/interest.hpp"

namespace imagegen {
namespace {

constexpr int kSmallSide = 256;  // px of the copy that is looked at; more shows no better where things are

PixelSize small_size(PixelSize size) {
  const int longest = std::max(size.width, size.height);
  if (longest <= kSmallSide) return size;
  const auto scaled = [&](int side) {
    return std::max(static_cast<int>(std::int64_t{side} * kSmallSide / longest), 1);
  };
  return {scaled(size.width), scaled(size.height)};
}

}  // namespace

PixelRect crop_box(const Bitmap& master, const RenditionSpec& spec) {
  PixelRect crop = cover_crop(master.size, spec.position.focus, spec.size);
  const bool slides_across = crop.width < master.size.width;
  const bool slides = slides_across || crop.height < master.size.height;
  if (spec.position.rule == CropRule::focal_point || !slides) return crop;
  const auto copy = resize(master, {0, 0, master.size.width, master.size.height}, small_size(master.size)).value();
  const auto axis = slides_across ? detail::Axis::across : detail::Axis::down;
  const auto profile = spec.position.rule == CropRule::attention ? detail::attention_profile(copy, axis)
                                                                 : detail::entropy_profile(copy, axis);
  if (slides_across)
    crop.x = detail::best_window_start(profile, crop.width, master.size.width);
  else
    crop.y = detail::best_window_start(profile, crop.height, master.size.height);
  return crop;
}

}  // namespace imagegen
