#!/usr/bin/env python3
"""How long an asyncio loop stands still while pictures are made: event_loop.py [--check] [--renditions 20]

The twin of event_loop.mjs: one picture of 1536 x 1024 becomes 20 files, first in one call and then in 20; the loop is measured
meanwhile, and before that while it idles. With --check it ends with 1 when it stood still for more than 10 ms.
"""

import argparse
import asyncio
import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import imagegen

LIMIT_MS = 10
WIDTH, HEIGHT = 1536, 1024


def picture() -> imagegen.Bytes:
    """Smooth, with grain."""
    data, noise = bytearray(WIDTH * HEIGHT * 3), 1
    for at in range(len(data)):
        noise = (noise * 1664525 + 1013904223) & 0xFFFFFFFF
        data[at] = int(at / 3 % WIDTH / 8) + (noise >> 28) & 255
    return imagegen.encode(memoryview(data).cast("B", (HEIGHT, WIDTH, 3)), "png")


class CpuWaits:
    """How long this thread was ready to run and had no CPU, in ms: on a busy machine that is most of the longest delays, and
    nothing that a program could do about."""

    def __init__(self) -> None:
        self.file = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)

    def read(self) -> float:
        return int(os.pread(self.file, 64, 0).split()[1]) / 1e6

    def close(self) -> None:
        os.close(self.file)


class Watch:
    """A timer of 1 ms, and for each of its ticks how much later it came than that."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.own: list[float] = []  # without what passed in waiting for a CPU

    async def __aenter__(self) -> "Watch":
        self.waits = CpuWaits()
        self.loop = asyncio.get_running_loop()
        self.at, self.waited = time.perf_counter(), self.waits.read()
        self.timer = self.loop.call_later(0.001, self.tick)
        return self

    def tick(self) -> None:
        now, waited = time.perf_counter(), self.waits.read()
        late = (now - self.at) * 1000 - 1
        self.late.append(late)
        self.own.append(late - (waited - self.waited))
        self.at, self.waited = now, waited
        self.timer = self.loop.call_later(0.001, self.tick)

    async def __aexit__(self, *_: object) -> None:
        self.timer.cancel()
        self.tick()  # what was late when the work ended counts too
        self.timer.cancel()
        self.waits.close()


async def measure(name: str, work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    async with Watch() as watch:
        await work()
    found = {
        "name": name,
        "ms": (time.perf_counter() - began) * 1000,
        "p99Ms": max(0.0, sorted(watch.late)[len(watch.late) * 99 // 100]),
        "maxMs": max(watch.late),
        "maxWithoutWaitingForACpuMs": max(watch.own),
    }
    print(json.dumps({key: value if isinstance(value, str) else round(value, 2) for key, value in found.items()}), flush=True)
    return max(watch.own)


def machine() -> str:
    cpus = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    head = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    name = cpus[0] if cpus else "unknown processor"
    return f"{name}, {os.cpu_count()} cores; Python {platform.python_version()}; commit {commit}"


async def main(count: int) -> float:
    file = picture()
    renditions: list[imagegen.Rendition] = [
        {
            "width": 320 + 60 * (index % 20),
            "height": 200 + 40 * (index % 20),
            "format": ("webp", "jpeg", "webp", "png")[index % 4],
        }
        for index in range(count)
    ]
    async with imagegen.AsyncRuntime() as runtime:
        await runtime.images.render(file, renditions[:2])  # the first time is slow once
        await measure("idle", lambda: asyncio.sleep(0.5))
        return max(
            await measure(f"{count} renditions in one call", lambda: runtime.images.render(file, renditions)),
            await measure(
                f"{count} calls at once",
                lambda: asyncio.gather(*(runtime.images.render(file, [one]) for one in renditions)),
            ),
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--renditions", type=int, default=20)
    options = parser.parse_args()
    print(machine())
    longest = asyncio.run(main(options.renditions))
    print(f"the loop stood still for at most {longest:.2f} ms; {LIMIT_MS} ms are allowed")
    sys.exit(1 if options.check and longest > LIMIT_MS else 0)
