#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/encoding.hpp>

#include <atomic>

/// \file One encoder per format. Picture and encoding have been checked. Each ends with Errc::cancelled when
/// `*cancelled` (may be null) becomes true meanwhile.
namespace imagegen::detail {

Result<Bytes> encode_webp(const Bitmap& picture, const Encoding& encoding, const std::atomic<bool>* cancelled);
Result<Bytes> encode_jpeg(const Bitmap& picture, const Encoding& encoding, const std::atomic<bool>* cancelled);
Result<Bytes> encode_png(const Bitmap& picture, const std::atomic<bool>* cancelled);

/// Any format, with all checks.
Result<Bytes> encode_unless(const std::atomic<bool>* cancelled, const Bitmap& picture, const Encoding& encoding);

/// Errc::invalid_argument for numbers out of range, Errc::unsupported for a format that cannot be written,
/// Errc::limit_exceeded for a size that the format cannot hold.
Result<void> check_encoding(PixelSize size, const Encoding& encoding);

}  // namespace imagegen::detail
