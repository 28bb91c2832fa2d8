#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/image/credits.hpp>

namespace imagegen::detail {

/// By-line, credit and copyright notice of the IPTC-IIM records in Photoshop's segment of a JPEG (APP13, with its name in
/// front). Damaged parts end the search.
/// Source: IPTC-NAA Information Interchange Model 4.2, chapters 1.6 and 6; Adobe Photoshop File Formats, "Image Resource
/// Blocks".
Credits read_iim(ByteView photoshop);

}  // namespace imagegen::detail
