"""What the tests are made with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import imagegen
from typed_answers import Checked

ROOT = Path(__file__).resolve().parents[3]
WAIT = 30.0  # seconds; longer than anything here takes


def make_pack(shots: int = 1, size: tuple[int, int] = (64, 48)) -> dict[str, Any]:
    """A small pack: one file for each shot."""
    words = {"scenario": "A table", "camera": "50 mm", "framing": "centre", "lighting": "soft", "color_palette": "green"}
    plan, boards = [], []
    for number in range(1, shots + 1):
        shot = f"S-{number}"
        plan.append(
            {
                "sku": "SKU",
                "shot_id": shot,
                "base_key": f"t/{shot}",
                "size_label": "Small",
                "filename": f"t/{shot}_{size[0]}x{size[1]}.webp",
                "width": size[0],
                "height": size[1],
                "format": "webp",
            }
        )
        boards.append({"shot_id": shot, "sku": "SKU", "card_title": f"Card {number}", "collection": "Test", **words})
    return {"export_plan": plan, "shot_boards": boards}


def picture(width: int = 64, height: int = 48, format: str = "png") -> bytes:
    pixels = bytes((x * 3 + y * 5 + c) % 256 for y in range(height) for x in range(width) for c in range(3))
    return bytes(imagegen.encode(memoryview(pixels).cast("B", (height, width, 3)), format))


def until(condition: Callable[[], bool], what: str) -> None:
    """Bounded polling."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, f"expected within {WAIT:g} s: {what}"
        time.sleep(0.005)


def run_python(program: str, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """A child process with the same package."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program, *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        cwd="/",  # python -c would find the sources in the current folder
        check=False,
    )


class MemoryStore:
    """The smallest store that keeps its contract."""

    capability: dict[str, Any] = {"name": "memory of the test", "urlPrefix": "https://cdn.test/"}

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.lock = threading.Lock()
        self.threads: set[str] = set()

    def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
        self.threads.add(threading.current_thread().name)
        with self.lock:
            if only_if_absent and key in self.objects:
                raise imagegen.AlreadyExistsError(key)
            self.objects[key] = bytes(data)

    def get(self, key: str) -> bytes | None:
        return self.objects.get(key)

    def head(self, key: str) -> dict[str, Any] | None:
        return {"sizeBytes": len(self.objects[key])} if key in self.objects else None

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)

    def list(self, prefix: str, limit: int, after: str) -> list[dict[str, Any]]:
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        return [{"key": key, "sizeBytes": len(self.objects[key])} for key in keys[:limit]]


class AsyncMemoryStore:
    """The same with coroutines."""

    capability = MemoryStore.capability

    def __init__(self) -> None:
        self.sync = MemoryStore()
        self.objects = self.sync.objects
        self.threads = self.sync.threads

    async def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
        self.sync.put(key, data, only_if_absent)

    async def get(self, key: str) -> bytes | None:
        return self.sync.get(key)

    async def head(self, key: str) -> dict[str, Any] | None:
        return self.sync.head(key)

    async def remove(self, key: str) -> None:
        self.sync.remove(key)

    async def list(self, prefix: str, limit: int, after: str) -> list[dict[str, Any]]:
        return self.sync.list(prefix, limit, after)


class Provider:
    """Draws what it is asked for, and remembers it."""

    capability = {"provider": "test", "model": "drawing", "paid": False, "takesSeed": True, "maxImagesPerCall": 4}

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.checked = 0

    def submit(self, **asked: Any) -> list[bytes]:
        self.asked.append(asked)
        return [picture(asked["width"], asked["height"])] * asked["count"]

    def check(self) -> None:
        self.checked += 1


class AsyncProvider(Provider):
    async def submit(self, **asked: Any) -> list[bytes]:  # type: ignore[override]
        return super().submit(**asked)

    async def check(self) -> None:  # type: ignore[override]
        super().check()


class Stuck:
    """A provider that never answers until the test says so."""

    capability = Provider.capability

    def __init__(self) -> None:
        self.began = threading.Event()
        self.go = threading.Event()

    def submit(self, prompt: str, width: int, height: int) -> list[bytes]:
        self.began.set()
        self.go.wait(WAIT)
        return [picture(width, height)]


@pytest.fixture(autouse=True, scope="session")
def answers_have_their_types() -> Iterator[Checked]:
    with Checked() as checked:
        yield checked


@pytest.fixture
def pack() -> dict[str, Any]:
    return make_pack()


@pytest.fixture
def greeting_cards() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "examples/lifestyle-packs/wi-greeting-cards.json").read_text())
    return document
