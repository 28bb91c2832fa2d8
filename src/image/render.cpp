#include <imagegen/image/renditions.hpp>

#include <new>

#include "image/checks.hpp"
#include "image/encoders.hpp"

namespace imagegen {
namespace {

Result<void> check_spec(const RenditionSpec& spec) {
  if (spec.size.width < 1 || spec.size.height < 1) {
    return Error(Errc::invalid_argument, "size: expected sides of at least 1 px, got " + to_string(spec.size));
  }
  const FocalPoint focus = spec.position.focus;
  const bool in_range = focus.x >= 0 && focus.x <= 1 && focus.y >= 0 && focus.y <= 1;  // false for NaN, too
  if (!in_range) return Error(Errc::invalid_argument, "focus: expected x and y in [0, 1]");
  return detail::check_encoding(spec.size, spec.encoding);
}

Result<Rendition> make(const Bitmap& master, const RenditionSpec& spec, const std::atomic<bool>* cancelled) {
  const PixelRect crop = crop_box(master, spec);
  const auto pixels = detail::resize_unless(cancelled, master, crop, spec.size);
  if (!pixels) return pixels.error();
  auto file = detail::encode_unless(cancelled, *pixels, spec.encoding);
  if (!file) return file.error();
  const bool upscaled = crop.width < spec.size.width || crop.height < spec.size.height;
  return Rendition{{spec.encoding.format, spec.size, std::move(*file)}, crop, upscaled};
}

}  // namespace

Result<Rendition> render(const Bitmap& master, const RenditionSpec& spec, const std::atomic<bool>* cancelled) {
  if (auto checked = detail::check_bitmap(master); !checked) return checked.error();
  if (auto checked = check_spec(spec); !checked) return checked.error();
  if (detail::is_set(cancelled)) return detail::cancelled_error();
  try {
    return make(master, spec, cancelled);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(spec.size));
  }
}

}  // namespace imagegen
