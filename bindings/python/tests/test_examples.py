"""Every numbered example does what it says."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest
from conftest import ROOT, WAIT, Stuck, until

import imagegen

EXAMPLES = ROOT / "examples/python"
PACK = str(ROOT / "examples/lifestyle-packs/wi-greeting-cards.json")
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


def test_07_masks(tmp_path: Path) -> None:
    said = run("07_masks.py", str(ROOT / "docs/contact-sheet.jpg"), str(tmp_path), folder=tmp_path)
    before = imagegen.inspect((ROOT / "docs/contact-sheet.jpg").read_bytes())
    result, canvas, mask = (imagegen.inspect((tmp_path / f"{name}.png").read_bytes()) for name in ("result", "canvas", "canvas-mask"))
    assert (result["width"], result["height"]) == (before["width"], before["height"])
    assert (canvas["width"], canvas["height"]) == (mask["width"], mask["height"])
    assert f"{canvas['width']}x{canvas['height']}, the old picture" in said


@pytest.fixture
def backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """06_fastapi.py as a module."""
    monkeypatch.setenv("PACKS", str(ROOT / "examples/lifestyle-packs"))
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location("backend", EXAMPLES / "06_fastapi.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Ask = tuple[str, str, dict[str, Any]]  # method, path, what httpx takes beside them


def ask(backend: ModuleType, *asked: Ask) -> list[httpx.Response]:
    async def main() -> list[httpx.Response]:
        async with backend.lifespan(backend.app):
            transport = httpx.ASGITransport(app=backend.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=WAIT) as client:
                return [await client.request(method, path, **more) for method, path, more in asked]

    return asyncio.run(main())


ANN: dict[str, Any] = {"headers": {"authorization": "Bearer token-of-ann"}}
BOB: dict[str, Any] = {"headers": {"authorization": "Bearer token-of-bob"}}
APPROVED = {"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat."}


def test_06_fastapi_makes_heroes(backend: ModuleType, tmp_path: Path) -> None:
    own, dry, one = ask(
        backend,
        ("GET", "/health", {}),
        ("POST", ROUTE, ANN | {"json": {"dryRun": True}}),
        ("POST", ROUTE, ANN | {"json": {"shotIds": ["OL-2"]}}),
    )
    assert own.json() == {"ok": True}
    assert (dry.status_code, len(dry.json()["generated"])) == (200, 9)
    assert (one.status_code, len(one.json()["generated"])) == (200, 3)
    assert (one.headers["cache-control"], one.headers["content-type"]) == ("no-store", "application/json")
    assert (tmp_path / "out/fcc/lifestyle/OL-2_Mobile_800x1000.webp").exists()


def test_06_fastapi_refuses(backend: ModuleType) -> None:
    rows: list[tuple[Ask, int, str]] = [
        (("POST", ROUTE, {"json": {}}), 401, "UNAUTHENTICATED"),
        (("POST", ROUTE, BOB | {"json": {}}), 403, "FORBIDDEN"),
        (("POST", ROUTE, ANN | {"json": {"budget": 5}}), 400, "INVALID_REQUEST"),
        (("POST", ROUTE, ANN | {"content": "no json"}), 400, "INVALID_REQUEST"),
        (("POST", ROUTE, ANN | {"content": "[" * 2_000_000}), 413, "LIMIT_EXCEEDED"),
        (("POST", ROUTE, ANN | {"json": {"dryRun": "yes"}}), 400, "INVALID_REQUEST"),
        (("POST", ROUTE.replace("wi-greeting", "%2e%2e%2Fx"), ANN), 400, "INVALID_REQUEST"),
        (("POST", ROUTE.replace("greeting", "no"), ANN), 404, "LIFESTYLE_PACK_NOT_FOUND"),
        (("GET", ROUTE, ANN), 405, "METHOD_NOT_ALLOWED"),
        (("GET", "/api/nothing", ANN), 404, "NOT_FOUND"),
    ]
    answers = ask(backend, *(asked for asked, _, _ in rows))
    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [row[1:] for row in rows]
    assert list(answers[2].json()["details"]["fieldErrors"]) == ["budget"]


def test_06_fastapi_has_prompt_jobs(backend: ModuleType) -> None:
    async def main() -> None:
        async with backend.lifespan(backend.app):
            transport = httpx.ASGITransport(app=backend.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=WAIT) as client:
                queued = await client.post("/image/execute-prompt", json=APPROVED, **ANN)
                assert (queued.status_code, queued.json()["status"]) == (202, "QUEUED")
                path = f"/api/admin/image/job-status/{queued.json()['jobId']}"
                assert (await client.get(path, **BOB)).json()["error"]["code"] == "JOB_NOT_FOUND"
                await backend.runtime.worker.run(until_idle=True)
                assert (await client.get(path, **ANN)).json()["status"] == "DONE"
                listed = await client.get("/image/job-list?limit=1&state=succeeded", **ANN)
                assert [row["jobId"] for row in listed.json()["jobs"]] == [queued.json()["jobId"]]

    asyncio.run(main())


def test_asgi_tells_the_cause_to_the_log_alone(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    async def main() -> httpx.Response:
        async def identify(headers: Mapping[str, str]) -> imagegen.Identity:
            return {"user": headers["x-user"]}

        async with imagegen.AsyncRuntime({"state": f"sqlite:{tmp_path}/missing/x.db"}) as runtime:
            transport = httpx.ASGITransport(app=imagegen.asgi(runtime, identify))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get("/image/job-list", headers={"x-user": "ann"})

    answer = asyncio.run(main())
    assert answer.status_code >= 500
    (incident,) = re.findall(r"incident_\w+", answer.json()["error"]["message"])
    assert "missing" not in answer.text
    (logged,) = [record.getMessage() for record in caplog.records if record.name == "imagegen"]
    assert incident in logged and "missing" in logged


def test_asgi_answers_when_the_host_cannot_say_who_asks(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> httpx.Response:
        def identify(headers: Mapping[str, str]) -> imagegen.Identity:
            raise KeyError("the session store is away")

        async with imagegen.AsyncRuntime() as runtime:
            transport = httpx.ASGITransport(app=imagegen.asgi(runtime, identify))
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get("/image/job-list")

    answer = asyncio.run(main())
    assert (answer.status_code, answer.json()["error"], answer.headers["cache-control"]) == (500, "INTERNAL_ERROR", "no-store")
    assert "the session store is away" in caplog.text


def test_asgi_a_client_that_goes_away_cancels(backend: ModuleType, pack: dict[str, Any]) -> None:
    import uvicorn

    provider = Stuck()

    async def main() -> None:
        async with imagegen.AsyncRuntime(provider=provider, lifestyle_packs=lambda work_item_id: pack) as runtime:
            app = imagegen.asgi(runtime, backend.identify)
            server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
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
