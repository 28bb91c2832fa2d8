"""A backend with heroes and prompt jobs: PACKS=examples/lifestyle-packs uvicorn --app-dir examples/python 06_fastapi:app

Beside it does the prompt jobs: imagegen worker --state sqlite:imagegen.db --store file:out
"""

import contextlib
import os
from collections.abc import AsyncIterator, Mapping

from fastapi import FastAPI

import imagegen

CONFIG = {"store": "file:out", "state": "sqlite:imagegen.db", "lifestylePacks": os.environ.get("PACKS", "packs")}
runtime = imagegen.AsyncRuntime(CONFIG, environment=True)

USERS: dict[str, imagegen.Identity] = {  # yours is a table
    "token-of-ann": {"user": "ann", "roles": ["ops"]},
    "token-of-bob": {"user": "bob", "roles": ["sales"]},
}


def identify(headers: Mapping[str, str]) -> imagegen.Identity | None:
    return USERS.get(headers.get("authorization", "").removeprefix("Bearer "))


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with runtime:
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")  # routes of your own come first
async def health() -> dict[str, bool]:
    return {"ok": True}


app.mount("/", imagegen.asgi(runtime, identify))  # all others are the library's
