#pragma once
#include <imagegen/core/bytes.hpp>

namespace imagegen::detail {

/// What a WebP carries beside its picture; views into the file.
struct WebpChunks {
  ByteView exif, icc;
};

/// Walks the chunks as far as they are whole. Source: WebP Container Specification (RFC 9649, section 2).
WebpChunks read_webp_chunks(ByteView file);

}  // namespace imagegen::detail
