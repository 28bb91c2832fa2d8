"""The operations, grouped as they are named: for event loops."""

from __future__ import annotations

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


class AsyncWorker(AsyncNamespace):
    run = async_method(operations.worker_run)


class AsyncJobs(AsyncNamespace):
    get = async_method(operations.jobs_get)
    cancel = async_method(operations.jobs_cancel)
    retry = async_method(operations.jobs_retry)
    list = async_method(operations.jobs_list)
    events = async_method(operations.jobs_events)
    audit = async_method(operations.jobs_audit)
    replay = async_method(operations.jobs_replay)


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
    describe = async_method(operations.provider_describe)
    check = async_method(operations.provider_check)


class AsyncHttp(AsyncNamespace):
    answer = async_method(operations.http_answer)


class AsyncImages(AsyncNamespace):
    inspect = async_method(images.images_inspect)
    decode = async_method(images.images_decode)
    encode = async_method(images.images_encode)
    render = async_method(images.images_render)
