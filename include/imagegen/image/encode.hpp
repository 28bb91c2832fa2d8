#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/encoding.hpp>

#include <string>
#include <vector>

namespace imagegen {

/// Encodes a picture of 1, 3 or 4 channels. JPEG has no alpha: it is flattened onto white.
/// Errc::limit_exceeded above the format's largest side (WebP 16383, JPEG 65500), Errc::unsupported for a format this
/// build cannot write, Errc::invalid_argument for numbers out of range. Safe from any thread.
/// \param notes Receives what of the encoding the file has not: settings that its format has no use for, and a target_bytes
///        that cannot be met. May be null.
Result<Bytes> encode_image(const Bitmap& picture, const Encoding& encoding, std::vector<std::string>* notes = nullptr);

/// encode_image() as PNG.
Result<Bytes> encode_png(const Bitmap& picture);

/// Whether this build can write the format.
bool can_encode(ImageFormat format) noexcept;

}  // namespace imagegen
