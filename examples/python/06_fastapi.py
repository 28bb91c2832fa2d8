"""A backend with the hero route: PACKS=examples/packs uvicorn --app-dir examples/python 06_fastapi:app"""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

import imagegen

PACKS = {path.stem: json.loads(path.read_text()) for path in Path(os.environ.get("PACKS", "packs")).glob("*.json")}
USERS = {"token-of-ann": ("ann", "ops"), "token-of-bob": ("bob", "sales")}  # yours is a table
MAY_GENERATE = {"admin", "ops", "design_pod"}
FIELDS = {"shotIds", "dryRun", "overwrite"}  # only these: a client names neither packs nor budgets


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with imagegen.AsyncRuntime({"store": "file:out"}, environment=True, packs=PACKS.get) as app.state.runtime:
        yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(imagegen.Error)
async def refuse(request: Request, error: imagegen.Error) -> JSONResponse:
    return JSONResponse(error.body, error.http_status)


@app.post("/api/work-items/{work_item_id}/generate-lifestyle-heroes")
async def generate(work_item_id: str, request: Request) -> JSONResponse:
    user, role = USERS.get(request.headers.get("authorization", "").removeprefix("Bearer "), ("", ""))
    if role not in MAY_GENERATE:
        return JSONResponse({"ok": False, "error": "FORBIDDEN" if user else "UNAUTHENTICATED"}, 403 if user else 401)
    try:
        body = json.loads(await request.body() or "{}")
        wrong = {name: ["not expected"] for name in sorted(body.keys() - FIELDS)}
    except (ValueError, AttributeError):
        wrong = {"body": ["expected a JSON object"]}
    if wrong:
        details = {"formErrors": [], "fieldErrors": wrong}
        return JSONResponse({"ok": False, "error": "INVALID_REQUEST", "details": details}, 400)
    work = app.state.runtime.call("heroes.generate", body | {"workItemId": work_item_id, "user": user})
    return JSONResponse(await while_connected(request, work))


async def while_connected(request: Request, work: Awaitable[imagegen.CallResult[imagegen.Json]]) -> imagegen.Json:
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(request.receive())
    gone.add_done_callback(lambda _: working.cancel())  # a client that goes away cancels: nothing more is bought
    try:
        return (await working).result
    except asyncio.CancelledError:
        raise imagegen.CancelledError("the client has gone", http_status=499) from None
    finally:
        gone.cancel()
