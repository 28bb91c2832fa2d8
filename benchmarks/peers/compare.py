"""Runs all sides in turns on this machine, judges their files, and prints what they cost beside what they may cost.

    python3 compare.py [--quick] [--rounds N] [--rows NAME,...] BUILD_DIR OUT_DIR [PHOTO.jpg...]

Leaves results.json and results.md in OUT_DIR. Exits with 1 when files of ours are larger or worse than those of a peer
whose time is a target; never because of a time, for times are for people to judge.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import measure
import report
from rows import ENDURANCE_AT_MOST, ENDURANCE_FROM, OURS, ROWS, work_list


def machine():
    cpu = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
    cores = len(measure.os.sched_getaffinity(0))
    git = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(git, cwd=measure.HERE, stdout=subprocess.PIPE, text=True, check=False).stdout.strip()
    return {"cpu": cpu, "cores": cores, "commit": commit or "unknown"}


def run_row(row, options, work_dir, photos):
    work = work_dir / f"{row.name}.tsv"
    work.write_text(work_list(row, work_dir / "inputs", photos, options.scale))
    out = work_dir / row.name
    timings, about, others = measure.measure_times(row, options.build, work, out, options.rounds)
    verdicts = measure.judge(row, options.build, work, out)
    faults, notes = report.faults_and_notes(row, verdicts)
    faults += [f"{row.name}, {text}" for text in measure.differing_modes(row, work, out)]
    peaks = {contender.name: measure.measure_peak(contender, options.build, work, out) for contender in row.contenders}
    entries = report.summary(row, timings, peaks, verdicts)
    return {"row": row.name, "title": row.title, "format": row.format, "files": len(work.read_text().splitlines()), "entries": entries,
            "targets": list(report.targets(row, entries)), "verdicts": verdicts, "timings": timings, "about": about,
            "others": others, "faults": faults, "notes": notes}


def run_endurance(options, work_dir, photos):
    """PNG and JPEG masters by turns, each to the files of the first row."""
    shots = 2 * ENDURANCE_FROM if options.quick else 10 * ENDURANCE_FROM
    lists = [work_list(row, work_dir / "inputs", photos, options.scale) for row in ROWS[:2]]
    work = work_dir / "endurance.tsv"
    work.write_text("".join(lists))
    first, last = measure.measure_endurance(OURS, options.build, work, work_dir / "endurance", shots, ENDURANCE_FROM)
    return {"row": "endurance", "what": f"resident memory after {shots} shots ({last / 1024:.1f} MiB) / after {ENDURANCE_FROM} "
                                        f"({first / 1024:.1f} MiB)",
            "at_most": ENDURANCE_AT_MOST, "found": last / first, "met": last / first <= ENDURANCE_AT_MOST}


def describe(name, said):
    """A contender's own words about itself, as a line."""
    if name.startswith("ours"):
        return f"ours: {measure.THREADS} threads; {said['versions']}; {said['compiler']}"
    if name.startswith("libvips"):
        return f"libvips: {said['versions']}, {said['threads']} threads for a picture, no operation cache"
    kept = ("node", "sharp", "vips", "webp", "mozjpeg", "png", "zlib-ng", "highway")
    versions = ", ".join(f"{key} {said['versions'][key]}" for key in kept if key in said["versions"])
    return f"sharp: {versions}; {said['threads']} thread for a picture, 4 of libuv's, cache of {said['cache']['memory']['max']} MiB"


def heading(results, options):
    found = machine()
    said = {name: about for result in results for name, about in result["about"].items()}
    lines = [f"{found['cpu']}, {found['cores']} cores; commit {found['commit']}",
             *(describe(name, about) for name, about in said.items()),
             f"medians of {options.rounds} rounds in turns, after one to warm up; peak memory of a fresh process that does the row once"]
    if options.quick:
        lines.append("quick: all sizes are half of what the titles say; not for comparing times")
    return "\n".join(f"- {line}" for line in dict.fromkeys(lines))


def text_of(results, targets, options):
    parts = [heading(results, options)]
    for result in results:
        parts += [report.row_table(result)]
    parts += [report.targets_table(targets), *(report.files_table(result) for result in results)]
    return "\n\n".join(parts) + "\n"


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: Path(text).resolve())
    parser.add_argument("out", type=lambda text: Path(text).resolve())
    parser.add_argument("photos", nargs="*", type=lambda text: Path(text).resolve())
    parser.add_argument("--quick", action="store_true", help="one round with one small drawn picture")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--rows", default="", help=f"of {', '.join(row.name for row in ROWS)}, endurance; all by default")
    options = parser.parse_args()
    options.scale = 2 if options.quick else 1
    if options.quick:
        options.rounds, options.photos = 1, []
    return options


def run(options, work_dir):
    inputs = [options.build / "bin/peers_inputs", work_dir / "inputs", str(options.scale), *options.photos]
    photos = subprocess.run(inputs, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    wanted = options.rows.split(",") if options.rows else [row.name for row in ROWS] + ["endurance"]
    results = []
    for row in ROWS:
        if row.name in wanted:
            print(f"{row.name} ...", file=sys.stderr, flush=True)
            results.append(run_row(row, options, work_dir, photos))
    targets = [target for result in results for target in result["targets"]]
    if "endurance" in wanted:
        print("endurance ...", file=sys.stderr, flush=True)
        targets.append(run_endurance(options, work_dir, photos))
    return results, targets


def main():
    options = parse_options()
    options.out.mkdir(parents=True, exist_ok=True)
    work_dir = Path(tempfile.mkdtemp(prefix="imagegen-peers-"))
    try:
        results, targets = run(options, work_dir)
    finally:
        shutil.rmtree(work_dir)
    text = text_of(results, targets, options)
    print(text)
    (options.out / "results.md").write_text(text)
    saved = {"machine": machine(), "rounds": options.rounds, "results": results, "targets": targets}
    (options.out / "results.json").write_text(json.dumps(saved, indent=1))
    for result in results:
        for note in result["notes"]:
            print(f"note: {note}", file=sys.stderr)
    faults = [fault for result in results for fault in result["faults"]]
    for fault in faults:
        print(f"not comparable: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
