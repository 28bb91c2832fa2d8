"""A backend with the hero route: PACKS=examples/packs uvicorn --app-dir examples/python 06_fastapi:app"""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

import imagegen

PACKS = {path.stem: json.loads(path.read_text()) for path in Path(os.environ.get("PACKS", "packs")).glob("*.json")}
USERS = {"token-of-ann": ("ann", "ops"), "token-of-bob": ("bob", "sales")}  # yours is a table
MAY_GENERATE = {"admin", "ops", "design_pod"}


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with imagegen.AsyncRuntime({"store": "file:out"}, environment=True, packs=PACKS.get) as app.state.runtime:
        yield


app = FastAPI(lifespan=lifespan)


@app.exception_handler(imagegen.Error)
async def refuse(request: Request, error: imagegen.Error) -> JSONResponse:
    return JSONResponse(error.body, error.http_status)


@app.post("/api/work-items/{work_item_id}/generate-lifestyle-heroes")
async def generate(work_item_id: str, request: Request) -> Any:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token not in USERS:
        return JSONResponse({"ok": False, "error": "UNAUTHENTICATED"}, 401)
    user, role = USERS[token]
    if role not in MAY_GENERATE:
        return JSONResponse({"ok": False, "error": "FORBIDDEN"}, 403)
    body = await read_body(request)
    asked = app.state.runtime.call("heroes.generate", body | {"workItemId": work_item_id, "user": user})
    return (await while_connected(request, asked)).result


async def read_body(request: Request) -> dict[str, Any]:
    """Only these three: a client names neither packs nor budgets."""
    text = await request.body()
    try:
        body = json.loads(text or "{}")
    except ValueError:
        body = None
    unknown = body.keys() - {"shotIds", "dryRun", "overwrite"} if isinstance(body, dict) else {"body"}
    if unknown:
        details = {"formErrors": [], "fieldErrors": {name: ["not expected"] for name in sorted(unknown)}}
        bad = {"ok": False, "error": "INVALID_REQUEST", "details": details}
        raise imagegen.InvalidArgumentError("bad body", http_status=400, body=bad)
    return dict(body)


async def while_connected(request: Request, work: Any) -> Any:
    """A client that goes away cancels: nothing more is bought."""
    working, gone = asyncio.ensure_future(work), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise imagegen.CancelledError("the client has gone", http_status=499)
    finally:
        gone.cancel()
        working.cancel()
        await asyncio.wait({working})
