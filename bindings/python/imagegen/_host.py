"""Parts that the host makes: finds their methods, gives them Python arguments, and reads their answers."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ._errors import BadAnswerError, InvalidArgumentError, NotFoundError
from ._native import Bytes
from ._types import BytesLike, Json, Pictures, ProviderTask

Answer = tuple[Json, Sequence[BytesLike]]


def snake_case(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


def _bad(expected: str, got: object) -> BadAnswerError:
    return BadAnswerError(f"expected {expected}, got {type(got).__name__}")


# ---------------------------------------------------------------------------------------------- answers


def _nothing(_: Any) -> Answer:
    return {}, ()


def _info(answer: Any) -> Answer:
    if answer is None:
        return {}, ()
    if not isinstance(answer, Mapping):
        raise _bad("a dict or None", answer)
    return dict(answer), ()


def _file(answer: Any) -> Answer:
    if answer is None:
        raise NotFoundError("there is no such object")
    return {}, (_buffer(answer),)


def _buffer(value: Any) -> BytesLike:
    try:
        return memoryview(value)
    except TypeError:
        raise _bad("bytes", value) from None


def _maybe(name: str) -> Callable[[Any], Answer]:
    """One of them under ``name``, or none."""

    def read(answer: Any) -> Answer:
        if answer is not None and not isinstance(answer, Mapping):
            raise _bad("a dict or None", answer)
        return {name: None if answer is None else dict(answer)}, ()

    return read


def _list(name: str, of: str = "dicts") -> Callable[[Any], Answer]:
    def read(answer: Any) -> Answer:
        if isinstance(answer, (str, bytes, Mapping)) or not isinstance(answer, Iterable):
            raise _bad(f"a list of {of}", answer)
        return {name: list(answer)}, ()

    return read


def _assets(answer: Any) -> Answer:
    if isinstance(answer, Mapping):
        return dict(answer), ()
    if isinstance(answer, tuple) and len(answer) == 2:
        return {"assets": list(answer[0]), "next": answer[1] or ""}, ()
    if isinstance(answer, list):
        return {"assets": answer, "next": ""}, ()
    raise _bad("a list of dicts, or (list, next)", answer)


def _prompt(answer: Any) -> Answer:
    if not isinstance(answer, str):
        raise _bad("a str", answer)
    return {"prompt": answer}, ()


def _pack(answer: Any) -> Answer:
    if answer is None:
        raise NotFoundError("there is no pack for this work item")
    if not isinstance(answer, (Mapping, str)):
        raise _bad("a dict, a str or None", answer)
    return {"pack": answer}, ()


def _pictures(answer: Any) -> Answer:
    if isinstance(answer, ProviderTask):
        task = {"id": answer.id}
        if answer.resume_url is not None:
            task["resumeUrl"] = answer.resume_url
        return {"task": task}, ()
    if isinstance(answer, (list, tuple)):
        answer = Pictures(answer)
    if not isinstance(answer, Pictures):
        answer = Pictures([_buffer(answer)])
    document: Json = {}
    if answer.images is not None:
        document["images"] = [dict(image) for image in answer.images]
    if answer.usage is not None:
        document["usage"] = dict(answer.usage)
    if answer.request_id is not None:
        document["requestId"] = answer.request_id
    return document, [_buffer(file) for file in answer.files]


# ---------------------------------------------------------------------------------------------- methods


@dataclass(frozen=True)
class Method:
    """A method of a part: keyword arguments that it must take, those it may take, and how its answer is read."""

    needs: tuple[str, ...]
    may: tuple[str, ...]
    answer: Callable[[Any], Answer]
    optional: bool = False


SUBMIT_MAY = (
    *("negative_prompt", "count", "seed", "user", "task_id"),
    *("provider", "model", "quality", "strength", "guidance", "steps", "extras", "references", "mask"),
)

METHODS: dict[str, dict[str, Method]] = {
    "provider": {
        "submit": Method(("prompt", "width", "height"), SUBMIT_MAY, _pictures),
        "resume": Method(("task",), ("provider",), _pictures, optional=True),
        "cancel": Method(("task",), ("provider",), _nothing, optional=True),
        "check": Method((), ("provider",), _nothing, optional=True),
    },
    "store": {
        "put": Method(("key", "data", "only_if_absent"), ("content_type", "cache_control"), _info),
        "get": Method(("key",), ("max_bytes",), _file),
        "head": Method(("key",), (), _maybe("object")),
        "remove": Method(("key",), (), _nothing),
        "list": Method(("prefix", "limit", "after"), (), _list("objects")),
    },
    "records": {
        "write": Method(("changes",), (), _list("revisions", "revisions")),
        "find": Method(("collection", "id"), (), _maybe("record")),
        "list": Method(("collection", "where", "limit", "after"), (), _list("records")),
    },
    "assets": {
        "put": Method(("asset",), (), _nothing),
        "find": Method(("id",), (), _maybe("asset")),
        "list": Method(("after", "limit"), ("job_id", "owner", "kind", "sha256"), _assets),
        "remove": Method(("id",), (), _nothing),
    },
    "enhancer": {"enhance": Method(("intent", "prompt"), ("max_chars",), _prompt)},
    "lifestylePacks": {"find": Method(("work_item_id",), (), _pack)},
    "events": {"deliver": Method(("event",), (), _nothing)},
}


def _arguments(part: str, method: str, document: Json, files: list[Bytes]) -> Json:
    """The keyword arguments: the fields of the document in snake_case, and the files by what they are."""
    if part == "events":
        return {"event": document}
    arguments = {snake_case(name): value for name, value in document.items()}
    if isinstance(arguments.get("seed"), str):
        arguments["seed"] = int(arguments["seed"])
    if (part, method) == ("store", "put"):
        arguments["data"] = files[0] if files else b""
    if (part, method) == ("provider", "submit"):
        _put_pictures(arguments, files)
    return arguments


def _put_pictures(arguments: Json, files: list[Bytes]) -> None:
    """The document has only how many references there are, and whether a mask follows them."""
    count = arguments.pop("references", 0)
    if count:
        arguments["references"] = files[:count]
    if arguments.pop("mask", False):
        arguments["mask"] = files[count]


@dataclass(frozen=True)
class HostMethod:
    """A method of the host's, ready to be called."""

    name: str  # "store.put", for messages
    function: Callable[..., Any]
    is_async: bool
    takes: Mapping[str, bool]  # names, and whether it has a default of its own for each
    answer: Callable[[Any], Answer]
    positional: tuple[str, ...] = ()  # of a bare function

    def call(self, document: Json, files: list[Bytes]) -> Any:
        """Calls the host's method: its answer, or what is to be awaited for it."""
        part, method = self.name.split(".")
        given = _arguments(part, method, document, files)
        if self.positional:
            return self.function(*(given.get(name) for name in self.positional))
        takes = self.takes.items()
        return self.function(**{name: given.get(name) for name, has_default in takes if name in given or not has_default})


def _parameters(name: str, function: Callable[..., Any], method: Method) -> dict[str, bool]:
    """The arguments that the method takes, and whether it has a default of its own for each. One that misses what its contract
    needs is refused before anything runs."""
    known = (*method.needs, *method.may)
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):  # made in C
        return dict.fromkeys(known, False)
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters)
    named = {p.name: p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    if missing := [need for need in method.needs if need not in named and not takes_all]:
        raise InvalidArgumentError(f"{name}: expected a parameter named {missing[0]}")
    for parameter in named.values():
        if parameter.name not in known and parameter.default is parameter.empty:
            raise InvalidArgumentError(f"{name}: {parameter.name} is no argument of it; there are {', '.join(known)}")
    with_default = {p.name for p in named.values() if p.default is not p.empty}
    return {name: name in with_default for name in known if takes_all or name in named}


def _check_function(kind: str, function: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    """Of a function that is a part by itself: it gets its arguments by position."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # made in C
        return
    try:
        signature.bind(*arguments)
    except TypeError as error:
        raise InvalidArgumentError(f"{kind}: expected a function of ({', '.join(arguments)}): {error}") from None


def _absent() -> None:
    """Stands for a method that need not be there, and has nothing to say."""


def _methods_of(kind: str, part: Any) -> dict[str, HostMethod]:
    found = {}
    for name, method in METHODS[kind].items():
        full = f"{kind}.{name}"
        function = getattr(part, name, None)
        positional: tuple[str, ...] = ()
        if function is not None:
            takes = _parameters(full, function, method)
        elif len(METHODS[kind]) == 1 and callable(part):
            function, takes = part, {}
            positional = (*method.needs, *method.may)
            _check_function(kind, part, positional)
        elif method.optional and method.answer is _nothing:
            function, takes = _absent, {}
        elif method.optional:
            continue
        else:
            raise InvalidArgumentError(f"{kind}: expected a method {name}(), {type(part).__name__} has none")
        is_async = inspect.iscoroutinefunction(function)
        found[full] = HostMethod(full, function, is_async, takes, method.answer, positional)
    return found


def _capability(part: Any) -> Json:
    return dict(getattr(part, "capability", {}))


def _provider_name(part: Any) -> str:
    """Empty where it has none."""
    name = _capability(part).get("provider")
    return name if isinstance(name, str) else ""


def _one_or_several(kind: str, given: Any) -> Sequence[Any]:
    """Only of providers there may be several, each with a name of its own."""
    if kind != "provider" or not isinstance(given, (list, tuple)) or hasattr(given, "submit"):
        return (given,)
    if not given:
        raise InvalidArgumentError("provider: expected a part or a list of parts, got a list of none")
    names: set[str] = set()
    for index, part in enumerate(given):
        name = _provider_name(part)
        if not name:
            raise InvalidArgumentError(f'provider[{index}]: expected a capability with a name as "provider", got none')
        if name in names:
            raise InvalidArgumentError(f"provider[{index}]: expected a name of its own, got {name!r} again")
        names.add(name)
    return given


class HostParts:
    """All parts of one runtime."""

    def __init__(self, parts: Mapping[str, object | None]) -> None:
        self.capabilities: list[tuple[str, str]] = []
        self._methods: dict[tuple[str, str], HostMethod] = {}
        for kind, given in parts.items():
            for part in () if given is None else _one_or_several(kind, given):
                whose = _provider_name(part) if kind == "provider" else ""
                self._methods.update({(name, whose): method for name, method in _methods_of(kind, part).items()})
                self.capabilities.append((kind, json.dumps(_capability(part))))
        self.has_async_methods = any(method.is_async for method in self._methods.values())

    def find(self, part: str, method: str, arguments: Json) -> HostMethod | None:
        """The method that is meant: of several providers the arguments name one."""
        whose = arguments["provider"] if part == "provider" else ""
        return self._methods.get((f"{part}.{method}", whose))
