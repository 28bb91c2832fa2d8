#!/usr/bin/env python3
"""The lines of quality_files about palettes as the table of docs/image.md: quality_files palettes DIR 256 16 | palette_table.py"""
import collections
import sys

found = collections.defaultdict(list)
for line in sys.stdin:
    _, what, colours, size, ssim, psnr = line.split("\t")
    found[what, int(colours)].append((int(size), float(ssim), float(psnr)))


def mean(files, place):
    return sum(file[place] for file in files) / len(files)


print("| colours | PSNR, dB | sharp's | SSIM | sharp's | bytes / sharp's |")
print("|---|---|---|---|---|---|")
for colours in sorted({count for _, count in found}, reverse=True):
    ours, theirs = found["palette", colours], found["sharp", colours]
    beside = f"{mean(ours, 0) / mean(theirs, 0):.2f}"
    print(f"| {colours} | {mean(ours, 2):.2f} | {mean(theirs, 2):.2f} | {mean(ours, 1):.3f} | {mean(theirs, 1):.3f} | {beside} |")
