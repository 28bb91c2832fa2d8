#pragma once
#include <imagegen/core/bytes.hpp>

#include <optional>

namespace imagegen::test {

/// The samples of a PNG of 8 bits without a palette as libspng decodes them; nothing where it refuses the file.
std::optional<Bytes> decode_with_spng(ByteView file);

}  // namespace imagegen::test
