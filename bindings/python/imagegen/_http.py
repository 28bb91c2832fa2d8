"""The HTTP routes of the library in an ASGI server: it has the socket, the library has the routes."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, Union
from urllib.parse import quote

from ._async_call import AsyncCall
from ._async_runtime import AsyncRuntime
from ._errors import CancelledError, UnsupportedError
from ._documents import Identity, Json
from ._types import CallResult

Identify = Callable[[Mapping[str, str]], Union[Identity, None, Awaitable[Union[Identity, None]]]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_BODY = 2**20 + 1  # bytes; what is longer is cut off here, and refused by the library
BROKEN: Json = {  # where identify() raises, or the runtime is closed
    "status": 500,
    "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
    "body": '{"ok":false,"error":"INTERNAL_ERROR","message":"Something went wrong on our side."}',
}
logger = logging.getLogger("imagegen")


def asgi(runtime: AsyncRuntime, identify: Identify) -> Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]:
    """An application that answers everything by the routes of docs/http-routes.md. Mount it behind the routes of your own.

    ``identify`` gets all headers, with names in lower case, and says who is signed in; it may be async. A client that goes away
    cancels. Causes of answers from 500 on, and of parts of a result that failed, go to the logger ``imagegen``, under the id that
    the client is told.
    """

    async def answer_to(scope: MutableMapping[str, Any], receive: Receive) -> Json | None:
        headers = headers_of(scope)
        identity = identify(headers)
        if inspect.isawaitable(identity):
            identity = await identity
        request = {"method": scope["method"], "path": target_of(scope), "headers": headers, "identity": identity}
        body = await body_of(receive)
        if body is None:
            return None
        return await while_connected(receive, runtime.start("http.answer", request, inputs=[body]))

    async def application(scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise UnsupportedError(f"expected a request over HTTP, got {scope['type']}")
        try:
            answer = await answer_to(scope, receive)
        except Exception:
            logger.exception("a request could not be answered")
            answer = BROKEN
        if answer is None:
            return
        if incident := answer.get("incident"):
            logger.error("%s: %s: %s", incident["id"], incident["error"]["code"], incident["error"]["message"])
        text = answer["body"].encode()
        given = answer["headers"] | {"Content-Length": str(len(text))}
        pairs = [(name.lower().encode(), value.encode()) for name, value in given.items()]
        await send({"type": "http.response.start", "status": answer["status"], "headers": pairs})
        await send({"type": "http.response.body", "body": text})

    return application


def headers_of(scope: MutableMapping[str, Any]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}{'; ' if key == 'cookie' else ', '}{text}" if key in headers else text
    return headers


def target_of(scope: MutableMapping[str, Any]) -> str:
    raw = (scope.get("raw_path") or quote(scope["path"]).encode()).partition(b"?")[0]
    query = scope.get("query_string") or b""
    return (raw + b"?" + query if query else raw).decode("latin-1")


async def body_of(receive: Receive) -> bytes | None:
    """Nothing where the client has gone."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")[: MOST_BODY - len(body)]
        more = message.get("more_body", False)
    return bytes(body)


async def while_connected(receive: Receive, call: AsyncCall[CallResult[Json]]) -> Json | None:
    """Nothing where the client has gone, which cancels."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        call.cancel()

    leaving = asyncio.ensure_future(watch())
    try:
        return (await call).result
    except CancelledError as error:
        if not leaving.done():
            raise
        logger.info("the client has gone: %s", error)
        return None
    finally:
        leaving.cancel()
