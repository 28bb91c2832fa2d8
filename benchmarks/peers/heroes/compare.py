"""Runs both sides in turns on this machine, checks that their answers are comparable, and prints what they cost.

    python3 compare.py [--rounds N] BUILD_DIR WORK_DIR [PHOTO.jpg...]

Exits with 1 when sizes, quality or bytes are not comparable. Never because of a time: that is for people to judge.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MOST_DB_BELOW = 0.3  # of PSNR that ours may lie below the peer's, each against a reference of its own crop
MOST_BYTES_APART = 0.06  # per file; all files together may differ by half of it


def output_of(command):
    done = subprocess.run([str(part) for part in command], cwd=HERE, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def measure(build, work, masters, rounds):
    """Each side in turns, `rounds` times, two timed rounds in each process."""
    ours, peer = work / "ours", work / "sharp"
    for folder in (ours, peer):
        folder.mkdir(parents=True, exist_ok=True)
    timings = {"ours": [], "sharp, one after the other": [], "sharp, Promise.all": []}
    versions = {}
    for _ in range(rounds):
        timings["ours"] += json.loads(output_of([build / "bin/heroes_bench", ours, 2, *masters]))
        for name, mode in (("sharp, one after the other", "sequential"), ("sharp, Promise.all", "parallel")):
            answer = json.loads(output_of(["node", HERE / "heroes.mjs", peer, mode, 2, *masters]))
            timings[name] += answer["timings"]
            versions = answer["versions"]
    return timings, versions


def judge(build, work, masters):
    lines = output_of([build / "bin/heroes_judge", work / "ours", work / "sharp", *masters]).splitlines()
    return [json.loads(line) for line in lines]


def faults(rows):
    for row in rows:
        if row["our_psnr"] < row["peer_psnr"] - MOST_DB_BELOW:
            yield f"{row['name']}: {row['our_psnr']:.2f} dB, the peer has {row['peer_psnr']:.2f} dB"
        if abs(row["our_bytes"] / row["peer_bytes"] - 1) > MOST_BYTES_APART:
            yield f"{row['name']}: {row['our_bytes']} bytes, the peer has {row['peer_bytes']}"
    total = sum(row["our_bytes"] for row in rows) / sum(row["peer_bytes"] for row in rows)
    if abs(total - 1) > MOST_BYTES_APART / 2:
        yield f"all files: {total:.3f} of the peer's bytes"


def machine():
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            cores = sum(1 for _ in Path("/sys/devices/system/cpu").glob("cpu[0-9]*"))
            return f"{cpu}, {cores} cores"
    return cpu


def print_report(timings, rows, versions):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, stdout=subprocess.PIPE, text=True, check=False)
    compiler = output_of(["c++", "--version"]).splitlines()[0]
    print(f"machine: {machine()}\ncompiler: {compiler}\ncommit: {commit.stdout.strip()}")
    print(f"sharp {versions.get('sharp')}, libvips {versions.get('vips')}, its libwebp {versions.get('webp')}\n")
    print(f"{'file':<34}{'bytes':>9}{'sharp':>9}{'ratio':>7}{'dB':>8}{'sharp':>8}{'between':>9}")
    for row in rows:
        print(f"{row['name']:<34}{row['our_bytes']:>9}{row['peer_bytes']:>9}{row['our_bytes'] / row['peer_bytes']:>7.3f}"
              f"{row['our_psnr']:>8.2f}{row['peer_psnr']:>8.2f}{row['between_psnr']:>9.2f}")
    median = {name: {key: statistics.median(t[key] for t in found) for key in ("wall_ms", "cpu_ms")}
              for name, found in timings.items()}
    print(f"\n{'median of ' + str(len(timings['ours'])):<30}{'wall ms':>9}{'CPU ms':>9}{'ours / it, wall':>17}{'CPU':>7}")
    for name, found in median.items():
        wall, cpu = (median["ours"][key] / found[key] for key in ("wall_ms", "cpu_ms"))
        print(f"{name:<30}{found['wall_ms']:>9.0f}{found['cpu_ms']:>9.0f}{wall:>17.2f}{cpu:>7.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: Path(text).resolve())
    parser.add_argument("work", type=lambda text: Path(text).resolve())
    parser.add_argument("photos", nargs="*", type=lambda text: Path(text).resolve())
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    masters = output_of(["node", HERE / "masters.mjs", options.work / "masters", *options.photos]).splitlines()
    timings, versions = measure(options.build, options.work, masters, options.rounds)
    rows = judge(options.build, options.work, masters)
    print_report(timings, rows, versions)
    found = list(faults(rows))
    for fault in found:
        print(f"not comparable: {fault}", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
