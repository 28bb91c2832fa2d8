#!/usr/bin/env python3
"""Writes examples/cli/column_ranges.hpp: how many columns of a terminal a code point takes, from Python's Unicode data.

    python3 tools/make_column_ranges.py > examples/cli/column_ranges.hpp
"""
import sys
import unicodedata

FIRST = 0x300  # everything before takes one column


def columns(code_point):
    character = chr(code_point)
    if unicodedata.category(character) in ("Mn", "Me", "Cf") or 0x1160 <= code_point <= 0x11FF:
        return 0
    is_wide = unicodedata.east_asian_width(character) in ("W", "F")
    return 2 if is_wide else 1


def ranges(wanted):
    found = []
    for code_point in range(FIRST, 0x110000):
        if columns(code_point) != wanted:
            continue
        if found and found[-1][1] == code_point - 1:
            found[-1][1] = code_point
        else:
            found.append([code_point, code_point])
    return found


def rows(pairs):
    texts = [f"{{0x{first:X}, 0x{last:X}}}," for first, last in pairs]
    line, lines = "   ", []
    for text in texts:
        if len(line) + 1 + len(text) > 120:
            lines.append(line)
            line = "   "
        line += " " + text
    return "\n".join([*lines, line])


def main():
    print(f"""#pragma once
// Written by tools/make_column_ranges.py from Unicode {unicodedata.unidata_version}.
// clang-format off
namespace cli {{

struct CodePoints {{
  char32_t first, last;
}};

// Stand on what is before them: combining marks, joiners, the second half of Hangul syllables.
inline constexpr CodePoints kNoColumn[] = {{
{rows(ranges(0))}
}};

// Wide and fullwidth.
inline constexpr CodePoints kTwoColumns[] = {{
{rows(ranges(2))}
}};

}}  // namespace cli
// clang-format on""")
    return 0


if __name__ == "__main__":
    sys.exit(main())
