"""A picture of 16 bits that is too large to be held, beside sharp: wall and CPU time, and memory.

    large.py [--build DIR] [--old DIR] [--rounds N] [--side PX]

Draws a PNG of RGB and one of RGBA, makes a hero of each, in turns, and compares the two heroes first: fails when they are not
the same picture, and never because of a time. --old is another build of ours, to be measured beside. Needs what run.sh installs.
"""

import argparse
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import measure
from rows import Contender

HERE = Path(__file__).resolve().parent
HERO = "1920x800"
LEAST_PSNR = 35.0  # dB, between two lossy files of one picture


@dataclass(frozen=True)
class Side:
    name: str
    contender: Contender
    build: Path


def drawn(folder, side, channels):
    path = folder / f"large-{side}-{channels}.png"
    if not path.exists():
        subprocess.run(["node", HERE / "large.mjs", "draw", str(side), str(channels), path], check=True, cwd=HERE)
    return path


def work_list(folder, picture):
    path = folder / (picture.stem + ".work")
    path.write_text("\t".join((str(picture), HERO, "webp", "90", "4", picture.stem + ".webp")) + "\n")
    return path


def check_heroes(folder, sides, name):
    """The heroes of all sides are one picture."""
    first = folder / sides[0].name / name
    for side in sides[1:]:
        done = subprocess.run(["node", HERE / "large.mjs", "psnr", first, folder / side.name / name], check=True, cwd=HERE,
                              stdout=subprocess.PIPE, text=True)
        if float(done.stdout) < LEAST_PSNR:
            raise SystemExit(f"{name}: {sides[0].name} and {side.name} are {done.stdout.strip()} dB apart")


def measured(sides, work, folder, rounds):
    """Of each side: timings of all rounds but the first, which go in turns, and the peak of a fresh process."""
    programs = [measure.Program(side.contender, side.build, work, folder / side.name) for side in sides]
    timings = [[] for _ in sides]
    for turn in range(rounds + 1):
        for found, program in zip(timings, programs, strict=True):
            timing = program.tell("round")
            if turn > 0:
                found.append(timing)
    for program in programs:
        program.tell("write")
        program.__exit__()
    return timings, [measure.measure_peak(side.contender, side.build, work, folder / side.name) for side in sides]


def report(title, sides, timings, peaks):
    print(f"\n{title}, to {HERO} WebP, quality 90\n\n| | wall, ms | CPU, ms | memory, MiB |\n|---|---|---|---|")
    for side, found, peak in zip(sides, timings, peaks, strict=True):
        wall, cpu = (statistics.median(timing[key] for timing in found) for key in ("wall_ms", "cpu_ms"))
        print(f"| {side.name} | {wall:.0f} | {cpu:.0f} | {peak / 1024:.0f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=Path, default=HERE.parent.parent / "build/release")
    parser.add_argument("--old", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--side", type=int, default=10_000)
    wanted = parser.parse_args()
    folder = HERE / "out" / "large"
    folder.mkdir(parents=True, exist_ok=True)
    sides = [Side("ours", Contender("ours", "ours", "parallel"), wanted.build),
             Side("sharp", Contender("sharp", "sharp"), wanted.build)]
    if wanted.old:
        sides.append(Side("ours-before", Contender("ours-before", "ours", "parallel"), wanted.old))
    for channels, kind in ((3, "RGB"), (4, "RGBA")):
        picture = drawn(folder, wanted.side, channels)
        work = work_list(folder, picture)
        timings, peaks = measured(sides, work, folder, wanted.rounds)
        check_heroes(folder, sides, picture.stem + ".webp")
        report(f"PNG of 16 bits, {kind}, {wanted.side}x{wanted.side}", sides, timings, peaks)


if __name__ == "__main__":
    sys.exit(main())
