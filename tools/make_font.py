#!/usr/bin/env python3
"""Writes src/draw/font_data.cpp: the printable ASCII of DejaVu Sans, plus one box, as 4-bit coverage.

Usage: tools/make_font.py [DejaVuSans.ttf] > src/draw/font_data.cpp        (needs Pillow)

The library draws text from this table with integer arithmetic alone, so that pictures are the same bytes on every
machine, whatever fonts it has. Glyphs are rendered eight times too large, where hinting no longer bends them, and
averaged down. The result is committed: run this again only to change the font or the cell.
"""
import sys

from PIL import Image, ImageDraw, ImageFont

CELL = 40  # px from the top of the highest glyph to the bottom of the lowest
OVERSAMPLE = 8
EM_UNITS = 2048  # advances are read at this size, where one px is one font unit
CHARACTERS = [chr(code) for code in range(32, 127)]
DEFAULT_FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def ink_rows(path, size):
    """Top and bottom of all glyphs, relative to the baseline, in px."""
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    boxes = [font.getbbox(c, anchor="ls") for c in CHARACTERS[1:]]
    return min(b[1] for b in boxes), max(b[3] for b in boxes)


def em_size(path):
    """The largest em, in oversampled px, whose glyphs fit the cell."""
    size = CELL * OVERSAMPLE * 2
    while True:
        top, bottom = ink_rows(path, size)
        if bottom - top <= CELL * OVERSAMPLE:
            return size, -top
        size -= 1


def coverage(font, baseline, character):
    """The cell of one glyph, averaged down; also how many px its left edge lies left of the pen."""
    margin = 2
    width = (int(font.getlength(character)) // OVERSAMPLE + 2 * margin + 2) * OVERSAMPLE
    sheet = Image.new("L", (width, CELL * OVERSAMPLE), 0)
    ImageDraw.Draw(sheet).text((margin * OVERSAMPLE, baseline), character, fill=255, font=font, anchor="ls")
    return sheet.resize((width // OVERSAMPLE, CELL), Image.Resampling.BOX), margin


def box(width):
    sheet = Image.new("L", (width, CELL), 0)
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((2, 3, width - 3, 31), outline=255, width=2)
    return sheet


def packed(sheet):
    """Crops to the ink: (left, top, width, height, one hexadecimal digit per px)."""
    levels = sheet.point(lambda value: (value * 15 + 127) // 255)
    ink = levels.getbbox()
    if ink is None:
        return 0, 0, 0, 0, ""
    digits = "".join("%x" % value for value in levels.crop(ink).tobytes())
    return ink[0], ink[1], ink[2] - ink[0], ink[3] - ink[1], digits


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_FONT
    size, baseline = em_size(path)
    font = ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
    units = ImageFont.truetype(path, EM_UNITS, layout_engine=ImageFont.Layout.BASIC)
    rows, digits = [], ""
    for character in CHARACTERS:
        sheet, margin = coverage(font, baseline, character)
        left, top, width, height, ink = packed(sheet)
        advance = round(units.getlength(character) * size * 64 / EM_UNITS / OVERSAMPLE)
        rows.append(f"{{{advance}, {left - margin if ink else 0}, {top}, {width}, {height}, {len(digits)}}},")
        digits += ink
    left, top, width, height, ink = packed(box(24))
    rows.append(f"{{{26 * 64}, {left + 1}, {top}, {width}, {height}, {len(digits)}}},")
    digits += ink

    print('#include "draw/font_data.hpp"\n')
    print("// Made by tools/make_font.py from DejaVu Sans (c) 2003 Bitstream, Inc., whose licence is in FONT-LICENSE.txt")
    print("// beside this file. Not to be edited.")
    print("namespace imagegen::detail {\n\n// clang-format off")
    print("// advance in 1/64 px, left, top, width, height in px of the cell, first digit of its coverage")
    print("const std::array<Glyph, kGlyphCount> kGlyphs = {{")
    print("\n".join("    " + " ".join(rows[i : i + 4]) for i in range(0, len(rows), 4)) + "\n}};\n")
    print("// One hexadecimal digit per px, 0 is empty and f is full; rows from the top, glyphs one after the other.")
    lines = [digits[i : i + 114] for i in range(0, len(digits), 114)]
    print("const char kGlyphCoverage[] =\n" + "\n".join(f'    "{line}"' for line in lines) + ";")
    print("// clang-format on\n\n}  // namespace imagegen::detail")


main()
