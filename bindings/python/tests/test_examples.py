"""Every numbered example does what it says."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from conftest import ROOT, WAIT, Stuck, until

import imagegen

EXAMPLES = ROOT / "examples/python"
PACK = str(ROOT / "examples/packs/wi-greeting-cards.json")
ROUTE = "/api/work-items/wi-greeting-cards/generate-lifestyle-heroes"


def run(name: str, *arguments: str, folder: Path) -> str:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ended = subprocess.run(
        [sys.executable, str(EXAMPLES / name), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_each_is_one_screen_and_tested_here() -> None:
    tested = Path(__file__).read_text()
    for example in EXAMPLES.glob("*.py"):
        assert len(example.read_text().splitlines()) <= 60, example
        assert example.name in tested


def test_01_heroes(tmp_path: Path) -> None:
    said = run("01_heroes.py", PACK, folder=tmp_path)
    assert "9/9 fileDone" in said
    assert (tmp_path / "out/fcc/lifestyle/OL-3_Mobile_800x1000.webp").exists()


def test_02_render(tmp_path: Path) -> None:
    run("02_render.py", str(ROOT / "docs/contact-sheet.jpg"), str(tmp_path), folder=tmp_path)
    assert imagegen.decode((tmp_path / "1200x400.webp").read_bytes()).width == 1200
    assert imagegen.decode((tmp_path / "400x500.jpeg").read_bytes()).height == 500
    assert imagegen.decode((tmp_path / "mirrored.png").read_bytes())
    assert imagegen.decode((tmp_path / "turned.png").read_bytes())


def test_03_prompt_job(tmp_path: Path) -> None:
    said = run("03_prompt_job.py", "a red boat", folder=tmp_path)
    assert re.search(r"DONE\n\S+\.webp\n\S+\.webp", said)


def test_04_custom_store(tmp_path: Path) -> None:
    said = run("04_custom_store.py", PACK, folder=tmp_path)
    assert said.count("https://files.example.com/fcc/lifestyle/") == 9
    assert run("04_custom_store.py", PACK, folder=tmp_path) == ""  # all is there


def test_05_custom_provider(tmp_path: Path) -> None:
    assert run("05_custom_provider.py", PACK, folder=tmp_path) == "9 files by gradient-1\n"


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """06_fastapi.py as a module."""
    monkeypatch.setenv("PACKS", str(ROOT / "examples/packs"))
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("backend", EXAMPLES / "06_fastapi.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def post(backend: ModuleType, *requests: dict[str, Any], route: str = ROUTE) -> list[httpx.Response]:
    async def main() -> list[httpx.Response]:
        async with backend.lifespan(backend.app):
            transport = httpx.ASGITransport(app=backend.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=WAIT) as client:
                return [await client.post(route, **request) for request in requests]

    return asyncio.run(main())


ANN: dict[str, Any] = {"headers": {"authorization": "Bearer token-of-ann"}}
BOB: dict[str, Any] = {"headers": {"authorization": "Bearer token-of-bob"}}


def test_06_fastapi_makes_heroes(backend: ModuleType, tmp_path: Path) -> None:
    dry, one = post(backend, ANN | {"json": {"dryRun": True}}, ANN | {"json": {"shotIds": ["OL-2"]}})
    assert (dry.status_code, len(dry.json()["generated"])) == (200, 9)
    assert (one.status_code, len(one.json()["generated"])) == (200, 3)
    assert (tmp_path / "out/fcc/lifestyle/OL-2_Mobile_800x1000.webp").exists()


def test_06_fastapi_refuses(backend: ModuleType) -> None:
    nobody, sales = post(backend, {"json": {}}, BOB | {"json": {}})
    assert (nobody.status_code, nobody.json()) == (401, {"ok": False, "error": "UNAUTHENTICATED"})
    assert (sales.status_code, sales.json()) == (403, {"ok": False, "error": "FORBIDDEN"})
    unknown, text, wrong = post(
        backend, ANN | {"json": {"budget": 5}}, ANN | {"content": "no json"}, ANN | {"json": {"dryRun": "yes"}}
    )
    for answer in (unknown, text, wrong):
        assert (answer.status_code, answer.json()["error"]) == (400, "INVALID_REQUEST")
    assert list(unknown.json()["details"]["fieldErrors"]) == ["budget"]
    (missing,) = post(backend, ANN, route=ROUTE.replace("greeting", "no"))
    assert (missing.status_code, missing.json()["error"]) == (404, "LIFESTYLE_PACK_NOT_FOUND")


def test_06_fastapi_a_client_that_goes_away_cancels(backend: ModuleType) -> None:
    import uvicorn

    provider = Stuck()

    async def main() -> None:
        server = uvicorn.Server(uvicorn.Config(backend.app, port=0, log_level="error", lifespan="off"))
        async with imagegen.AsyncRuntime(provider=provider, packs=backend.PACKS.get) as runtime:
            backend.app.state.runtime = runtime
            serving = asyncio.create_task(server.serve())
            await asyncio.to_thread(until, lambda: server.started, "the server has started")
            port = server.servers[0].sockets[0].getsockname()[1]
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                asking = asyncio.create_task(client.post(ROUTE, **ANN))
                await asyncio.to_thread(provider.began.wait, WAIT)
                assert len(runtime._core._calls) == 1
                asking.cancel()
                await asyncio.to_thread(until, lambda: runtime._core._calls == {}, "the call is cancelled")
            provider.go.set()
            server.should_exit = True
            await serving

    asyncio.run(main())
