#!/usr/bin/env python3
"""Writes src/image/face_cascade_data.cpp: the cascade "facefinder" of pico as integers.

Usage: tools/make_face_cascade.py facefinder > src/image/face_cascade_data.cpp

`facefinder` is rnt/cascades/facefinder of github.com/nenadmarkus/pico, which is also cascade/facefinder of the Go module
github.com/esimov/pigo. Its numbers are floating point; scores are made integers here, so that a picture has the same faces on
every machine. The result is committed: run this again only to change the cascade.
"""
import struct
import sys

STEPS = 4096  # of one unit of a score
DEPTH = 6
LEAVES = 1 << DEPTH


def trees(raw):
    depth, count = struct.unpack_from("<ii", raw, 8)
    assert depth == DEPTH, depth
    at = 16
    for _ in range(count):
        tests = struct.unpack_from(f"<{4 * (LEAVES - 1)}b", raw, at)
        at += 4 * (LEAVES - 1)
        leaves = struct.unpack_from(f"<{LEAVES}f", raw, at)
        at += 4 * LEAVES
        (threshold,) = struct.unpack_from("<f", raw, at)
        at += 4
        yield tests, [round(leaf * STEPS) for leaf in leaves], int(threshold * STEPS // 1)
    assert at == len(raw), (at, len(raw))


def lines(numbers):
    line = "   "
    for number in numbers:
        text = f" {number},"
        if len(line) + len(text) > 120:
            yield line
            line = "   "
        line += text
    yield line


def table(kind, name, size, numbers):
    print(f"const std::array<{kind}, {size}> {name} = {{")
    print("\n".join(lines(numbers)))
    print("};")


def main(path):
    all_trees = list(trees(open(path, "rb").read()))
    count = len(all_trees)
    print('#include "image/face_cascade.hpp"\n')
    print('// Made by tools/make_face_cascade.py from "facefinder" (c) 2013 Nenad Markus, whose licence is in')
    print("// FACE-CASCADE-LICENSE.txt beside this file. Not to be edited.")
    print("namespace imagegen::detail {\n\n// clang-format off")
    table("std::int8_t", "kFaceTests", "kFaceTrees * kFaceTestsOfTree", (t for tests, _, _ in all_trees for t in tests))
    table("std::int16_t", "kFaceLeaves", "kFaceTrees * kFaceLeavesOfTree", (leaf for _, leaves, _ in all_trees for leaf in leaves))
    table("std::int32_t", "kFaceThresholds", "kFaceTrees", (threshold for _, _, threshold in all_trees))
    print("// clang-format on\n\n}  // namespace imagegen::detail")
    print(f"{count} trees", file=sys.stderr)


main(sys.argv[1])
