"""Read by mypy --strict, never run: what people's editors say about the package."""

from __future__ import annotations

import numpy
from PIL.Image import Image as PilImage
from typing_extensions import assert_type

import imagegen


def sync(runtime: imagegen.Runtime, pixels: numpy.ndarray[tuple[int, ...], numpy.dtype[numpy.uint8]]) -> None:
    made = runtime.heroes.generate("wi-1", lifestyle_pack={}, shot_ids=["S-1"], dry_run=True, timeout=5, on_progress=print)
    assert_type(made, imagegen.HeroResult)
    assert_type(made["generated"][0]["url"], str)
    assert_type(runtime.call("jobs.get", {"id": "x"}), imagegen.CallResult[imagegen.Json])
    assert_type(runtime.start("jobs.get"), imagegen.Call[imagegen.CallResult[imagegen.Json]])
    assert_type(runtime.prompts.get("x"), imagegen.PromptJob)
    assert_type(runtime.store.get("x"), imagegen.Bytes)
    assert_type(runtime.store.head("x"), imagegen.StoredObject | None)
    assert_type(runtime.spend.used(), float)
    assert_type(runtime.worker.run(until_idle=True, drain=imagegen.Drain()), imagegen.WorkerResult)
    assert_type(runtime.images.render(b"", [{"width": 1, "height": 1}]), list[imagegen.Rendered])
    assert_type(runtime.masks.composite(b"", b"", b"", feather=4, polarity="opaque_is_edit")["data"], imagegen.Bytes)
    assert_type(runtime.masks.prepare(b"")["polarity"] == "white_is_edit", bool)
    submitted = runtime.provider.submit("a", 8, 8, outside_the_ledger=True, provider="b", model="m", extras={"x": 1}, strict=False)
    assert_type(submitted, imagegen.MadePictures)
    assert_type(submitted["adaptations"], list[imagegen.Adaptation])
    assert_type(submitted["adaptations"][0]["sent"], str | None)
    runtime.provider.describe(provider="b")
    answered = runtime.http.answer("GET", "/image/job-list", identity={"user": "ann"}, body=b"")
    assert_type(answered, imagegen.HttpAnswer)
    assert_type(answered["incident"]["id"], str)
    imagegen.Runtime(provider=[object(), object()])
    runtime.store.put("a", pixels)
    runtime.store.put("a", memoryview(b""))
    runtime.store.put("a", bytearray())

    runtime.heroes.generate()  # type: ignore[call-arg]
    runtime.http.answer("GET", "/", identity={"roles": []})  # type: ignore[arg-type]
    runtime.heroes.generate("wi-1", shots=[])  # type: ignore[call-arg]
    runtime.store.put("a", "text")  # type: ignore[arg-type]
    runtime.provider.submit("a", 8, 8)  # type: ignore[call-arg]
    runtime.provider.submit("a", 8, 8, outside_the_ledger=True, steps="5")  # type: ignore[arg-type]
    runtime.images.render(b"", [{"width": "1"}])  # type: ignore[typeddict-item]
    runtime.masks.composite(b"", b"")  # type: ignore[call-arg]
    runtime.masks.prepare(b"", polarity="white")  # type: ignore[arg-type]


async def coroutines(runtime: imagegen.AsyncRuntime) -> None:
    made = await runtime.heroes.generate("wi-1")
    assert_type(made, imagegen.HeroResult)
    call = runtime.start("heroes.generate")
    async for news in call.progress():
        assert_type(news, imagegen.Progress)
    assert_type(await call, imagegen.CallResult[imagegen.Json])
    assert_type(await runtime.store.list(prefix="a"), list[imagegen.StoredObject])


def pictures(image: imagegen.Image) -> None:
    assert_type(imagegen.decode(b""), imagegen.Image)
    assert_type(imagegen.encode(image, "png", quality=3), imagegen.Bytes)
    assert_type(image.to_pil(), PilImage)
    imagegen.encode(image.to_pil())
    numpy.asarray(image)
    bytes(imagegen.encode(image))
    len(imagegen.encode(image))


def errors(error: imagegen.Error) -> None:
    assert_type(error.code, str)
    assert_type(error.retry_after, float | None)
    assert_type(error.faults, tuple[imagegen.Fault, ...])
