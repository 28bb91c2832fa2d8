#pragma once
#include <imagegen/storage/object_store.hpp>

#include <string>
#include <string_view>

namespace imagegen::detail {

/// The media type that the extension of a key stands for; "application/octet-stream" where it is unknown.
std::string content_type_of(std::string_view key);

/// Refuses what could not travel in a header: control characters, bytes outside ASCII, more than 1024 bytes.
/// Every store asks, so that a put that works in a test with the memory store works with S3 too.
Result<void> check_put_options(const PutOptions& options);

/// RFC 3986 percent-encoding of every byte but the unreserved ones (A-Z a-z 0-9 - . _ ~) and, where asked, the slash.
std::string percent_encode(std::string_view text, bool keep_slashes);

/// `base`, one slash, and the key percent-encoded.
std::string url_below(std::string_view base, std::string_view key);

}  // namespace imagegen::detail
