#pragma once
#include <imagegen/image/decode.hpp>

#include <cstdlib>
#include <span>

#include "image/raw_picture.hpp"
#include "image/rendering.hpp"
#include "image/row_source.hpp"

/// \file What must hold for any bytes that begin like a picture: they are an error that says so, or a picture on which
/// the header, a second decoder and the outputs agree.
namespace imagegen::fuzz {

// libFuzzer reports whatever ends the program.
inline void require(bool holds) {
  if (!holds) std::abort();
}

inline bool is_refusal(Errc code) {
  return code == Errc::corrupt_data || code == Errc::unsupported || code == Errc::limit_exceeded;
}

inline ImageLimits small_limits() {
  ImageLimits limits;
  limits.max_pixels = 1 << 18;
  limits.max_side = 1 << 12;
  limits.max_icc_bytes = 1 << 16;
  return limits;
}

inline void check_picture(const Bitmap& picture, const ImageInfo& info) {
  require(picture.size == info.size);
  require(picture.channels == (info.has_alpha ? 4 : 3));
  require(picture.pixels.size() == picture.stride_bytes() * static_cast<std::size_t>(picture.size.height));
  require(std::int64_t{picture.size.width} * picture.size.height <= small_limits().max_pixels);
}

// The file of one output, by the way that render_all() goes; empty where the master is refused.
inline Bytes output(ByteView file, const detail::FileHeader& header, const RenditionSpec& spec) {
  const detail::Stop stop;
  const auto master = detail::decode_master(file, header, detail::needs_of(header.info.size, {&spec, 1}), stop);
  if (master.has_error()) {
    require(is_refusal(master.error().code));
    return {};
  }
  const auto made = detail::render_master(*master, spec, stop);
  require(made.has_value() && made->image.size == spec.size);
  return made->image.bytes;
}

inline void check_outputs(ByteView file) {
  const auto header = detail::read_header(file, small_limits()).value();
  const RenditionSpec planar{{16, 12}, parse_crop_position("attention").value(), {ImageFormat::jpeg, 70}};
  RenditionSpec deep{{9, 14}, {}, {ImageFormat::png}};
  deep.fit = Fit::contain;
  deep.encoding.bit_depth = 16;
  for (const auto& spec : {planar, deep}) {
    const Bytes made = output(file, header, spec);
    require(made == output(file, header, spec));
    require(made.empty() || inspect_image(made).value().size == spec.size);
  }
}

// What comes in rows is the picture that the whole gives. Where only one of the two finds the file damaged, it was.
inline void check_rows(ByteView file, const Bitmap& picture) {
  const auto header = detail::read_header(file, small_limits()).value();
  const detail::Stop stop;
  auto rows = detail::open_rows(file, header, stop);
  if (rows.has_error()) return require(is_refusal(rows.error().code));
  const auto found = detail::collect(*detail::narrowed(std::move(*rows)));
  if (found.has_error()) return require(is_refusal(found.error().code));
  require(found->channels == picture.channels && found->pixels == picture.pixels);
}

/// Does nothing for bytes of another format, so that a target stays with its own.
inline int check_file(ByteView file, std::string_view format) {
  if (sniff_format(file) != format) return 0;
  const auto limits = small_limits();
  const auto info = inspect_image(file, limits);
  const auto picture = decode_image(file, limits);
  if (info.has_error()) require(is_refusal(info.error().code) && picture.has_error());
  if (picture.has_error()) {
    require(is_refusal(picture.error().code));
    return 0;
  }
  check_picture(*picture, *info);
  const auto again = decode_image(file, limits);
  require(again.has_value() && again->pixels == picture->pixels);
  check_rows(file, *picture);
  check_outputs(file);
  return 0;
}

}  // namespace imagegen::fuzz
