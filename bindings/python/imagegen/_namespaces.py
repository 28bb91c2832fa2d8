"""The operations, grouped as they are named: for threads."""

from __future__ import annotations

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


class Worker(Namespace):
    run = method(operations.worker_run)


class Jobs(Namespace):
    get = method(operations.jobs_get)
    cancel = method(operations.jobs_cancel)
    retry = method(operations.jobs_retry)
    list = method(operations.jobs_list)
    events = method(operations.jobs_events)
    audit = method(operations.jobs_audit)
    replay = method(operations.jobs_replay)


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
    describe = method(operations.provider_describe)
    check = method(operations.provider_check)


class Http(Namespace):
    answer = method(operations.http_answer)


class Images(Namespace):
    inspect = method(images.images_inspect)
    decode = method(images.images_decode)
    encode = method(images.images_encode)
    render = method(images.images_render)
