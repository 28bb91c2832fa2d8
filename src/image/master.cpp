#include "image/master.hpp"

#include <algorithm>

#include "image/colour_management.hpp"
#include "image/deep_resampler.hpp"
#include "image/kernels/split_rgb_row.hpp"
#include "image/orientation.hpp"
#include "image/raw_picture.hpp"
#include "image/resampler.hpp"

namespace imagegen::detail {
namespace {

// A JPEG that needs no change of colour and no turning can stay as it is stored.
bool has_usable_planes(const FileHeader& header) {
  const bool is_stored = header.info.colour == "ycbcr" || header.info.colour == "grey";
  return header.info.format == ImageFormat::jpeg && is_stored && header.info.orientation == 1 &&
         !header.converts_colours();
}

std::uint64_t reduced(std::uint64_t bytes, int reduce) {
  const auto part = static_cast<std::uint64_t>(reduce);
  return bytes / (part * part);
}

// A master of its own pixels that is split into planes as well.
std::uint64_t split_bytes(const FileHeader& header) {
  const bool splits = header.info.bits_per_channel <= 8 && !header.info.has_alpha;
  return splits ? whole_bytes(header.info.size, SampleModel::rgb, 8) : 0;
}

Result<void> add_pixels(ByteView file, const FileHeader& header, const Stop& stop, Master& master) {
  auto raw = decode_raw(file, header, master.reduce, stop);
  if (!raw) return raw.error();
  const int orientation = header.info.orientation;
  if (raw->bits == 16) {
    auto deep = turn_upright(to_deep_srgb(std::move(*raw), header), orientation);
    master.has_alpha = deep.channels == 4;
    master.deep = std::make_shared<DeepBitmap>(std::move(deep));
  } else {
    auto rgb = turn_upright(to_srgb(std::move(*raw), header), orientation);
    master.has_alpha = rgb.channels == 4;
    master.rgb = std::make_shared<Bitmap>(std::move(rgb));
  }
  return {};
}

// Planes cannot be had for a JPEG whose samples lie in an unusual way; that shows only now.
Result<bool> add_stored_planes(ByteView file, const FileHeader& header, const Stop& stop, Master& master) {
  if (!has_usable_planes(header)) return false;
  auto planes = decode_jpeg_planes(file, header, master.reduce, stop);
  if (!planes && planes.error().code == Errc::unsupported) return false;
  if (!planes) return planes.error();
  master.planes = std::make_shared<YcbcrPicture>(std::move(*planes));
  return true;
}

Plane empty_plane(PixelSize size) {
  const auto stride = static_cast<std::size_t>(size.width);
  return {size, stride, Bytes(stride * static_cast<std::size_t>(size.height))};
}

Bitmap small_bitmap(const Bitmap& picture, PixelSize size) {
  if (picture.size == size) return picture;
  return collect(*resampled(view_of(picture), window_of(picture.size), size, {}));
}

std::uint8_t clamped(int value) {
  return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

// ITU-T T.871 (JFIF), in 1/65536.
void join_pixel(int y, int cb, int cr, std::uint8_t* rgb) {
  constexpr int kHalf = 1 << 15;
  rgb[0] = clamped(y + ((91'881 * (cr - 128) + kHalf) >> 16));
  rgb[1] = clamped(y - ((22'554 * (cb - 128) + 46'802 * (cr - 128) + kHalf) >> 16));
  rgb[2] = clamped(y + ((116'130 * (cb - 128) + kHalf) >> 16));
}

Bitmap small_bitmap(const YcbcrPicture& picture, PixelSize size) {
  const auto shrunk = [size](const Plane& plane) {
    return collect(*resampled(plane.view(), window_of(plane.size), size, {}));
  };
  const Bitmap y = shrunk(picture.y);
  if (!picture.is_grey()) return joined_planes(y, shrunk(picture.cb), shrunk(picture.cr));
  const Bitmap none{size, 1, Bytes(y.pixels.size(), 128)};
  return joined_planes(y, none, none);
}

}  // namespace

PixelSize fitted(PixelSize size, int side) {
  const int longest = std::max(size.width, size.height);
  if (longest <= side) return size;
  const auto scaled = [&](int length) { return std::max(static_cast<int>(std::int64_t{length} * side / longest), 1); };
  return {scaled(size.width), scaled(size.height)};
}

Bitmap joined_planes(const Bitmap& y, const Bitmap& cb, const Bitmap& cr) {
  Bitmap out{y.size, 3, Bytes(y.pixels.size() * 3)};
  for (std::size_t i = 0; i < y.pixels.size(); ++i) {
    join_pixel(y.pixels[i], cb.pixels[i], cr.pixels[i], &out.pixels[3 * i]);
  }
  return out;
}

YcbcrPicture split_planes(const Bitmap& rgb) {
  YcbcrPicture out{empty_plane(rgb.size), empty_plane(rgb.size), empty_plane(rgb.size)};
  const auto stride = static_cast<std::size_t>(rgb.size.width);
  for (int y = 0; y < rgb.size.height; ++y) {
    const std::size_t at = static_cast<std::size_t>(y) * stride;
    kernels::split_rgb_row({rgb.row(y), 3 * stride}, &out.y.samples[at], &out.cb.samples[at], &out.cr.samples[at]);
  }
  return out;
}

void add_planes(Master& master) {
  if (master.rgb && master.rgb->channels == 3) {
    master.planes = std::make_shared<YcbcrPicture>(split_planes(*master.rgb));
  }
}

Result<Master> decode_master(ByteView file, const FileHeader& header, const MasterNeeds& needs, const Stop& stop) {
  if (auto checked = check_memory(master_bytes(header, needs), header); !checked) return checked.error();
  Master master;
  master.size = header.info.size;
  master.reduce = header.info.format == ImageFormat::jpeg ? needs.reduce : 1;
  master.notes = header.info.notes;
  bool has_planes = false;
  if (needs.planes) {
    const auto added = add_stored_planes(file, header, stop, master);
    if (!added) return added.error();
    has_planes = *added;
  }
  if (has_planes && !needs.rgb) return master;
  if (auto added = add_pixels(file, header, stop, master); !added) return added.error();
  if (needs.planes && !has_planes) add_planes(master);
  if (master.planes && !needs.rgb) master.rgb.reset();
  return master;
}

std::uint64_t master_bytes(const FileHeader& header, const MasterNeeds& needs) {
  const bool stored = needs.planes && has_usable_planes(header);
  std::uint64_t bytes = stored ? header.plane_bytes : 0;
  if (!stored || needs.rgb) {
    const std::uint64_t pixels = decoded_bytes(header);
    const std::uint64_t copy = swaps_sides(header.info.orientation) ? pixels : 0;
    const std::uint64_t planes = needs.planes && !stored ? split_bytes(header) : 0;
    bytes += pixels + std::max(copy, planes);
  }
  const int reduce = header.info.format == ImageFormat::jpeg ? needs.reduce : 1;
  return header.codec_bytes + reduced(bytes, reduce);
}

Master borrowed_master(const Bitmap& picture) {
  Master master;
  master.size = picture.size;
  master.has_alpha = picture.channels == 4;
  master.rgb = std::shared_ptr<const Bitmap>(&picture, [](const Bitmap*) {});
  return master;
}

Bitmap small_copy(const Master& master, int side) {
  const PixelSize size = fitted(master.size, side);
  if (master.planes) return small_bitmap(*master.planes, size);
  if (master.rgb) return small_bitmap(*master.rgb, size);
  return collect(*narrowed(deep_resampled(*master.deep, window_of(master.size), size, {})));
}

}  // namespace imagegen::detail
