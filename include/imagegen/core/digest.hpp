#pragma once
#include <imagegen/core/bytes.hpp>

#include <array>
#include <string>
#include <string_view>

namespace imagegen {

/// A digest as it comes out, 32 bytes; to_hex() makes it text.
using Sha256 = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4). Safe from any thread.
Sha256 sha256(ByteView data);
inline Sha256 sha256(std::string_view text) {
  return sha256(as_bytes(text));
}

/// HMAC with SHA-256 (RFC 2104). Safe from any thread.
Sha256 hmac_sha256(ByteView key, ByteView data);

/// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);

}  // namespace imagegen
