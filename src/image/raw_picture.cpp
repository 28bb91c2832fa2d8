#include "image/raw_picture.hpp"

#include <algorithm>
#include <string>

#include "image/checks.hpp"

namespace imagegen::detail {
namespace {

int most_samples(SampleModel model) {
  return std::max(samples_per_pixel(model), has_alpha(model) ? 4 : 3);
}

}  // namespace

std::uint64_t whole_bytes(PixelSize size, SampleModel model, int bits) noexcept {
  return static_cast<std::uint64_t>(size.width) * static_cast<std::uint64_t>(size.height) *
         static_cast<std::uint64_t>(most_samples(model)) * (bits > 8 ? 2U : 1U);
}

std::uint64_t decoded_bytes(const FileHeader& header) noexcept {
  return whole_bytes(header.info.stored_size, model_of(header.info), header.info.bits_per_channel);
}

std::uint64_t held_bytes(const FileHeader& header) noexcept {
  return header.codec_bytes + decoded_bytes(header);
}

Result<RawPicture> decode_raw(ByteView file, const FileHeader& header, int reduce, const Stop& stop) {
  if (header.info.format == ImageFormat::png) return decode_png(file, header, stop);
  if (header.info.format == ImageFormat::jpeg) return decode_jpeg(file, header, reduce, stop);
  if (header.info.format == ImageFormat::avif) return decode_avif(file, header, stop);
  if (header.info.format == ImageFormat::gif) return decode_gif(file, header, stop);
  return decode_webp(file, header, stop);
}

void RawPicture::allocate() {
  const std::size_t stored = row_bytes() * static_cast<std::size_t>(size.height);
  const auto wanted = static_cast<std::size_t>(whole_bytes(size, model, bits));
  if (bits == 16) {
    deep_samples.reserve(wanted / 2);
    deep_samples.resize(stored / 2);
  } else {
    samples.reserve(wanted);
    samples.resize(stored);
  }
}

Result<void> check_memory(std::uint64_t bytes, const FileHeader& header) {
  if (bytes <= header.max_decoded_bytes) return {};
  const auto& info = header.info;
  return Error(Errc::limit_exceeded,
               "memory: expected a picture of at most " + std::to_string(header.max_decoded_bytes) +
                   " bytes when it is decoded, got " + std::to_string(bytes) + " for " + to_string(info.stored_size) +
                   " px of " + std::to_string(info.bits_per_channel) +
                   " bits; make it smaller, or raise max_decoded_bytes (maxDecodedBytes) of the limits");
}

}  // namespace imagegen::detail
