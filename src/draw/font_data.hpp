#pragma once
#include <array>
#include <cstddef>

/// \file The glyphs that text is drawn from: printable ASCII and a box for everything else.
namespace imagegen::detail {

inline constexpr int kCellHeight = 40;  ///< px, top of the highest glyph to bottom of the lowest.
inline constexpr std::size_t kGlyphCount = 96;
inline constexpr std::size_t kBoxGlyph = 95;  ///< Shown for what the font does not have.

struct Glyph {
  short advance;                ///< 1/64 px to the next pen position.
  signed char left, top;        ///< px of the ink's corner, from the pen and from the top of the cell.
  unsigned char width, height;  ///< px of the ink.
  int first_digit;              ///< Into kGlyphCoverage.
};

extern const std::array<Glyph, kGlyphCount> kGlyphs;  ///< Glyph of code point 32 + i.
extern const char kGlyphCoverage[];                   ///< A hexadecimal digit per px.

}  // namespace imagegen::detail
