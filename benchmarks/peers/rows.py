"""What is measured, by whom, and what it is to cost at most. Nothing here runs anything."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Contender:
    """A way to do the work: a program and its arguments."""

    name: str
    side: str  # ours, sharp or libvips
    mode: str = "sequential"
    threads: str = ""  # VIPS_CONCURRENCY; empty for the default
    files: str = ""  # whose files it makes, where that is not what the whole side makes

    @property
    def makes(self):
        return self.files or self.side


OURS = Contender("ours", "ours", "parallel")
OURS_SEQUENTIAL = Contender("ours, one master after the other", "ours")
SHARP = Contender("sharp, one after the other", "sharp")
SHARP_ALL = Contender("sharp, Promise.all", "sharp", "parallel")
VIPS = Contender("libvips, one after the other", "libvips")
OURS_ONE = Contender("ours, 1 thread", "ours")
# vips_resize() shrinks by whole factors with a box filter first ("gap" 2); "gap" 0 is Lanczos3 alone, as ours is, and in
# 8.14 many times faster. Pixels through sharp are the newest libvips, whose kernels are vectorised with Highway.
VIPS_GAP = Contender("libvips, gap 2", "libvips", "2")
VIPS_NO_GAP = Contender("libvips, gap 0", "libvips", "0", files="libvips, gap 0")
VIPS_NO_GAP_ONE = Contender("libvips, gap 0, 1 thread", "libvips", "0", "1", files="libvips, gap 0")
VIPS_GAP_ONE = Contender("libvips, gap 2, 1 thread", "libvips", "2", "1")


@dataclass(frozen=True)
class Target:
    """At most this share of what the peer needs."""

    measure: str  # wall_ms, cpu_ms or peak_kib
    peer: Contender
    at_most: float
    ours: Contender = OURS


@dataclass(frozen=True)
class Row:
    name: str
    title: str
    inputs: str  # how the file name goes on after the photograph's name; or a whole file name with "="
    sizes: tuple  # of the outputs, px
    format: str
    quality: int
    contenders: tuple
    targets: tuple = ()
    effort: int = 4


HERO_SIZES = ((1920, 800), (1200, 600), (800, 1000))
FILES = (OURS, OURS_SEQUENTIAL, SHARP, SHARP_ALL, VIPS)
RESIZES = (OURS, OURS_ONE, VIPS_NO_GAP, VIPS_NO_GAP_ONE, VIPS_GAP, VIPS_GAP_ONE, SHARP)
# With as many threads on either side.
RESIZE_TARGETS = tuple(Target("wall_ms", peer, 0.60, OURS_ONE if peer.threads else OURS) for peer in RESIZES[2:6])

ROWS = (
    Row("png", "PNG 1536x1024 to 1920x800 + 1200x600 + 800x1000 WebP, quality 90, effort 4", "-hd.png", HERO_SIZES, "webp", 90,
        FILES, (Target("wall_ms", SHARP, 0.40), Target("wall_ms", SHARP_ALL, 0.60), Target("cpu_ms", SHARP_ALL, 0.72),
                Target("peak_kib", SHARP, 0.35), Target("peak_kib", SHARP_ALL, 0.35))),
    Row("jpeg", "JPEG 1536x1024, the same outputs", "-hd.jpg", HERO_SIZES, "webp", 90,
        FILES, (Target("wall_ms", SHARP_ALL, 0.60), Target("cpu_ms", SHARP_ALL, 0.70))),
    Row("resize-1080", "Pixels in memory, 3840x2160 to 1920x1080, Lanczos3", "-4k.ppm", ((1920, 1080),), "ppm", 0,
        RESIZES, RESIZE_TARGETS),
    Row("resize-300", "Pixels in memory, 3840x2160 to 400x300, Lanczos3", "-4k.ppm", ((400, 300),), "ppm", 0,
        RESIZES, RESIZE_TARGETS),
    Row("thumbnail", "JPEG 3840x2160 to 320x180 JPEG, quality 80", "-4k.jpg", ((320, 180),), "jpeg", 80,
        FILES, (Target("wall_ms", SHARP, 0.80, OURS_SEQUENTIAL), Target("wall_ms", SHARP_ALL, 0.80))),
    Row("transparent", "Transparent PNG 1536x1024, outputs as of the first row", "=clear.png", HERO_SIZES, "webp", 90, FILES),
    Row("screenshot", "Screenshot, PNG 1536x1024, outputs as of the first row", "=screen.png", HERO_SIZES, "webp", 90, FILES),
)

# Resident memory after the last of many shots against that after the 50th.
ENDURANCE_AT_MOST = 1.05
ENDURANCE_FROM = 50


def inputs_of(row, photos):
    return [row.inputs[1:]] if row.inputs.startswith("=") else [photo + row.inputs for photo in photos]


def work_list(row, folder, photos, scale):
    """The row as the programs read it, see work.hpp."""
    lines = []
    for name in inputs_of(row, photos):
        for width, height in row.sizes:
            size = f"{width // scale}x{height // scale}"
            made = f"{name.rsplit('.', 1)[0]}_{size}.{row.format}"
            lines.append(f"{folder / name}\t{size}\t{row.format}\t{row.quality}\t{row.effort}\t{made}\n")
    return "".join(lines)
