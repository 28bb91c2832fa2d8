#pragma once
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/result.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "image/row_stream.hpp"
#include "image/stop.hpp"

/// \file One encoder per format, fed by rows. Size and encoding have been checked. Each ends with the error of `stop`
/// when that asks to end.
namespace imagegen::detail {

struct EncodeJob {
  const Encoding& encoding;
  std::string_view xmp;  ///< A packet for the file; empty for none.
  const Stop& stop;
  std::vector<std::string>* notes = nullptr;  ///< Where to say what the file has not; may be null.
};

/// Any format. What has alpha comes without for JPEG: flatten before.
Result<Bytes> encode_rows(RowStreamPtr rows, const EncodeJob& job);

/// Lossy WebP, and JPEG, of planes: those of WebP in the ranges of video, those of JPEG in full range. The planes of
/// colour have the size that colour_size() says. Grey has no planes of colour.
Result<Bytes> encode_planes(PlanarRows rows, const EncodeJob& job);

/// Whether encode_planes() can do it.
bool takes_planes(const Encoding& encoding) noexcept;

/// Of the planes that encode_planes() wants for a picture of `size`.
PixelSize colour_size(PixelSize size, const Encoding& encoding) noexcept;

/// Errc::invalid_argument for numbers out of range, Errc::unsupported for a format that cannot be written,
/// Errc::limit_exceeded for a size that the format cannot hold.
Result<void> check_encoding(PixelSize size, const Encoding& encoding);

/// Notes, by their names, the settings that differ from their defaults and that the format has no use for; but not the quality
/// of a PNG, which everybody gives.
void note_unused(const Encoding& encoding, std::vector<std::string>& notes);

/// The formats, without XMP and without checks.
Result<Bytes> encode_webp(RowStream& rows, const EncodeJob& job);
Result<Bytes> encode_webp_planes(PlanarRows& rows, const EncodeJob& job);
Result<Bytes> encode_jpeg(RowStream& rows, const EncodeJob& job);
Result<Bytes> encode_jpeg_planes(PlanarRows& rows, const EncodeJob& job);
Result<Bytes> encode_png(RowStream& rows, const EncodeJob& job);
Result<Bytes> encode_avif(RowStream& rows, const EncodeJob& job);

}  // namespace imagegen::detail
