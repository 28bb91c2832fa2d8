#pragma once
#include <imagegen/core/bytes.hpp>

#include <cstdint>

namespace imagegen::detail {

/// Pixels of the largest frame that AV1 data may hold, by its sequence headers; 0 where there is none.
/// Source: AV1 Bitstream and Decoding Process Specification, 5.3 to 5.5.
std::uint64_t largest_av1_frame(ByteView data);

}  // namespace imagegen::detail
