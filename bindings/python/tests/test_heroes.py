from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import make_pack

import imagegen
from imagegen import _async_namespaces, _binding, _namespaces


def test_makes_and_stores_every_file(pack: dict[str, Any]) -> None:
    with imagegen.Runtime() as runtime:
        made = runtime.heroes.generate("wi-1", lifestyle_pack=pack)
        (file,) = made["generated"]
        assert file["filename"] == "t/S-1_64x48.webp"
        stored = runtime.store.get(file["filename"])
        assert len(stored) == file["bytes"]
        image = imagegen.decode(stored)
        assert (image.width, image.height) == (64, 48)


def test_a_second_run_makes_nothing_again(pack: dict[str, Any]) -> None:
    with imagegen.Runtime() as runtime:
        runtime.heroes.generate("wi-1", lifestyle_pack=pack)
        again = runtime.heroes.generate("wi-1", lifestyle_pack=pack)
        assert again["generated"] == []
        assert again["skippedExisting"] == [{"shot_id": "S-1", "filename": "t/S-1_64x48.webp", "reason": "EXISTS"}]


def test_a_dry_run_writes_nothing(pack: dict[str, Any]) -> None:
    with imagegen.Runtime() as runtime:
        planned = runtime.heroes.generate("wi-1", lifestyle_pack=json.dumps(pack), dry_run=True)
        assert planned["dryRun"] is True
        assert len(planned["generated"]) == 1
        assert runtime.store.list() == []


def test_progress_comes_in_order_and_to_the_end() -> None:
    seen: list[imagegen.HeroProgress] = []
    with imagegen.Runtime({"heroes": {"maxConcurrentShots": 1}}) as runtime:
        runtime.heroes.generate("wi-1", lifestyle_pack=make_pack(3), on_progress=seen.append)
    assert [news["filesDone"] for news in seen] == sorted(news["filesDone"] for news in seen)
    assert seen[-1]["filesDone"] == seen[-1]["filesTotal"] == 3


def test_a_bad_pack_names_every_fault(pack: dict[str, Any]) -> None:
    pack["export_plan"][0]["width"] = 0
    pack["export_plan"][0]["sku"] = ""
    with imagegen.Runtime() as runtime, pytest.raises(imagegen.InvalidArgumentError) as caught:
        runtime.heroes.generate("wi-1", lifestyle_pack=pack)
    error = caught.value
    assert {fault.path for fault in error.faults} == {"export_plan[0].width", "export_plan[0].sku"}
    assert (error.http_status, error.body["error"], error.spent) == (400, "INVALID_REQUEST", False)
    assert error.operation == "heroes.generate"


def test_without_a_pack_it_is_not_found() -> None:
    with imagegen.Runtime() as runtime, pytest.raises(imagegen.NotFoundError) as caught:
        runtime.heroes.generate("wi-1")
    assert (caught.value.http_status, caught.value.body["error"]) == (404, "LIFESTYLE_PACK_NOT_FOUND")


def test_prompt_jobs_go_from_a_prompt_to_urls() -> None:
    with imagegen.Runtime({"prompts": {"width": 64, "height": 64}}) as runtime:
        better = runtime.prompts.enhance("hero image", "a red boat on a lake")
        assert better["currency"] == "USD"
        queued = runtime.prompts.execute("hero image", "a red boat", better["finalPrompt"], image_count=2, owner="u-1")
        runtime.worker.run(until_idle=True)
        job = runtime.prompts.get(queued["jobId"])
        assert (job["status"], len(job["cdnUrls"])) == ("DONE", 2)
        assert [listed["jobId"] for listed in runtime.prompts.list(owner="u-1")["jobs"]] == [queued["jobId"]]
        assert runtime.jobs.get(queued["jobId"])["state"] == "succeeded"
        assert runtime.jobs.events(queued["jobId"])["intact"] is True
        assert len(runtime.assets.list(job_id=queued["jobId"])["assets"]) == 2
        assert runtime.spend.used("total") == 0
        assert runtime.spend.spool()["pictures"] == []
        for call in (runtime.prompts.get, runtime.prompts.retry, runtime.prompts.cancel, runtime.jobs.get):
            with pytest.raises(imagegen.NotFoundError):
                call(queued["jobId"], owner="somebody else")
        assert runtime.spend.list(job_id=queued["jobId"])["sum"] is not None


def test_describes_itself() -> None:
    with imagegen.Runtime() as runtime:
        assert runtime.describe()["version"] == imagegen.__version__
        assert all(finding["text"] for finding in runtime.examine())
        assert runtime.store.describe()
        assert runtime.provider.describe()["provider"] == "placeholder"
        runtime.provider.check()


def test_the_environment_counts_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMAGEGEN_PROVIDER", "nobody")
    with imagegen.Runtime():
        pass
    with pytest.raises(imagegen.InvalidArgumentError, match="nobody"):
        imagegen.Runtime(environment=True)


def test_every_operation_has_a_method_for_threads_and_for_loops() -> None:
    def methods_of(runtime: object, kind: Any, group: type) -> dict[str, str]:
        members = {name: value for owner in reversed(type(runtime).__mro__) for name, value in vars(owner).items() if name[0] != "_"}
        found = {f"runtime.{name}": made._make.__name__ for name, made in members.items() if isinstance(made, kind)}
        for space in (getattr(runtime, name) for name, value in members.items() if isinstance(value, property)):
            if isinstance(space, group):
                name = type(space).__name__.removeprefix("Async").lower()
                found |= {f"{name}.{key}": made._make.__name__ for key, made in vars(type(space)).items() if isinstance(made, kind)}
        return found

    with imagegen.Runtime() as runtime:
        sync = methods_of(runtime, _binding.method, _namespaces.Namespace)
    loops = methods_of(imagegen.AsyncRuntime(), _binding.async_method, _async_namespaces.AsyncNamespace)
    assert sync == loops
    assert sync.pop("runtime.call") == "any_call"
    assert sync == {
        name: name.replace(".", "_") for name in (operation["name"] for operation in imagegen.operations())
    }


def test_every_operation_is_described() -> None:
    operations = {operation["name"]: operation for operation in imagegen.operations()}
    assert "heroes.generate" in operations
    assert operations["heroes.generate"]["request"]["required"] == ["workItemId"]


def test_a_contact_sheet_comes_with_the_result(pack: dict[str, Any]) -> None:
    with imagegen.Runtime() as runtime:
        sheet = runtime.heroes.generate("wi-1", lifestyle_pack=pack, contact_sheet=True)["contactSheet"]
        assert "t/S-1_64x48.webp" in sheet["html"]
        assert imagegen.inspect(sheet["png"])["format"] == "png"
