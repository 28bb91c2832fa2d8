#pragma once
#include <imagegen/core/bytes.hpp>

#include <cstdint>
#include <string_view>

namespace imagegen::detail {

/// The orientation of an EXIF block, 1..8; 1 where there is none or it cannot be read. Takes the block with or without
/// its "Exif\0\0" in front. Looks at the first directory only, and never past the block.
/// Source: CIPA DC-008 (EXIF 2.32), tag 0x0112.
int exif_orientation(ByteView exif);

/// A text of the first directory, as it stands there, with the zeros that it may hold; into the block. Empty where there is
/// none. \param tag Such as 0x8298, Copyright.
std::string_view exif_text(ByteView exif, std::uint32_t tag);

}  // namespace imagegen::detail
