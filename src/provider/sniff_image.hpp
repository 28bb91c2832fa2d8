#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/result.hpp>

namespace imagegen {

/// By the first bytes; nothing for what is no PNG, JPEG or WebP.
std::optional<ImageFormat> sniff_image(ByteView file) noexcept;

/// Looks at the first bytes only: PNG, JPEG and WebP pass.
/// \return Else Errc::corrupt_data saying what came: "empty", "html", "json", "gif", "pdf", "text" or "unknown bytes".
Result<void> check_is_image(ByteView file);

/// Whether the file ends where its own format says that it does. Looks at its first and last bytes only.
bool is_whole_image(ByteView file) noexcept;

}  // namespace imagegen
