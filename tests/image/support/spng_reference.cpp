#include "image/support/spng_reference.hpp"

#include <spng.h>

#include <memory>

namespace imagegen::test {

std::optional<Bytes> decode_with_spng(ByteView file) {
  const std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)> context(spng_ctx_new(0), &spng_ctx_free);
  std::size_t bytes = 0;
  if (spng_set_png_buffer(context.get(), file.data(), file.size()) != SPNG_OK) return std::nullopt;
  if (spng_decoded_image_size(context.get(), SPNG_FMT_PNG, &bytes) != SPNG_OK) return std::nullopt;
  Bytes samples(bytes);
  if (spng_decode_image(context.get(), samples.data(), bytes, SPNG_FMT_PNG, 0) != SPNG_OK) return std::nullopt;
  if (spng_decode_chunks(context.get()) == SPNG_ECHUNK_CRC) return std::nullopt;
  return samples;
}

}  // namespace imagegen::test
