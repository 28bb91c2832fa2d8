"""The operations, grouped as they are named: for threads. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from . import _http_operations as http
from . import _image_operations as images
from ._binding import Runs, method
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


class Namespace:
    def __init__(self, runtime: Runs) -> None:
        self.runtime = runtime


class Heroes(Namespace):
    generate = method(heroes_operations.heroes_generate)


class Prompts(Namespace):
    enhance = method(prompts_operations.prompts_enhance)
    execute = method(prompts_operations.prompts_execute)
    get = method(prompts_operations.prompts_get)
    retry = method(prompts_operations.prompts_retry)
    cancel = method(prompts_operations.prompts_cancel)
    list = method(prompts_operations.prompts_list)


class Jobs(Namespace):
    get = method(jobs_operations.jobs_get)
    cancel = method(jobs_operations.jobs_cancel)
    retry = method(jobs_operations.jobs_retry)
    list = method(jobs_operations.jobs_list)
    events = method(jobs_operations.jobs_events)
    replay = method(jobs_operations.jobs_replay)
    audit = method(jobs_operations.jobs_audit)


class Spend(Namespace):
    list = method(spend_operations.spend_list)
    used = method(spend_operations.spend_used)
    settle = method(spend_operations.spend_settle)
    spool = method(spend_operations.spend_spool)
    export = method(spend_operations.spend_export)
    sums = method(spend_operations.spend_sums)


class Assets(Namespace):
    put = method(assets_operations.assets_put)
    get = method(assets_operations.assets_get)
    remove = method(assets_operations.assets_remove)
    list = method(assets_operations.assets_list)


class Store(Namespace):
    put = method(store_operations.store_put)
    get = method(store_operations.store_get)
    head = method(store_operations.store_head)
    remove = method(store_operations.store_remove)
    url = method(store_operations.store_url)
    list = method(store_operations.store_list)
    describe = method(store_operations.store_describe)


class Provider(Namespace):
    submit = method(provider_operations.provider_submit)
    resume = method(provider_operations.provider_resume)
    cancel = method(provider_operations.provider_cancel)
    check = method(provider_operations.provider_check)
    describe = method(provider_operations.provider_describe)
    prices = method(provider_operations.provider_prices)


class Images(Namespace):
    inspect = method(images.images_inspect)
    decode = method(images.images_decode)
    encode = method(images.images_encode)
    plan = method(images.images_plan)
    render = method(images.images_render)


class Masks(Namespace):
    inspect = method(masks_operations.masks_inspect)
    prepare = method(masks_operations.masks_prepare)
    embed = method(masks_operations.masks_embed)
    composite = method(masks_operations.masks_composite)
    outpaint = method(masks_operations.masks_outpaint)


class Worker(Namespace):
    run = method(worker_operations.worker_run)


class Http(Namespace):
    answer = method(http.http_answer)


class Persons(Namespace):
    erase = method(persons_operations.persons_erase)


class State(Namespace):
    copy = method(state_operations.state_copy)


class Namespaces:
    """Of a runtime. Made when they are asked for: kept, they and the runtime would keep each other alive."""

    @property
    def runtime(self) -> Runs:
        raise NotImplementedError

    describe = method(runtime_operations.runtime_describe)

    examine = method(runtime_operations.runtime_examine)

    @property
    def heroes(self) -> Heroes:
        return Heroes(self.runtime)

    @property
    def prompts(self) -> Prompts:
        return Prompts(self.runtime)

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.runtime)

    @property
    def spend(self) -> Spend:
        return Spend(self.runtime)

    @property
    def assets(self) -> Assets:
        return Assets(self.runtime)

    @property
    def store(self) -> Store:
        return Store(self.runtime)

    @property
    def provider(self) -> Provider:
        return Provider(self.runtime)

    @property
    def images(self) -> Images:
        return Images(self.runtime)

    @property
    def masks(self) -> Masks:
        return Masks(self.runtime)

    @property
    def worker(self) -> Worker:
        return Worker(self.runtime)

    @property
    def http(self) -> Http:
        return Http(self.runtime)

    @property
    def persons(self) -> Persons:
        return Persons(self.runtime)

    @property
    def state(self) -> State:
        return State(self.runtime)
