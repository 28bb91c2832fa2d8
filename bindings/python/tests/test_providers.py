"""Several providers of one host: who is asked, by name, and what each is handed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from conftest import WAIT, AsyncProvider, Provider, make_pack, picture

import imagegen
from imagegen._host import HostParts

ROUTE = {
    "route": [{"provider": "first"}, {"provider": "second"}],
    "retry": {"maxAttempts": 1},
    "prompts": {"width": 64, "height": 64},
}


def named(name: str, kind: type[Provider] = Provider, **more: Any) -> Provider:
    provider = kind()
    provider.capability = Provider.capability | {"provider": name} | more
    return provider


class Away(Provider):
    """Cannot be had, and nothing was sent."""

    def submit(self, **asked: Any) -> list[bytes]:
        self.asked.append(asked)
        raise imagegen.UnavailableError("away", delivery="not_sent")


class Later(Provider):
    """Has its pictures later."""

    def submit(self, **asked: Any) -> imagegen.ProviderTask:  # type: ignore[override]
        self.asked.append(asked)
        return imagegen.ProviderTask("t-1")

    def resume(self, task: dict[str, Any]) -> list[bytes]:
        self.asked.append(task)
        return [picture(64, 64)]

    def cancel(self, task: dict[str, Any]) -> None:
        self.asked.append({"cancelled": task["provider"]})


def bought(runtime: imagegen.Runtime, job: str) -> Any:
    (event,) = [event for event in runtime.jobs.events(job)["events"] if event["event"] == "image_bought"]
    return event["detail"]


def draw_by_job(runtime: imagegen.Runtime) -> str:
    job = runtime.prompts.execute("hero", "a boat", "A boat.")["jobId"]
    runtime.worker.run(until_idle=True)
    assert runtime.prompts.get(job)["status"] == "DONE", runtime.prompts.get(job)
    return job


@pytest.mark.parametrize("kind", [Provider, AsyncProvider])
def test_a_route_goes_on_to_the_second_and_the_record_names_it(kind: type[Provider]) -> None:
    first, second = named("first", Away), named("second", kind, model="other")
    with imagegen.Runtime(ROUTE, provider=[first, second]) as runtime:
        job = draw_by_job(runtime)
        assert (bought(runtime, job)["provider"], bought(runtime, job)["model"]) == ("second", "other")
        (asset,) = runtime.assets.list(job_id=job)["assets"]
        assert (asset["provider"], asset["model"]) == ("second", "other")
        states = {purchase["provider"]: purchase["state"] for purchase in runtime.spend.list(job_id=job)["purchases"]}
        assert states == {"first": "released", "second": "settled"}
    assert [(asked["provider"], asked["model"]) for asked in first.asked + second.asked] == [("first", "drawing"), ("second", "other")]


def test_an_event_loop_has_several_too() -> None:
    first, second = named("first", Away), named("second", AsyncProvider)

    async def main() -> None:
        async with imagegen.AsyncRuntime(ROUTE, provider=(first, second)) as runtime:
            assert len((await runtime.heroes.generate("wi-1", lifestyle_pack=make_pack()))["generated"]) == 1
            assert {asset["provider"] for asset in (await runtime.assets.list())["assets"]} == {"second"}
            assert (await runtime.provider.describe(provider="second"))["provider"] == "second"

    asyncio.run(main())
    assert (len(first.asked), len(second.asked)) == (1, 1)


def test_a_purchase_is_resumed_at_the_provider_that_has_it() -> None:
    first, second = named("first", Away), named("second", Later)
    with imagegen.Runtime(ROUTE, provider=[first, second]) as runtime:
        assert bought(runtime, draw_by_job(runtime))["provider"] == "second"
    assert len(first.asked) == 1
    assert second.asked[1] == {"provider": "second", "id": "t-1", "resumeUrl": ""}


def test_a_task_says_whose_it_is() -> None:
    first, second = named("first", Later), named("second", Later)
    with imagegen.Runtime(provider=[first, second]) as runtime:
        task = runtime.provider.submit("a", 64, 64, outside_the_ledger=True, provider="second", timeout=WAIT)["task"]
        assert len(runtime.provider.resume(task)["images"]) == 1
        runtime.provider.cancel(task)
    assert first.asked == []
    assert second.asked[1:] == [{"provider": "second", "id": "t-1", "resumeUrl": ""}, {"cancelled": "second"}]


def test_each_may_lack_what_need_not_be_there() -> None:
    with imagegen.Runtime(provider=[named("first", Later), named("second")]) as runtime:
        with pytest.raises(imagegen.UnsupportedError, match="resume"):
            runtime.provider.resume({"provider": "second", "id": "t-1"})
        assert len(runtime.provider.resume({"provider": "first", "id": "t-1"})["images"]) == 1


def test_the_first_is_asked_where_none_is_named() -> None:
    first, second = named("first"), named("second")
    with imagegen.Runtime(provider=[first, second]) as runtime:
        assert runtime.provider.describe()["provider"] == "first"
        runtime.provider.submit("a", 8, 8, outside_the_ledger=True)
        runtime.provider.check()
        with pytest.raises(imagegen.InvalidArgumentError, match="third"):
            runtime.provider.submit("a", 8, 8, outside_the_ledger=True, provider="third")
    assert (len(first.asked), first.checked) == (1, 1)
    assert (second.asked, second.checked) == ([], 0)


@pytest.mark.parametrize("runtime", [imagegen.Runtime, imagegen.AsyncRuntime])
def test_each_has_a_name_of_its_own(runtime: Any) -> None:
    nameless = Provider()
    nameless.capability = {"model": "drawing"}
    with pytest.raises(imagegen.InvalidArgumentError, match=r"provider\[1\].*own.*'first' again"):
        runtime(provider=[named("first"), named("first")])
    with pytest.raises(imagegen.InvalidArgumentError, match=r"provider\[1\].*got none"):
        runtime(provider=[named("first"), nameless])
    with pytest.raises(imagegen.InvalidArgumentError, match="list of none"):
        runtime(provider=[])


def test_a_method_that_asks_for_no_more_gets_no_more() -> None:
    asked: list[tuple[Any, ...]] = []

    class Plain:
        capability = Provider.capability

        def submit(self, prompt: str, width: int, height: int) -> bytes:
            asked.append((prompt, width, height))
            return picture(width, height)

    class Curious(Plain):
        capability = Provider.capability | {"provider": "curious"}

        def submit(self, prompt: str, width: int, height: int, provider: str, model: str) -> bytes:  # type: ignore[override]
            asked.append((provider, model))
            return picture(width, height)

        def check(self, provider: str) -> None:
            asked.append((provider,))

    with imagegen.Runtime(provider=[Curious(), Plain()]) as runtime:
        runtime.provider.submit("a", 8, 8, outside_the_ledger=True, provider="test")
        runtime.provider.submit("a", 8, 8, outside_the_ledger=True)
        runtime.provider.check()
    assert asked == [("a", 8, 8), ("curious", "drawing"), ("curious",)]


def test_the_whole_request_arrives() -> None:
    takes = {"takesStrength": True, "takesGuidance": True, "takesSteps": True, "takesExtras": True, "takesNegative": True}
    models = [{"model": "plain"}, {"model": "rich", "quality": "low", "qualities": ["low", "high"], **takes}]
    provider = Provider()
    provider.capability = {"provider": "many", "models": models}
    with imagegen.Runtime(provider=provider) as runtime:
        described = runtime.provider.describe()
        assert [(model["model"], model["takesExtras"]) for model in described["models"]] == [("plain", False), ("rich", True)]
        more: dict[str, Any] = {"strength": 0.5, "guidance": 7.5, "steps": 30, "extras": {"loras": [{"scale": 0.25}]}}
        wanted: dict[str, Any] = {"model": "rich", "quality": "high", "negative_prompt": "fog", **more}
        made = runtime.provider.submit("a", 8, 8, outside_the_ledger=True, **wanted)
        assert "adaptations" not in made
    (asked,) = provider.asked
    assert {name: value for name, value in asked.items() if name in wanted} == wanted
    assert (asked["provider"], asked["references"], asked["mask"]) == ("many", None, None)


def test_what_a_model_cannot_do_is_refused_or_left_out_and_told() -> None:
    provider = named("test", Provider, sizes={"fixed": [[64, 64]]})
    with imagegen.Runtime(provider=provider) as runtime:
        with pytest.raises(imagegen.InvalidArgumentError, match="steps"):
            runtime.provider.submit("a", 64, 64, outside_the_ledger=True, steps=5)
        made = runtime.provider.submit("a", 60, 60, outside_the_ledger=True, steps=5, strict=False)
    told = [(difference["field"], difference["asked"], difference["sent"]) for difference in made["adaptations"]]
    assert told == [("size", "60x60", "64x64"), ("steps", "5", None)]
    (asked,) = provider.asked
    assert (asked["width"], asked["steps"]) == (64, None)


def ask(provider: object, document: dict[str, Any], files: list[Any]) -> Any:
    """As the library asks for it."""
    arguments = {"provider": "test", "prompt": "a", "width": 8, "height": 8, "count": 1, **document}
    method = HostParts({"provider": provider}).find("provider", "submit", arguments)
    assert method is not None
    return method.call(arguments, files)


def test_the_files_beside_a_request_are_its_references_and_its_mask() -> None:
    one, two, white = (imagegen.encode(memoryview(bytes(3)).cast("B", (1, 1, 3)), "png") for _ in range(3))

    class Edits:
        capability = Provider.capability

        def submit(self, prompt: str, width: int, height: int, references: list[imagegen.Bytes] | None, mask: imagegen.Bytes | None) -> Any:
            return references, mask

    assert ask(Edits(), {"references": 2, "mask": True}, [one, two, white]) == ([one, two], white)
    assert ask(Edits(), {"references": 2}, [one, two]) == ([one, two], None)
    assert ask(Edits(), {}, []) == (None, None)
