#include <imagegen/core/digest.hpp>

#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "core/openssl_once.hpp"

namespace imagegen {

Sha256 sha256(ByteView data) {
  detail::init_openssl_once();
  Sha256 digest{};
  SHA256(data.data(), data.size(), digest.data());
  return digest;
}

Sha256 hmac_sha256(ByteView key, ByteView data) {
  detail::init_openssl_once();
  Sha256 digest{};
  unsigned int length = 0;
  // An empty key must still be a pointer, or OpenSSL takes the last call's key.
  static constexpr std::uint8_t kNoKey = 0;
  HMAC(EVP_sha256(), key.empty() ? &kNoKey : key.data(), static_cast<int>(key.size()), data.data(), data.size(),
       digest.data(), &length);
  return digest;
}

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0x0FU];
  }
  return text;
}

}  // namespace imagegen
