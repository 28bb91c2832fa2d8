#include <imagegen/image/decode.hpp>

#include <new>
#include <string>

#include "image/checks.hpp"
#include "image/colour_management.hpp"
#include "image/master.hpp"
#include "image/orientation.hpp"
#include "image/raw_picture.hpp"
#include "image/row_source.hpp"
#include "image/xmp_files.hpp"

namespace imagegen {
namespace {

using detail::comes_in_rows;
using detail::FileHeader;
using detail::Master;

Result<FileHeader> read_known_header(ByteView file, const ImageLimits& limits) {
  const auto format = sniff_format(file);
  if (format == "png") return detail::read_png_header(file, limits);
  if (format == "jpeg") return detail::read_jpeg_header(file, limits);
  if (format == "webp") return detail::read_webp_header(file, limits);
  if (format == "avif" && can_decode(ImageFormat::avif)) return detail::read_avif_header(file, limits);
  if (format == "gif") return detail::read_gif_header(file, limits);
  if (format == "empty") return Error(Errc::corrupt_data, "expected a picture, got no bytes");
  const std::string found = format == "unknown" ? "something unknown" : std::string(format);
  const char* known = can_decode(ImageFormat::avif) ? "PNG, JPEG, WebP, AVIF or GIF" : "PNG, JPEG, WebP or GIF";
  // The libraries that decode it are under the GPL or the LGPL, and what it holds is patented.
  const char* advice = format == "heic" ? "; convert it first, as by heif-convert, or decode it in the host" : "";
  return Error(Errc::unsupported, std::string("expected a ") + known + " picture, got " + found + advice);
}

void add_notes(ByteView file, FileHeader& header) {
  auto& info = header.info;
  if (detail::find_file_xmp(file).has_c2pa) {
    info.notes.emplace_back("The picture carries a C2PA manifest, which is not verified, and which its outputs lose.");
  }
  if (info.animated) {
    info.notes.push_back("The picture is an animation of " + std::to_string(info.frames) +
                         " frames, of which only the first is used.");
  }
}

// Row by row where that saves the picture in another form, or a file inflated in one go beside it.
bool is_read_in_rows(const FileHeader& header) {
  const bool deep = header.info.bits_per_channel == 16;
  return comes_in_rows(header) && (deep || detail::decoded_bytes(header) > detail::BandPlan().largest_held);
}

Result<Bitmap> decode_bitmap(ByteView file, const FileHeader& header, const detail::Stop& stop) {
  if (is_read_in_rows(header)) {
    const auto bytes = detail::whole_bytes(header.info.size, detail::model_of(header.info), 8);
    if (auto checked = detail::check_memory(bytes, header); !checked) return checked.error();
    auto rows = detail::open_rows(file, header, stop);
    if (!rows) return rows.error();
    return detail::collect(*detail::narrowed(std::move(*rows)));
  }
  auto master = detail::decode_master(file, header, {}, stop);
  if (!master) return master.error();
  // Nobody else has it, so its pixels can be taken out of it.
  if (master->rgb) return std::move(const_cast<Bitmap&>(*master->rgb));
  const auto narrow = detail::whole_bytes(header.info.size, detail::model_of(header.info), 8);
  if (auto checked = detail::check_memory(detail::decoded_bytes(header) + narrow, header); !checked) {
    return checked.error();
  }
  return detail::narrowed(*master->deep);
}

}  // namespace

namespace detail {

SampleModel model_of(const ImageInfo& info) {
  if (info.colour == "grey") return SampleModel::grey;
  if (info.colour == "grey+alpha") return SampleModel::grey_alpha;
  if (info.colour == "cmyk" || info.colour == "ycck") return SampleModel::cmyk;
  return info.has_alpha ? SampleModel::rgba : SampleModel::rgb;
}

Result<FileHeader> read_header(ByteView file, const ImageLimits& limits) {
  if (file.size() > limits.max_bytes) {
    return Error(Errc::limit_exceeded, "expected a picture of at most " + std::to_string(limits.max_bytes) +
                                           " bytes, got " + std::to_string(file.size()));
  }
  auto header = read_known_header(file, limits);
  if (!header) return header;
  if (auto checked = check_size(header->info.stored_size, limits); !checked) return checked.error();
  if (header->info.frames > limits.max_frames) {
    return Error(Errc::limit_exceeded, "frames: expected at most " + std::to_string(limits.max_frames) + ", got " +
                                           std::to_string(header->info.frames));
  }
  header->max_decoded_bytes = limits.max_decoded_bytes;
  header->info.size = upright_size(header->info.stored_size, header->info.orientation);
  add_notes(file, *header);
  if (auto settled = settle_colours(*header, model_of(header->info), limits); !settled) return settled.error();
  return header;
}

}  // namespace detail

Result<ImageInfo> inspect_image(ByteView file, const ImageLimits& limits) {
  auto header = detail::read_header(file, limits);
  if (!header) return header.error();
  return std::move(header->info);
}

Result<Bitmap> decode_image(ByteView file, const ImageLimits& limits) {
  const auto header = detail::read_header(file, limits);
  if (!header) return header.error();
  const detail::Stop stop(nullptr, limits.max_time);
  try {
    return decode_bitmap(file, *header, stop);
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(header->info.stored_size));
  }
}

bool can_decode([[maybe_unused]] ImageFormat format) noexcept {
#ifdef IMAGEGEN_HAS_AVIF
  return true;
#else
  return format != ImageFormat::avif;
#endif
}

}  // namespace imagegen
