"""Every part that a host can make, with sync and with async methods."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import WAIT, AsyncMemoryStore, AsyncProvider, MemoryStore, Provider, make_pack, picture, until

import imagegen

PROMPTS = {"prompts": {"width": 64, "height": 64}}


@pytest.mark.parametrize("kind", [MemoryStore, AsyncMemoryStore])
def test_store(kind: type[MemoryStore] | type[AsyncMemoryStore]) -> None:
    store = kind()
    with imagegen.Runtime(store=store) as runtime:
        made = runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())["generated"][0]
        assert made["url"] == "https://cdn.test/t/S-1_64x48.webp"
        assert len(store.objects["t/S-1_64x48.webp"]) == made["bytes"]
        assert bytes(runtime.store.get(made["filename"])) == store.objects[made["filename"]]
        assert made["filename"] in [info["key"] for info in runtime.store.list()]
        with pytest.raises(imagegen.AlreadyExistsError):
            runtime.store.put(made["filename"], b"x", only_if_absent=True)
        runtime.store.remove(made["filename"])
        assert runtime.store.head(made["filename"]) is None
        with pytest.raises(imagegen.NotFoundError):
            runtime.store.get(made["filename"])


def test_a_store_may_say_more_of_what_it_keeps() -> None:
    class Telling(MemoryStore):
        capability = {"name": "telling", "keepsContentType": True, "durable": True}

        def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool, **more: Any) -> dict[str, Any]:  # type: ignore[override]
            super().put(key, data, only_if_absent)
            assert more["content_type"] == "image/png" and more["cache_control"] == "no-store"
            return {"etag": "e-1", "url": "https://elsewhere.test/1"}

    with imagegen.Runtime(store=Telling()) as runtime:
        info = runtime.store.put("a", b"12", content_type="image/png", cache_control="no-store")
        assert (info["etag"], info["sizeBytes"], info["url"]) == ("e-1", 2, "https://elsewhere.test/1")


def test_a_store_may_keep_the_bytes_it_got_for_longer_than_the_call() -> None:
    kept: list[imagegen.Bytes] = []

    class Keeps(MemoryStore):
        def put(self, key: str, data: imagegen.Bytes, only_if_absent: bool) -> None:
            kept.append(data)

    with imagegen.Runtime(store=Keeps()) as runtime:
        runtime.store.put("a", b"0123456789" * 1000)
    assert bytes(kept[0]) == b"0123456789" * 1000


@pytest.mark.parametrize("kind", [Provider, AsyncProvider])
def test_provider(kind: type[Provider]) -> None:
    provider = kind()
    with imagegen.Runtime(provider=provider) as runtime:
        assert runtime.provider.describe()["provider"] == "test"
        assert len(runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(), user="u-1")["generated"]) == 1
        runtime.provider.submit("a boat", 8, 6, outside_the_ledger=True, count=2, seed=5, user="u-1")
        runtime.provider.check()
    assert provider.checked == 1
    hero, boat = provider.asked
    assert "Card 1" in hero["prompt"] and isinstance(hero["seed"], int)
    assert (hero["count"], hero["user"]) == (1, None)  # a hero's user is for the ledger
    more = ("negative_prompt", "task_id", "quality", "strength", "guidance", "steps", "extras", "references", "mask")
    asked = {"prompt": "a boat", "width": 8, "height": 6, "count": 2, "seed": 5, "user": "u-1"}
    assert boat == asked | {"provider": "test", "model": "drawing"} | dict.fromkeys(more)


class Least:
    """A provider with nothing that need not be there."""

    capability = Provider.capability

    def submit(self, prompt: str, width: int, height: int) -> bytes:
        return picture(width, height)


def test_methods_that_need_not_be_there_are_not_missed() -> None:
    with imagegen.Runtime(provider=Least()) as runtime:
        runtime.provider.check()
        runtime.provider.cancel({"provider": "test", "id": "t-1"})
        assert all(finding["verdict"] != "broken" for finding in runtime.examine())
        with pytest.raises(imagegen.UnsupportedError, match="resume"):
            runtime.provider.resume({"provider": "test", "id": "t-1"})


def test_a_default_of_the_method_stands_where_nothing_is_said() -> None:
    asked: list[tuple[Any, ...]] = []

    class Defaults(Least):
        def submit(self, prompt: str, width: int, height: int, negative_prompt: str = "none", seed: int = 7, *, user: str = "me") -> bytes:
            asked.append((negative_prompt, seed, user))
            return picture(width, height)

    with imagegen.Runtime(provider=Defaults()) as runtime:
        runtime.provider.submit("a", 8, 8, outside_the_ledger=True)
        runtime.provider.submit("a", 8, 8, outside_the_ledger=True, seed=2, user="you")
    assert asked == [("none", 7, "me"), ("none", 2, "you")]


def test_a_seed_of_64_bits_arrives_whole() -> None:
    provider = Provider()
    with imagegen.Runtime(provider=provider) as runtime:
        runtime.provider.submit("a", 8, 8, outside_the_ledger=True, seed=2**64 - 1)
    assert provider.asked[0]["seed"] == 2**64 - 1


def test_a_provider_with_tasks() -> None:
    class Later(Provider):
        def submit(self, prompt: str, width: int, height: int) -> imagegen.ProviderTask:  # type: ignore[override]
            self.size = (width, height)
            return imagegen.ProviderTask("t-1", "https://provider.test/t-1")

        def resume(self, task: dict[str, Any]) -> imagegen.Pictures:
            assert task == {"provider": "test", "id": "t-1", "resumeUrl": "https://provider.test/t-1"}
            usage = {"outputImage": 100}
            return imagegen.Pictures([picture(*self.size)], [{"revisedPrompt": "better"}], usage, "r-1")

    with imagegen.Runtime(provider=Later()) as runtime:
        assert len(runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())["generated"]) == 1
        task = runtime.provider.submit("a", 8, 8, outside_the_ledger=True, timeout=WAIT)["task"]
        made = runtime.provider.resume(task, timeout=WAIT)
        assert (made["requestId"], made["usage"]["outputImage"]) == ("r-1", 100)
        (image,) = made["images"]
        assert (image["revisedPrompt"], imagegen.decode(image["data"]).width) == ("better", 8)


class Assets:
    """A assets store."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}

    def put(self, asset: dict[str, Any]) -> None:
        self.kept[asset["id"]] = asset

    def find(self, id: str) -> dict[str, Any] | None:
        return self.kept.get(id)

    def list(self, after: str, limit: int, job_id: str | None) -> tuple[list[dict[str, Any]], str]:
        found = [asset for asset in self.kept.values() if job_id in (None, asset["jobId"])]
        return sorted(found, key=lambda asset: (-asset["created"], asset["id"]))[:limit], ""

    def remove(self, id: str) -> None:
        self.kept.pop(id, None)


class AsyncAssets(Assets):
    async def put(self, asset: dict[str, Any]) -> None:  # type: ignore[override]
        super().put(asset)

    async def find(self, id: str) -> dict[str, Any] | None:  # type: ignore[override]
        return super().find(id)

    async def list(self, after: str, limit: int, job_id: str | None) -> dict[str, Any]:  # type: ignore[override]
        assets, following = super().list(after, limit, job_id)
        return {"assets": assets, "next": following}

    async def remove(self, id: str) -> None:  # type: ignore[override]
        super().remove(id)


@pytest.mark.parametrize("kind", [Assets, AsyncAssets])
def test_assets(kind: type[Assets]) -> None:
    assets = kind()
    with imagegen.Runtime(PROMPTS, assets=assets) as runtime:
        job = runtime.prompts.execute("hero", "a boat", "A boat.")["jobId"]
        runtime.worker.run(until_idle=True)
        assert runtime.prompts.get(job)["status"] == "DONE"
        asset: Any = next(iter(assets.kept.values()))
        assert asset["jobId"] == job
        assert runtime.assets.get(asset["id"]) == asset
        assert runtime.assets.list(job_id=job)["assets"] == [asset]
        runtime.assets.remove(asset["id"])
        assert runtime.assets.get(asset["id"]) is None
        runtime.assets.put(asset)
        assert assets.kept == {asset["id"]: asset}


class Records:
    """A store of records."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], dict[str, Any]] = {}

    def write(self, changes: list[dict[str, Any]]) -> list[int]:
        for change in changes:
            now = self.kept.get((change["collection"], change["id"]), {}).get("revision", 0)
            if change.get("expected", now) != now:
                raise imagegen.ConflictError(f"{change['id']} has revision {now}")
        return [self._make(change) for change in changes]

    def _make(self, change: dict[str, Any]) -> int:
        place = (change["collection"], change["id"])
        if change["document"] is None:
            self.kept.pop(place, None)
            return 0
        was = self.kept.get(place, {"revision": 0})
        keeps = was["revision"] > 0 and not change.get("moves")
        created = was["created"] if keeps else change["created"]
        revision: int = was["revision"] + 1
        self.kept[place] = {**change, "created": created, "revision": revision}
        return revision

    def find(self, collection: str, id: str) -> dict[str, Any] | None:
        return self.kept.get((collection, id))

    def list(
        self, collection: str, where: dict[str, str], limit: int, after: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        found = [r for r in self.kept.values() if r["collection"] == collection and where.items() <= r["keys"].items()]
        found.sort(key=lambda record: (record["created"], record["id"]), reverse=True)
        if after is not None:
            found = [r for r in found if (r["created"], r["id"]) < (after["created"], after["id"])]
        return found[:limit]


class AsyncRecords(Records):
    async def write(self, changes: list[dict[str, Any]]) -> list[int]:  # type: ignore[override]
        return super().write(changes)

    async def find(self, collection: str, id: str) -> dict[str, Any] | None:  # type: ignore[override]
        return super().find(collection, id)

    async def list(  # type: ignore[override]
        self, collection: str, where: dict[str, str], limit: int, after: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        return super().list(collection, where, limit, after)


@pytest.mark.parametrize("kind", [Records, AsyncRecords])
def test_records(kind: type[Records]) -> None:
    records = kind()
    with imagegen.Runtime(records=records) as runtime:
        digest = "a" * 64
        for number in range(3):
            name = f"a-{number}"
            runtime.assets.put({"id": name, "kind": "hero", "objectKey": name, "sha256": digest, "owner": "u", "created": number})
        assert records.kept["assets", "a-1"]["document"]["objectKey"] == "a-1"
        asset: Any = runtime.assets.get("a-1")
        assert asset["created"] == 1
        page = runtime.assets.list(owner="u", limit=2)
        assert [asset["id"] for asset in page["assets"]] == ["a-2", "a-1"]
        rest = runtime.assets.list(owner="u", limit=2, after=page["next"])
        assert [asset["id"] for asset in rest["assets"]] == ["a-0"] and not rest["next"]
        assert not runtime.assets.list(owner="v")["assets"]
        runtime.assets.remove("a-1")
        assert runtime.assets.get("a-1") is None


class Enhancer:
    def enhance(self, intent: str, prompt: str, max_chars: int) -> str:
        assert max_chars > 100
        return f"{intent}: {prompt}, better"


class AsyncEnhancer(Enhancer):
    async def enhance(self, intent: str, prompt: str, max_chars: int) -> str:  # type: ignore[override]
        return super().enhance(intent, prompt, max_chars)


@pytest.mark.parametrize("enhancer", [Enhancer(), AsyncEnhancer(), Enhancer().enhance, AsyncEnhancer().enhance])
def test_enhancer(enhancer: object) -> None:
    with imagegen.Runtime(enhancer=enhancer) as runtime:
        assert runtime.prompts.enhance("hero", "a boat")["finalPrompt"] == "hero: a boat, better"


class Packs:
    def find(self, work_item_id: str) -> dict[str, Any] | None:
        return make_pack() if work_item_id == "wi-1" else None


class AsyncPacks(Packs):
    async def find(self, work_item_id: str) -> str | None:  # type: ignore[override]
        pack = super().find(work_item_id)
        return None if pack is None else json.dumps(pack)


@pytest.mark.parametrize("packs", [Packs(), AsyncPacks(), {"wi-1": make_pack()}.get, AsyncPacks().find])
def test_packs(packs: object) -> None:
    with imagegen.Runtime(lifestyle_packs=packs) as runtime:
        assert len(runtime.heroes.generate("wi-1")["generated"]) == 1
        with pytest.raises(imagegen.NotFoundError) as caught:
            runtime.heroes.generate("wi-2")
        assert caught.value.body["error"] == "LIFESTYLE_PACK_NOT_FOUND"


class Events:
    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    def deliver(self, event: dict[str, Any]) -> None:
        self.heard.append(event)


class AsyncEvents(Events):
    async def deliver(self, event: dict[str, Any]) -> None:  # type: ignore[override]
        super().deliver(event)


@pytest.mark.parametrize("kind", [Events, AsyncEvents])
def test_events(kind: type[Events]) -> None:
    events = kind()
    with imagegen.Runtime(PROMPTS, events=events) as runtime:
        runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
        job = runtime.prompts.execute("hero", "a boat", "A boat.")["jobId"]
        runtime.worker.run(until_idle=True)
        until(lambda: len(events.heard) >= 2, "both events")
    by_name = {event["event"]: event for event in events.heard}
    assert by_name["lifestyle_heroes_generated"]["work_item_id"] == "wi-1"
    assert by_name["prompt_job_ended"]["job_id"] == job


def test_events_may_be_a_function() -> None:
    heard: list[dict[str, Any]] = []
    with imagegen.Runtime(events=heard.append) as runtime:
        runtime.heroes.generate("wi-1", lifestyle_pack=make_pack())
        until(lambda: len(heard) == 1, "the event")


def test_sync_methods_run_side_by_side() -> None:
    """Two calls that wait for each other can only end together."""
    import threading

    meeting = threading.Barrier(2)

    class Meets(MemoryStore):
        def get(self, key: str) -> bytes:
            meeting.wait(WAIT)
            return b"x"

    with imagegen.Runtime(store=Meets()) as runtime:
        calls = [runtime.start("store.get", {"key": key}) for key in ("a", "b")]
        assert [bytes(call.result(WAIT).files[0]) for call in calls] == [b"x", b"x"]
