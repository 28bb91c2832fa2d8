#!/usr/bin/env python3
"""The lines of quality_files as the table of docs/image.md, and which quality of AVIF is nearest to WebP 90 in SSIM.

  quality_files measure DIR 40 50 ... | table.py
"""
import collections
import sys


def read(lines):
    """{(what, quality): {picture: (bytes, ssim)}}"""
    found = collections.defaultdict(dict)
    for line in lines:
        name, what, quality, size, ssim = line.split("\t")[:5]
        found[what, int(quality)][name] = int(size), float(ssim)
    return found


def mean_ssim(files):
    return sum(ssim for _, ssim in files.values()) / len(files)


def total(files):
    return sum(size for size, _ in files.values())


def nearest(found):
    """The quality of AVIF whose mean SSIM differs least from that of WebP 90; of qualities that make the same files the largest."""
    wanted = mean_ssim(found["webp", 90])
    return -min((abs(mean_ssim(files) - wanted), -quality) for (what, quality), files in found.items() if what == "avif")[1]


def table(found):
    webp, sharp = found["webp", 90], found.get(("sharp", 50))
    rows = [(f"AVIF {quality}", files) for (what, quality), files in sorted(found.items()) if what == "avif"]
    rows.append(("WebP 90", webp))
    if sharp:
        rows.append(("sharp's AVIF (50)", sharp))
    yield "| quality | SSIM | bytes / WebP 90 | bytes / sharp's AVIF |"
    yield "|---|---|---|---|"
    for name, files in rows:
        beside_sharp = f"{total(files) / total(sharp):.2f}" if sharp else ""
        yield f"| {name} | {mean_ssim(files):.4f} | {total(files) / total(webp):.2f} | {beside_sharp} |"


if __name__ == "__main__":
    measured = read(sys.stdin)
    print("\n".join(table(measured)))
    print(f"\n{len(measured['webp', 90])} pictures; nearest to WebP 90: AVIF {nearest(measured)}")
