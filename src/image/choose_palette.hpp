#pragma once
#include <vector>

#include "image/colour_cells.hpp"
#include "image/stop.hpp"

namespace imagegen::detail {

/// At most `most` shades (at least 1) that are near to all cells: boxes are cut where that lessens the sum of squared
/// distances most, then each shade moves to the mean of the cells that are nearest to it. Where there are no more cells than
/// that, it is they. Ends early, with what it has, when `stop` asks to end.
///
/// The same shades on every machine. Linear in the cells.
/// Source: Wu, "Color quantization by dynamic programming and principal analysis", ACM Transactions on Graphics 11 (4), 1992
/// (cuts by variance); Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28 (2), 1982.
std::vector<Shade> choose_palette(std::vector<ColourCell> cells, std::size_t most, const Stop& stop);

}  // namespace imagegen::detail
