#pragma once
#include <imagegen/core/bytes.hpp>

#include <cassert>
#include <cstdint>
#include <string_view>

/// \file Integers out of foreign bytes. The caller has checked that they are there.
namespace imagegen::detail {

inline std::uint32_t read_bytes(ByteView data, std::size_t at, std::size_t count, bool big_endian) {
  assert(at + count <= data.size());
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8U | data[big_endian ? at + i : at + count - 1 - i];
  return value;
}

inline std::uint32_t read_be16(ByteView data, std::size_t at) {
  return read_bytes(data, at, 2, true);
}
inline std::uint32_t read_be32(ByteView data, std::size_t at) {
  return read_bytes(data, at, 4, true);
}
inline std::uint32_t read_le32(ByteView data, std::size_t at) {
  return read_bytes(data, at, 4, false);
}

inline bool starts_with(ByteView data, std::string_view prefix) {
  return data.size() >= prefix.size() && as_text(data.first(prefix.size())) == prefix;
}

/// True when `text` stands at `at`, false also when the data ends before.
inline bool has_text_at(ByteView data, std::size_t at, std::string_view text) {
  return data.size() >= at && starts_with(data.subspan(at), text);
}

}  // namespace imagegen::detail
