"""The operations, grouped as they are named: for event loops. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from . import _http_operations as http
from . import _image_operations as images
from ._binding import RunsAsync, async_method
from ._operations import assets as assets_operations
from ._operations import heroes as heroes_operations
from ._operations import jobs as jobs_operations
from ._operations import masks as masks_operations
from ._operations import persons as persons_operations
from ._operations import prompts as prompts_operations
from ._operations import provider as provider_operations
from ._operations import runtime as runtime_operations
from ._operations import spend as spend_operations
from ._operations import state as state_operations
from ._operations import store as store_operations
from ._operations import worker as worker_operations


class AsyncNamespace:
    def __init__(self, runtime: RunsAsync) -> None:
        self.runtime = runtime


class AsyncHeroes(AsyncNamespace):
    generate = async_method(heroes_operations.heroes_generate)


class AsyncPrompts(AsyncNamespace):
    enhance = async_method(prompts_operations.prompts_enhance)
    execute = async_method(prompts_operations.prompts_execute)
    get = async_method(prompts_operations.prompts_get)
    retry = async_method(prompts_operations.prompts_retry)
    cancel = async_method(prompts_operations.prompts_cancel)
    list = async_method(prompts_operations.prompts_list)


class AsyncJobs(AsyncNamespace):
    get = async_method(jobs_operations.jobs_get)
    cancel = async_method(jobs_operations.jobs_cancel)
    retry = async_method(jobs_operations.jobs_retry)
    list = async_method(jobs_operations.jobs_list)
    events = async_method(jobs_operations.jobs_events)
    replay = async_method(jobs_operations.jobs_replay)
    audit = async_method(jobs_operations.jobs_audit)


class AsyncSpend(AsyncNamespace):
    list = async_method(spend_operations.spend_list)
    used = async_method(spend_operations.spend_used)
    settle = async_method(spend_operations.spend_settle)
    spool = async_method(spend_operations.spend_spool)
    export = async_method(spend_operations.spend_export)
    sums = async_method(spend_operations.spend_sums)


class AsyncAssets(AsyncNamespace):
    put = async_method(assets_operations.assets_put)
    get = async_method(assets_operations.assets_get)
    remove = async_method(assets_operations.assets_remove)
    list = async_method(assets_operations.assets_list)


class AsyncStore(AsyncNamespace):
    put = async_method(store_operations.store_put)
    get = async_method(store_operations.store_get)
    head = async_method(store_operations.store_head)
    remove = async_method(store_operations.store_remove)
    url = async_method(store_operations.store_url)
    list = async_method(store_operations.store_list)
    describe = async_method(store_operations.store_describe)


class AsyncProvider(AsyncNamespace):
    submit = async_method(provider_operations.provider_submit)
    resume = async_method(provider_operations.provider_resume)
    cancel = async_method(provider_operations.provider_cancel)
    check = async_method(provider_operations.provider_check)
    describe = async_method(provider_operations.provider_describe)
    prices = async_method(provider_operations.provider_prices)


class AsyncImages(AsyncNamespace):
    inspect = async_method(images.images_inspect)
    decode = async_method(images.images_decode)
    encode = async_method(images.images_encode)
    plan = async_method(images.images_plan)
    render = async_method(images.images_render)


class AsyncMasks(AsyncNamespace):
    inspect = async_method(masks_operations.masks_inspect)
    prepare = async_method(masks_operations.masks_prepare)
    embed = async_method(masks_operations.masks_embed)
    composite = async_method(masks_operations.masks_composite)
    outpaint = async_method(masks_operations.masks_outpaint)


class AsyncWorker(AsyncNamespace):
    run = async_method(worker_operations.worker_run)


class AsyncHttp(AsyncNamespace):
    answer = async_method(http.http_answer)


class AsyncPersons(AsyncNamespace):
    erase = async_method(persons_operations.persons_erase)


class AsyncState(AsyncNamespace):
    copy = async_method(state_operations.state_copy)


class AsyncNamespaces:
    """Of a runtime. Made when they are asked for: kept, they and the runtime would keep each other alive."""

    @property
    def runtime(self) -> RunsAsync:
        raise NotImplementedError

    describe = async_method(runtime_operations.runtime_describe)

    examine = async_method(runtime_operations.runtime_examine)

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
    def masks(self) -> AsyncMasks:
        return AsyncMasks(self.runtime)

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
