#pragma once
#include <imagegen/core/error.hpp>

#include <avif/avif.h>

#include <memory>
#include <string>

#include "image/free_with.hpp"

/// \file libavif's objects, owned.
namespace imagegen::detail {

using AvifDecoder = std::unique_ptr<avifDecoder, FreeWith<avifDecoderDestroy>>;
using AvifEncoder = std::unique_ptr<avifEncoder, FreeWith<avifEncoderDestroy>>;
using AvifImage = std::unique_ptr<avifImage, FreeWith<avifImageDestroy>>;

/// `otherwise` is the code where the result tells no better one.
inline Error avif_error(avifResult result, Errc otherwise) {
  if (result == AVIF_RESULT_OUT_OF_MEMORY) return {Errc::limit_exceeded, "AVIF: not enough memory"};
  const bool lacks = result == AVIF_RESULT_NO_CODEC_AVAILABLE || result == AVIF_RESULT_NOT_IMPLEMENTED;
  return {lacks ? Errc::unsupported : otherwise, std::string("AVIF: ") + avifResultToString(result)};
}

}  // namespace imagegen::detail
