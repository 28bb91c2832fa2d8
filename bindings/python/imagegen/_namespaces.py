"""The operations, grouped as they are named: for threads. Written by tools/generate_operations.py from the descriptions of the operations; not by hand."""

from __future__ import annotations

from . import _http_operations as http
from . import _image_operations as images
from . import _operations as operations
from ._binding import Runs, method


class Namespace:
    def __init__(self, runtime: Runs) -> None:
        self.runtime = runtime


class Heroes(Namespace):
    generate = method(operations.heroes_generate)


class Prompts(Namespace):
    enhance = method(operations.prompts_enhance)
    execute = method(operations.prompts_execute)
    get = method(operations.prompts_get)
    retry = method(operations.prompts_retry)
    cancel = method(operations.prompts_cancel)
    list = method(operations.prompts_list)


class Jobs(Namespace):
    get = method(operations.jobs_get)
    cancel = method(operations.jobs_cancel)
    retry = method(operations.jobs_retry)
    list = method(operations.jobs_list)
    events = method(operations.jobs_events)
    replay = method(operations.jobs_replay)
    audit = method(operations.jobs_audit)


class Spend(Namespace):
    list = method(operations.spend_list)
    used = method(operations.spend_used)
    settle = method(operations.spend_settle)
    spool = method(operations.spend_spool)
    export = method(operations.spend_export)


class Assets(Namespace):
    put = method(operations.assets_put)
    get = method(operations.assets_get)
    remove = method(operations.assets_remove)
    list = method(operations.assets_list)


class Store(Namespace):
    put = method(operations.store_put)
    get = method(operations.store_get)
    head = method(operations.store_head)
    remove = method(operations.store_remove)
    url = method(operations.store_url)
    list = method(operations.store_list)
    describe = method(operations.store_describe)


class Provider(Namespace):
    submit = method(operations.provider_submit)
    resume = method(operations.provider_resume)
    cancel = method(operations.provider_cancel)
    check = method(operations.provider_check)
    describe = method(operations.provider_describe)


class Images(Namespace):
    inspect = method(images.images_inspect)
    decode = method(images.images_decode)
    encode = method(images.images_encode)
    render = method(images.images_render)


class Worker(Namespace):
    run = method(operations.worker_run)


class Http(Namespace):
    answer = method(http.http_answer)


class Persons(Namespace):
    erase = method(operations.persons_erase)


class State(Namespace):
    copy = method(operations.state_copy)


class Namespaces:
    """Of a runtime. Made when they are asked for: kept, they and the runtime would keep each other alive."""

    @property
    def runtime(self) -> Runs:
        raise NotImplementedError

    describe = method(operations.runtime_describe)

    examine = method(operations.runtime_examine)

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
