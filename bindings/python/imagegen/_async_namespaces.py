"""The operations, grouped as they are named: for event loops. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from . import _http_operations as http
from . import _image_operations as images
from . import _operations as operations
from ._binding import RunsAsync, async_method


class AsyncNamespace:
    def __init__(self, runtime: RunsAsync) -> None:
        self.runtime = runtime


class AsyncHeroes(AsyncNamespace):
    generate = async_method(operations.heroes_generate)


class AsyncPrompts(AsyncNamespace):
    enhance = async_method(operations.prompts_enhance)
    execute = async_method(operations.prompts_execute)
    get = async_method(operations.prompts_get)
    retry = async_method(operations.prompts_retry)
    cancel = async_method(operations.prompts_cancel)
    list = async_method(operations.prompts_list)


class AsyncJobs(AsyncNamespace):
    get = async_method(operations.jobs_get)
    cancel = async_method(operations.jobs_cancel)
    retry = async_method(operations.jobs_retry)
    list = async_method(operations.jobs_list)
    events = async_method(operations.jobs_events)
    replay = async_method(operations.jobs_replay)
    audit = async_method(operations.jobs_audit)


class AsyncSpend(AsyncNamespace):
    list = async_method(operations.spend_list)
    used = async_method(operations.spend_used)
    settle = async_method(operations.spend_settle)
    spool = async_method(operations.spend_spool)
    export = async_method(operations.spend_export)


class AsyncAssets(AsyncNamespace):
    put = async_method(operations.assets_put)
    get = async_method(operations.assets_get)
    remove = async_method(operations.assets_remove)
    list = async_method(operations.assets_list)


class AsyncStore(AsyncNamespace):
    put = async_method(operations.store_put)
    get = async_method(operations.store_get)
    head = async_method(operations.store_head)
    remove = async_method(operations.store_remove)
    url = async_method(operations.store_url)
    list = async_method(operations.store_list)
    describe = async_method(operations.store_describe)


class AsyncProvider(AsyncNamespace):
    submit = async_method(operations.provider_submit)
    resume = async_method(operations.provider_resume)
    cancel = async_method(operations.provider_cancel)
    check = async_method(operations.provider_check)
    describe = async_method(operations.provider_describe)


class AsyncImages(AsyncNamespace):
    inspect = async_method(images.images_inspect)
    decode = async_method(images.images_decode)
    encode = async_method(images.images_encode)
    render = async_method(images.images_render)


class AsyncWorker(AsyncNamespace):
    run = async_method(operations.worker_run)


class AsyncHttp(AsyncNamespace):
    answer = async_method(http.http_answer)


class AsyncPersons(AsyncNamespace):
    erase = async_method(operations.persons_erase)


class AsyncState(AsyncNamespace):
    copy = async_method(operations.state_copy)


class AsyncNamespaces:
    """Of a runtime. Made when they are asked for: kept, they and the runtime would keep each other alive."""

    @property
    def runtime(self) -> RunsAsync:
        raise NotImplementedError

    describe = async_method(operations.runtime_describe)

    examine = async_method(operations.runtime_examine)

    @property
    def heroes(self) -> AsyncHeroes:
        return AsyncHeroes(self.runtime)

    @property
    def prompts(self) -> AsyncPrompts:
        return AsyncPrompts(self.runtime)

    @property
    def jobs(self) -> AsyncJobs:
        return AsyncJobs(self.runtime)

    @property
    def spend(self) -> AsyncSpend:
        return AsyncSpend(self.runtime)

    @property
    def assets(self) -> AsyncAssets:
        return AsyncAssets(self.runtime)

    @property
    def store(self) -> AsyncStore:
        return AsyncStore(self.runtime)

    @property
    def provider(self) -> AsyncProvider:
        return AsyncProvider(self.runtime)

    @property
    def images(self) -> AsyncImages:
        return AsyncImages(self.runtime)

    @property
    def worker(self) -> AsyncWorker:
        return AsyncWorker(self.runtime)

    @property
    def http(self) -> AsyncHttp:
        return AsyncHttp(self.runtime)

    @property
    def persons(self) -> AsyncPersons:
        return AsyncPersons(self.runtime)

    @property
    def state(self) -> AsyncState:
        return AsyncState(self.runtime)
