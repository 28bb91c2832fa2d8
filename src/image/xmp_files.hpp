#pragma once
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/result.hpp>

#include <string>
#include <string_view>

/// \file XMP packets in picture files: finding one, and putting one in.
namespace imagegen::detail {

/// What a file carries about its origin and whose it is.
struct FileXmp {
  std::string xmp;  ///< The first packet; empty where there is none or it is longer than kMaxXmpBytes.
  bool has_c2pa = false;
  ByteView exif = {};       ///< The first block of EXIF, with or without its name in front; into the file.
  ByteView photoshop = {};  ///< Of a JPEG: the first segment of Photoshop's resources, with its name; into the file.
};

/// Looks into PNG, JPEG, WebP and ISO media (AVIF), as far as their parts are whole. Linear in the file.
FileXmp find_file_xmp(ByteView file);

/// Puts a packet into a file that this library's encoders wrote; pixels stay as they are, bit by bit. JPEG: APP1 after
/// the JFIF segment. PNG: an uncompressed iTXt before the first IDAT. WebP: a chunk at the end, after the simple form
/// has been made the extended one. \return Errc::unsupported for AVIF, whose encoder takes the packet itself;
/// Errc::limit_exceeded for one too long for the
///         format; Errc::invalid_argument for an empty packet or a file that has one already; Errc::corrupt_data.
Result<Bytes> embed_xmp(ImageFormat format, Bytes file, std::string_view xmp);

}  // namespace imagegen::detail
