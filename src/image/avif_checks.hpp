#pragma once
#include <imagegen/core/result.hpp>

#include "image/avif_boxes.hpp"

/// \file AVIFs that libavif would show wrong, or for too much memory.
namespace imagegen::detail {

/// Errc::unsupported, by name, for what the libavif of this build loses or mixes up: alpha that tiles of a grid have one
/// by one, tiles in another order than their items, a track beside the picture that is not its alpha.
Result<void> check_avif_structure(const AvifBoxes& boxes);

/// Errc::corrupt_data where what would be decoded codes frames of more than `most_pixels`. Not every decoder below
/// libavif can be told a limit.
Result<void> check_coded_size(const AvifBoxes& boxes, std::size_t file_bytes, std::uint64_t most_pixels);

}  // namespace imagegen::detail
