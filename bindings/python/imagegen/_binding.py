"""Makes methods for threads and for event loops of the functions in _operations."""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

from ._plan import Plan

P = ParamSpec("P")
T = TypeVar("T")


class Runs(Protocol):
    def run_plan(self, plan: Plan[T]) -> T: ...


class RunsAsync(Protocol):
    async def run_plan(self, plan: Plan[T]) -> T: ...


class HasRuntime(Protocol):
    @property
    def runtime(self) -> Runs: ...


class HasAsyncRuntime(Protocol):
    @property
    def runtime(self) -> RunsAsync: ...


class method(Generic[P, T]):
    """A method that waits for its result."""

    def __init__(self, make: Callable[P, Plan[T]]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: object = None) -> method[P, T]: ...
    @overload
    def __get__(self, owner: HasRuntime, kind: object = None) -> Callable[P, T]: ...
    def __get__(
        self, owner: HasRuntime | None, kind: object = None
    ) -> method[P, T] | Callable[P, T]:
        if owner is None:
            return self
        make, runtime = self._make, owner.runtime

        @functools.wraps(make)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            return runtime.run_plan(make(*args, **kwargs))

        return run


class async_method(Generic[P, T]):
    """The same as a coroutine."""

    def __init__(self, make: Callable[P, Plan[T]]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: object = None) -> async_method[P, T]: ...
    @overload
    def __get__(self, owner: HasAsyncRuntime, kind: object = None) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(
        self, owner: HasAsyncRuntime | None, kind: object = None
    ) -> async_method[P, T] | Callable[P, Coroutine[Any, Any, T]]:
        if owner is None:
            return self
        make, runtime = self._make, owner.runtime

        @functools.wraps(make)
        async def run(*args: P.args, **kwargs: P.kwargs) -> T:
            return await runtime.run_plan(make(*args, **kwargs))

        return run
