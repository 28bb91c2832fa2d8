#include <imagegen/image/decode.hpp>

#include <new>
#include <string>

#include "image/checks.hpp"
#include "image/colour_management.hpp"
#include "image/orientation.hpp"
#include "image/raw_picture.hpp"

namespace imagegen {
namespace {

using detail::FileHeader;
using detail::RawPicture;

Result<FileHeader> read_known_header(ByteView file, const ImageLimits& limits) {
  const auto format = sniff_format(file);
  if (format == "png") return detail::read_png_header(file, limits);
  if (format == "jpeg") return detail::read_jpeg_header(file, limits);
  if (format == "webp") return detail::read_webp_header(file, limits);
  if (format == "empty") return Error(Errc::corrupt_data, "expected a picture, got no bytes");
  const std::string found = format == "unknown" ? "something unknown" : std::string(format);
  return Error(Errc::unsupported, "expected a PNG, JPEG or WebP picture, got " + found);
}

Result<FileHeader> read_header(ByteView file, const ImageLimits& limits) {
  if (file.size() > limits.max_bytes) {
    return Error(Errc::limit_exceeded, "expected a picture of at most " + std::to_string(limits.max_bytes) +
                                           " bytes, got " + std::to_string(file.size()));
  }
  auto header = read_known_header(file, limits);
  if (!header) return header;
  if (auto checked = detail::check_size(header->info.stored_size, limits); !checked) return checked.error();
  header->info.size = detail::upright_size(header->info.stored_size, header->info.orientation);
  return header;
}

Result<RawPicture> decode_pixels(ByteView file, const FileHeader& header) {
  if (header.info.format == ImageFormat::png) return detail::decode_png(file, header);
  if (header.info.format == ImageFormat::jpeg) return detail::decode_jpeg(file, header);
  return detail::decode_webp(file, header);
}

}  // namespace

Result<ImageInfo> inspect_image(ByteView file, const ImageLimits& limits) {
  auto header = read_header(file, limits);
  if (!header) return header.error();
  return std::move(header->info);
}

Result<Bitmap> decode_image(ByteView file, const ImageLimits& limits) {
  const auto header = read_header(file, limits);
  if (!header) return header.error();
  try {
    auto picture = decode_pixels(file, *header);
    if (!picture) return picture.error();
    return detail::turn_upright(detail::to_srgb(std::move(*picture), header->icc), header->info.orientation);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(header->info.stored_size));
  }
}

}  // namespace imagegen
