"""Edits a part of a picture by mask, and goes on with it beyond its edges: 07_masks.py IN OUT_FOLDER"""

import sys
from pathlib import Path

import numpy

import imagegen


def drawn_mask(width: int, height: int) -> imagegen.Bytes:
    """The right half of a picture, as a user may draw it: white on black."""
    mask = numpy.zeros((height, width), numpy.uint8)
    mask[:, width // 2 :] = 255
    return imagegen.encode(mask, "png")


def repainted(file: bytes) -> imagegen.Bytes:
    """In place of a provider: it repaints more than it was asked to."""
    return imagegen.encode(255 - numpy.asarray(imagegen.decode(file)), "png")


def main(source: str, folder: str) -> int:
    picture = Path(source).read_bytes()
    size = imagegen.inspect(picture)
    with imagegen.Runtime() as runtime:
        drawn = drawn_mask(size["width"], size["height"])
        # Raises InvalidArgumentError for a mask that edits nothing. Wider, so that the model may repaint the rim.
        asked = runtime.masks.prepare(drawn, grow=8, write_as="transparent_is_edit")
        Path(folder, "mask.png").write_bytes(asked["data"])
        print(f"{asked['editedShare']:.0%} of the picture, {asked['region']}")

        edited = repainted(picture)  # what the model makes of picture and mask
        made = runtime.masks.composite(picture, edited, asked["data"], polarity="transparent_is_edit", feather=4)
        Path(folder, "result.png").write_bytes(made["data"])

        wide = runtime.masks.outpaint(picture, aspect_ratio="2:1", fill="mirror", overlap=16, feather=8)
        Path(folder, "canvas.png").write_bytes(wide["picture"])
        Path(folder, "canvas-mask.png").write_bytes(wide["mask"])
        print(f"{wide['width']}x{wide['height']}, the old picture at {wide['place']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
