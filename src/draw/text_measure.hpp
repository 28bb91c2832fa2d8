#pragma once
#include <cstdint>
#include <string_view>

/// \file Widths that add up, so that a line can be measured code point by code point.
namespace imagegen::detail {

/// Sum of the glyphs' advances, 1/64 px of the cell.
std::int64_t advance_of(std::string_view utf8);

/// What text of that advance takes, px; 0 for heights that are not drawn.
int width_of_advance(std::int64_t advance, int height);

}  // namespace imagegen::detail
