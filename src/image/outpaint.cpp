#include <imagegen/image/outpaint.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include "image/checks.hpp"
#include "image/extended_rows.hpp"

namespace imagegen {
namespace {

Error wrong(const std::string& field, const std::string& expected, const std::string& found) {
  return {Errc::invalid_argument, field + ": expected " + expected + ", got " + found};
}

Result<void> check_place(FocalPoint position) {
  const bool in_range = position.x >= 0 && position.x <= 1 && position.y >= 0 && position.y <= 1;  // false for NaN, too
  if (in_range) return {};
  return Error(Errc::invalid_argument, "position: expected x and y in [0, 1]");
}

Result<void> check_new_margins(const Margins& margins) {
  const auto least = std::min({margins.left, margins.top, margins.right, margins.bottom});
  if (least < 0) return wrong("margins", "none below 0 px", std::to_string(least));
  if (margins == Margins{}) return wrong("margins", "at least one above 0 px", "none");
  return {};
}

// How much of a side of the picture lies between the parts that the mask covers of it.
int kept(int side, int before, int after, int overlap) {
  const auto covered = std::int64_t{overlap} * ((before > 0 ? 1 : 0) + (after > 0 ? 1 : 0));
  return static_cast<int>(std::max<std::int64_t>(side - covered, 0));
}

Result<void> check_overlap(PixelSize picture, const OutpaintSpec& spec) {
  const auto& margins = spec.margins;
  const int overlap = spec.overlap_px, feather = spec.feather_px;
  if (overlap < 0) return wrong("overlap", "at least 0 px", std::to_string(overlap));
  if (kept(picture.width, margins.left, margins.right, overlap) == 0 ||
      kept(picture.height, margins.top, margins.bottom, overlap) == 0)
    return wrong("overlap", "one that leaves something of the picture of " + to_string(picture),
                 std::to_string(overlap) + " px");
  if (feather < 0 || feather > overlap / 2) {
    const auto most = "0 px to half of the overlap, " + std::to_string(overlap / 2) + " px";
    return wrong("feather", most, std::to_string(feather));
  }
  return {};
}

// What the mask does not touch of the picture, on the canvas.
PixelRect kept_part(PixelSize picture, const OutpaintSpec& spec) {
  const auto& margins = spec.margins;
  return {margins.left + (margins.left > 0 ? spec.overlap_px : 0),
          margins.top + (margins.top > 0 ? spec.overlap_px : 0),
          kept(picture.width, margins.left, margins.right, spec.overlap_px),
          kept(picture.height, margins.top, margins.bottom, spec.overlap_px)};
}

Mask mask_around(PixelSize size, PixelRect part) {
  Mask mask{size, Bytes(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), 255)};
  for (int y = part.y; y < part.y + part.height; ++y) {
    const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width);
    std::fill_n(mask.values.begin() + static_cast<std::ptrdiff_t>(row) + part.x, part.width, std::uint8_t{0});
  }
  return mask;
}

Result<PixelSize> size_with(PixelSize picture, const Margins& margins, const ImageLimits& limits) {
  const auto sum = [](int before, int side, int after) {
    return static_cast<int>(std::min<std::int64_t>(std::int64_t{before} + side + after, INT32_MAX));
  };
  const PixelSize size{sum(margins.left, picture.width, margins.right),
                       sum(margins.top, picture.height, margins.bottom)};
  if (auto checked = detail::check_size(size, limits); !checked) return checked.error();
  return size;
}

Bitmap in_colour(const Bitmap& grey) {
  Bitmap out{grey.size, 3, {}};
  out.pixels.reserve(grey.pixels.size() * 3);
  for (const std::uint8_t value : grey.pixels) out.pixels.insert(out.pixels.end(), 3, value);
  return out;
}

Bitmap on_canvas(const Bitmap& picture, PixelSize size, const OutpaintSpec& spec) {
  const auto [red, green, blue, alpha] = spec.background;
  auto rows = detail::rows_of(picture);
  if (spec.fill == MarginFill::background)
    return collect(*padded(std::move(rows), size, spec.margins.left, spec.margins.top, {red, green, blue, alpha}));
  return collect(*extended(std::move(rows), spec.margins, spec.fill));
}

// `position` of what is left over goes before the picture.
int part_before(int room, float position) {
  return static_cast<int>(std::floor(static_cast<double>(room) * static_cast<double>(position)));
}

}  // namespace

Result<Margins> margins_to_size(PixelSize picture, PixelSize canvas, FocalPoint position) {
  if (auto checked = check_place(position); !checked) return checked.error();
  if (canvas.width < picture.width || canvas.height < picture.height)
    return wrong("size", "at least " + to_string(picture) + ", the size of the picture", to_string(canvas));
  const int across = canvas.width - picture.width, down = canvas.height - picture.height;
  const int left = part_before(across, position.x), top = part_before(down, position.y);
  return Margins{left, top, across - left, down - top};
}

Result<Margins> margins_to_shape(PixelSize picture, PixelSize shape, FocalPoint position) {
  if (shape.width < 1 || shape.height < 1) return wrong("shape", "both sides at least 1", to_string(shape));
  const auto rounded = [](std::int64_t side, std::int64_t numerator, std::int64_t denominator) {
    const auto nearest = (2 * side * numerator + denominator) / (2 * denominator);
    return static_cast<int>(std::min<std::int64_t>(nearest, INT32_MAX));
  };
  const int width = rounded(picture.height, shape.width, shape.height);
  const int height = rounded(picture.width, shape.height, shape.width);
  const bool is_wider = std::int64_t{shape.width} * picture.height >= std::int64_t{shape.height} * picture.width;
  const PixelSize canvas = is_wider ? PixelSize{std::max(width, picture.width), picture.height}
                                    : PixelSize{picture.width, std::max(height, picture.height)};
  return margins_to_size(picture, canvas, position);
}

Result<OutpaintInput> outpaint_input(const Bitmap& picture, const OutpaintSpec& spec, const ImageLimits& limits) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  if (auto checked = check_new_margins(spec.margins); !checked) return checked.error();
  if (auto checked = check_overlap(picture.size, spec); !checked) return checked.error();
  const auto size = size_with(picture.size, spec.margins, limits);
  if (!size) return size.error();
  auto mask = feather_mask(mask_around(*size, kept_part(picture.size, spec)), spec.feather_px);
  if (!mask) return mask.error();
  const PixelRect place{spec.margins.left, spec.margins.top, picture.size.width, picture.size.height};
  Bitmap canvas = picture.channels == 1 ? on_canvas(in_colour(picture), *size, spec) : on_canvas(picture, *size, spec);
  return OutpaintInput{std::move(canvas), std::move(*mask), place};
}

}  // namespace imagegen
