"""Runs the programs: in turns for times, alone and once for memory, long for leaks."""

import json
import os
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIDES = {"ours": "whole-pixels", "sharp": "sharp", "libvips": "vips"}  # and by which rule of reference.hpp each crops
# libuv gives sharp 4 threads; ours get as many, or what the machine has.
THREADS = min(len(os.sched_getaffinity(0)), 4)


class Program:
    """A contender's process, kept for all of its rounds. It has its inputs in memory when this returns."""

    def __init__(self, contender, build, work, out):
        out.mkdir(parents=True, exist_ok=True)
        commands = {
            "ours": [build / "bin/peers_ours", work, out, contender.mode, THREADS],
            "sharp": ["node", HERE / "sharp.mjs", work, out, contender.mode],
            "libvips": [build / "bin/peers_vips", work, out, contender.mode],
        }
        environment = dict(os.environ)
        environment.pop("VIPS_CONCURRENCY", None)
        if contender.threads:
            environment["VIPS_CONCURRENCY"] = contender.threads
        command = [str(part) for part in commands[contender.side]]
        self.name = contender.name
        self.process = subprocess.Popen(command, cwd=HERE, env=environment, text=True, bufsize=1, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.about = self._answer()

    def _answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended with {self.process.wait()}")
        return json.loads(line)

    def tell(self, words):
        self.process.stdin.write(words + "\n")
        return self._answer()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def folder_of(out, contender):
    return out / contender.name.replace(", ", "-").replace(" ", "-").replace(".", "-")


def busy_seconds():
    """CPU time that all programs of the machine have had."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _, _, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def measure_times(row, build, work, out, rounds):
    """Every contender's rounds, a round each in turn; the first is not counted, for it meets cold caches. Gives the
    timings, what the contenders say about themselves, and the share of the machine that other programs had meanwhile."""
    programs = [Program(contender, build, work, folder_of(out, contender)) for contender in row.contenders]
    found = {program.name: [] for program in programs}
    began, busy, used = time.monotonic(), busy_seconds(), 0.0
    for turn in range(rounds + 1):
        for program in programs if turn % 2 == 0 else reversed(programs):
            timing = program.tell("round")
            used += timing["cpu_ms"] / 1000
            if turn > 0:
                found[program.name].append(timing)
    elapsed = (time.monotonic() - began) * os.cpu_count()
    others = max(0.0, busy_seconds() - busy - used) / elapsed
    about = {}
    for program in programs:
        program.tell("write")
        about[program.name] = program.about
        program.__exit__()
    return found, about, others


def measure_peak(contender, build, work, out):
    """KiB at the most, of a fresh process that does the row once."""
    with Program(contender, build, work, folder_of(out, contender)) as program:
        return program.tell("round")["peak_kib"]


def measure_endurance(contender, build, work, out, shots, first):
    """Resident KiB after the `first`-th of many shots, and after the last."""
    with Program(contender, build, work, folder_of(out, contender)) as program:
        resident = [program.tell(f"shot {index}")["rss_kib"] for index in range(shots)]
    return resident[first - 1], resident[-1]


def judge(row, build, work, out):
    """Bytes, PSNR and SSIM of every file, once for each side."""
    sides, seen = [], set()
    for contender in row.contenders:
        if contender.makes not in seen:
            seen.add(contender.makes)
            sides.append(f"{contender.makes}:{folder_of(out, contender)}:{crop_rule(row, contender)}")
    done = subprocess.run([build / "bin/peers_judge", work, *sides], check=True, stdout=subprocess.PIPE, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def crop_rule(row, contender):
    # From memory to memory, libvips is given the crop box that ours has.
    return "whole-pixels" if row.format == "ppm" and contender.side == "libvips" else SIDES[contender.side]


def differing_modes(row, work, out):
    """Files that two ways of one side made differently; nobody's threads may change a picture."""
    names = [line.split("\t")[5].strip() for line in work.read_text().splitlines()]
    firsts = {}
    for contender in row.contenders:
        first = firsts.setdefault(contender.makes, contender)
        for name in names:
            if (folder_of(out, first) / name).read_bytes() != (folder_of(out, contender) / name).read_bytes():
                yield f"{name}: {first.name} and {contender.name} differ"
