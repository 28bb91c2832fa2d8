#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <optional>
#include <string_view>

namespace imagegen {

enum class ImageFormat : std::uint8_t { webp, jpeg, png, avif };

/// "webp", "jpeg", "png", "avif"
std::string_view to_string(ImageFormat format) noexcept;

/// "image/webp" and so on.
std::string_view mime_type(ImageFormat format) noexcept;

/// Reads the names of to_string(), and "jpg"; any case. Errc::invalid_argument otherwise.
Result<ImageFormat> parse_image_format(std::string_view text);

/// The format that the extension of a file name or key stands for; nothing when it stands for none.
std::optional<ImageFormat> format_of_name(std::string_view name) noexcept;

/// How a rendition is encoded. The numbers mean what they mean in sharp.
struct Encoding {
  ImageFormat format = ImageFormat::webp;
  int quality = 90;  ///< 0..100; for PNG it is not used.
  int effort = 4;    ///< 0 (fast) .. 6 (small); WebP only.
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

/// A finished file in memory.
struct EncodedImage {
  ImageFormat format = ImageFormat::webp;
  PixelSize size;  ///< px, as a viewer shows it.
  Bytes bytes;
};

}  // namespace imagegen
