"""One picture in, several files out, without provider or store: 02_render.py IN OUT_FOLDER"""

import sys
from pathlib import Path

import numpy

import imagegen


def main(source: str, folder: str) -> int:
    file = Path(source).read_bytes()
    print(imagegen.inspect(file)["format"])

    # Decoded once; the renditions are made side by side.
    wanted: list[imagegen.Rendition] = [
        {"width": 1200, "height": 400, "format": "webp", "position": "attention"},
        {"width": 400, "height": 500, "format": "jpeg", "position": "north", "quality": 85},
    ]
    for made in imagegen.render(file, wanted):
        path = Path(folder, f"{made.width}x{made.height}.{made.format}")
        path.write_bytes(made.data)  # data raises where this one could not be made
        print(path, len(made.data), "bytes")

    # Pixels for numpy and Pillow, and back.
    image = imagegen.decode(file)
    pixels = numpy.asarray(image)  # (height, width, channels); no copy
    Path(folder, "mirrored.png").write_bytes(imagegen.encode(pixels[:, ::-1], "png"))
    image.to_pil().rotate(90, expand=True).save(Path(folder, "turned.png"))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
