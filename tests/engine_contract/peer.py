"""A host in Python. See wire.hpp for what it speaks."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import re
import sys
import threading
import traceback
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import imagegen

Json = dict[str, Any]
MOST_THREADS = 64

_writing = threading.Lock()


def write(line: Json) -> None:
    text = json.dumps(line).encode() + b"\n"
    with _writing:
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()


def document_of(error: BaseException) -> Json:
    """What the exception says, and nothing that it does not."""
    if not isinstance(error, imagegen.Error):
        return {"code": "NO_IMAGEGEN_ERROR", "message": "".join(traceback.format_exception(error))}
    document: Json = {
        "code": error.code,
        "status": error.status,
        "message": error.message,
        "retryable": error.retryable,
        "spent": error.spent,
        "httpStatus": error.http_status,
        "body": error.body,
        "faults": [{"path": fault.path, "message": fault.message} for fault in error.faults],
        "providerText": error.provider_text,
    }
    if error.delivery is not None:
        document["delivery"] = error.delivery
    if error.retry_after is not None:
        document["retryAfterMs"] = round(error.retry_after * 1000)
    return document


# ------------------------------------------------------------------------------------------ parts of the host


class Store:
    def __init__(self, capability: Json, picture: bytes) -> None:
        self.capability = capability
        self.objects: dict[str, tuple[bytes, Json]] = {}
        self.lock = threading.Lock()
        self.puts = 0

    def put(self, key: str, data: imagegen.Bytes, content_type: str, only_if_absent: bool) -> Json:
        with self.lock:
            if only_if_absent and key in self.objects:
                raise imagegen.AlreadyExistsError(key)
            self.puts += 1
            file = bytes(memoryview(data))
            info = {"key": key, "sizeBytes": len(file), "etag": f"e-{self.puts}", "contentType": content_type}
            self.objects[key] = file, info
            return info

    def get(self, key: str) -> bytes | None:
        found = self.objects.get(key)
        return found and found[0]

    def head(self, key: str) -> Json | None:
        found = self.objects.get(key)
        return found and found[1]

    def remove(self, key: str) -> None:
        self.objects.pop(key, None)

    def list(self, prefix: str, limit: int, after: str) -> list[Json]:
        with self.lock:
            keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
            return [self.objects[key][1] for key in keys[:limit]]


def failure_of(document: Json) -> imagegen.Error:
    kinds = {kind.code: kind for kind in imagegen.Error.__subclasses__()}
    return kinds[document["code"]](
        document["message"],
        retryable=document["retryable"],
        retry_after=document["retryAfterMs"] / 1000,
        delivery=document["delivery"],
        provider_text=document["providerText"],
    )


def raise_once(provider: Any) -> None:
    error, provider.error = provider.error, None
    if error is not None:
        raise error


class Provider:
    def __init__(self, capability: Json, picture: bytes) -> None:
        self.capability = capability
        self.picture = picture
        self.submits = 0
        self.hold = False
        self.task: str | None = None
        self.error: imagegen.Error | None = None
        self.released = threading.Event()

    def submit(self, prompt: str, width: int, height: int, count: int) -> imagegen.Pictures | imagegen.ProviderTask:
        self.submits += 1
        if self.hold:
            self.hold = False
            self.released.wait()
        raise_once(self)
        if prompt == "as a task":
            self.task = f"t-{self.submits}"
            return imagegen.ProviderTask(self.task)
        return imagegen.Pictures([self.picture] * count, request_id="r-1")

    def resume(self, task: Json) -> imagegen.Pictures:
        if task["id"] != self.task:
            raise imagegen.NotFoundError("no task of this provider")
        return imagegen.Pictures([self.picture])

    def cancel(self, task: Json) -> None:
        if task["id"] == self.task:
            self.task = None

    def check(self) -> None:
        pass

    def close(self) -> None:
        self.released.set()


class Assets:
    def __init__(self, capability: Json, picture: bytes) -> None:
        self.capability = capability
        self.assets: dict[str, Json] = {}
        self.lock = threading.Lock()

    def put(self, asset: Json) -> None:
        with self.lock:
            self.assets[asset["id"]] = asset

    def find(self, id: str) -> Json | None:
        return self.assets.get(id)

    def remove(self, id: str) -> None:
        self.assets.pop(id, None)

    def list(
        self,
        after: str,
        limit: int,
        job_id: str | None = None,
        owner: str | None = None,
        kind: str | None = None,
        sha256: str | None = None,
    ) -> tuple[list[Json], str]:
        place = re.fullmatch(r"(-?\d+)-([A-Za-z0-9._-]+)", after)
        if after and not place:
            raise imagegen.InvalidArgumentError("after: no place")
        wanted = {"jobId": job_id, "owner": owner, "kind": kind, "sha256": sha256}
        with self.lock:
            found = [a for a in self.assets.values() if all(v is None or a[k] == v for k, v in wanted.items())]
        found.sort(key=lambda asset: (asset["created"], asset["id"]), reverse=True)
        if place:
            found = [a for a in found if (a["created"], a["id"]) < (int(place[1]), place[2])]
        page = found[:limit]
        return page, f"{page[-1]['created']}-{page[-1]['id']}" if len(found) > limit else ""


class AsyncStore:
    """The same with coroutines, as are the other two."""

    def __init__(self, capability: Json, picture: bytes) -> None:
        self.capability = capability
        self.plain = Store(capability, picture)

    async def put(self, key: str, data: imagegen.Bytes, content_type: str, only_if_absent: bool) -> Json:
        await asyncio.sleep(0)
        return self.plain.put(key, data, content_type, only_if_absent)

    async def get(self, key: str) -> bytes | None:
        await asyncio.sleep(0)
        return self.plain.get(key)

    async def head(self, key: str) -> Json | None:
        return self.plain.head(key)

    async def remove(self, key: str) -> None:
        self.plain.remove(key)

    async def list(self, prefix: str, limit: int, after: str) -> list[Json]:
        return self.plain.list(prefix, limit, after)


class AsyncProvider:
    def __init__(self, capability: Json, picture: bytes) -> None:
        self.capability = capability
        self.picture = picture
        self.submits = 0
        self.hold = False
        self.task: str | None = None
        self.error: imagegen.Error | None = None

    async def submit(self, prompt: str, width: int, height: int, count: int) -> imagegen.Pictures | imagegen.ProviderTask:
        self.submits += 1
        if self.hold:
            self.hold = False
            await asyncio.Event().wait()
        raise_once(self)
        if prompt == "as a task":
            self.task = f"t-{self.submits}"
            return imagegen.ProviderTask(self.task)
        return imagegen.Pictures([self.picture] * count, request_id="r-1")

    async def resume(self, task: Json) -> imagegen.Pictures:
        if task["id"] != self.task:
            raise imagegen.NotFoundError("no task of this provider")
        return imagegen.Pictures([self.picture])

    async def cancel(self, task: Json) -> None:
        if task["id"] == self.task:
            self.task = None

    async def check(self) -> None:
        await asyncio.sleep(0)

    def close(self) -> None:
        pass


class AsyncAssets:
    def __init__(self, capability: Json, picture: bytes) -> None:
        self.capability = capability
        self.plain = Assets(capability, picture)

    async def put(self, asset: Json) -> None:
        await asyncio.sleep(0)
        self.plain.put(asset)

    async def find(self, id: str) -> Json | None:
        return self.plain.find(id)

    async def remove(self, id: str) -> None:
        self.plain.remove(id)

    async def list(self, after: str, limit: int, **wanted: Any) -> tuple[list[Json], str]:
        return self.plain.list(after, limit, **wanted)


PARTS: dict[str, dict[str, type[Any]]] = {
    "plain": {"store": Store, "provider": Provider, "assets": Assets},
    "async": {"store": AsyncStore, "provider": AsyncProvider, "assets": AsyncAssets},
}

# ------------------------------------------------------------------------------------------ runtimes


class Host:
    """A runtime: with threads in the plain manner, on the event loop in the other."""

    def __init__(self, line: Json, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.calls: dict[int, Any] = {}
        picture = base64.b64decode(line["picture"])
        kinds = PARTS[line["manner"]]
        self.parts = {kind: kinds[kind](capability, picture) for kind, capability in line["parts"].items()}
        self.runtime: imagegen.Runtime | imagegen.AsyncRuntime
        if line["manner"] == "plain":
            self.runtime = imagegen.Runtime(line["config"], **self.parts)
        else:
            self.runtime = imagegen.AsyncRuntime(line["config"], **self.parts)

    def cancel(self, number: int) -> None:
        if (call := self.calls.get(number)) is not None:
            call.cancel()

    async def call(self, line: Json) -> None:
        number = line["id"]
        try:
            inputs = [base64.b64decode(file) for file in line["inputs"]]
            call = self.runtime.start(line["operation"], line["request"], inputs=inputs)
            self.calls[number] = call
            if isinstance(call, imagegen.Call):
                made = await asyncio.get_running_loop().run_in_executor(self.threads, self._wait, number, call)
            else:
                await self._report(number, call.progress())
                made = await call
            files = [base64.b64encode(memoryview(file)).decode() for file in made.files]
            write({"id": number, "result": made.result, "files": files})
        except BaseException as error:
            write({"id": number, "error": document_of(error)})
        finally:
            self.calls.pop(number, None)

    @staticmethod
    def _wait(number: int, call: imagegen.Call[Any]) -> Any:
        for progress in call.progress():
            write({"id": number, "progress": progress})
        return call.result()

    @staticmethod
    async def _report(number: int, steps: AsyncIterator[Any]) -> None:
        async for progress in steps:
            write({"id": number, "progress": progress})

    async def close(self) -> None:
        if isinstance(self.runtime, imagegen.Runtime):
            ended = await asyncio.get_running_loop().run_in_executor(self.threads, self.runtime.close)
        else:
            ended = await self.runtime.close()
        assert ended, "the runtime has not ended in time"
        if "provider" in self.parts:
            self.parts["provider"].close()  # its answer is too late


class Peer:
    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(MOST_THREADS)
        self.hosts: dict[int, Host] = {}
        self.tasks: set[asyncio.Task[None]] = set()

    def take(self, line: Json) -> None:
        if line["do"] == "cancel":
            for host in self.hosts.values():
                host.cancel(line["call"])
        elif line["do"] == "call":
            self._spawn(self.hosts[line["runtime"]].call(line))
        else:
            self._spawn(self._answer(line))

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, line: Json) -> None:
        try:
            result = getattr(self, line["do"])(line)
            if inspect.isawaitable(result):
                result = await result
            write({"id": line["id"], "result": result or {}})
        except Exception as error:
            write({"id": line["id"], "error": document_of(error)})

    async def open(self, line: Json) -> None:
        host = Host(line, self.threads)
        if isinstance(host.runtime, imagegen.AsyncRuntime):
            await host.runtime.__aenter__()  # opens it, as `async with` does
        self.hosts[line["runtime"]] = host

    async def close(self, line: Json) -> None:
        await self.hosts.pop(line["runtime"]).close()

    def hold(self, line: Json) -> None:
        self.hosts[line["runtime"]].parts["provider"].hold = True

    def fail(self, line: Json) -> None:
        self.hosts[line["runtime"]].parts["provider"].error = failure_of(line["error"])

    def asked(self, line: Json) -> Json:
        return {"submits": self.hosts[line["runtime"]].parts["provider"].submits}

    async def run(self) -> None:
        reader = asyncio.StreamReader(limit=1 << 28)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        write({"ready": True})
        while line := await reader.readline():
            self.take(json.loads(line))
        for host in self.hosts.values():
            await host.close()


asyncio.run(Peer().run())
