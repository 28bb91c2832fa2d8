#pragma once
#include <imagegen/storage/object_store.hpp>

#include <cstdint>
#include <ostream>
#include <string>
#include <utility>

namespace imagegen {

/// For GoogleTest.
inline void PrintTo(const ObjectInfo& info, std::ostream* out) {
  *out << '"' << info.key << "\", " << info.size_bytes << " bytes, etag " << info.etag << ", " << info.content_type;
}

namespace test {

/// The key of this text, which must be one.
inline ObjectKey key_of(std::string text) {
  return ObjectKey::parse(std::move(text)).value();
}

/// `size` bytes that differ from place to place and from seed to seed.
inline Bytes patterned_bytes(std::size_t size, unsigned seed) {
  Bytes out(size);
  std::uint32_t state = 2463534242U + seed * 97U;
  for (auto& byte : out) {
    state ^= state << 13U, state ^= state >> 17U, state ^= state << 5U;  // xorshift32, Marsaglia 2003
    byte = static_cast<std::uint8_t>(state);
  }
  return out;
}

/// For a put that takes nothing's place.
inline PutOptions if_absent() {
  PutOptions options;
  options.only_if_absent = true;
  return options;
}

}  // namespace test
}  // namespace imagegen
