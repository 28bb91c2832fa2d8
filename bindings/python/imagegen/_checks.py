"""Arguments that are checked before anything begins."""

from __future__ import annotations

import math
import operator
import threading
from numbers import Real
from typing import Any

from ._errors import InvalidArgumentError


def whole_number(name: str, value: Any, least: int, most: int) -> int:
    """An integer, of Python's or numpy's, in ``least..most``."""
    expected = f"{name}: expected a whole number in {least}..{most}, got"
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"{expected} {type(value).__name__}")
    number = operator.index(value)
    if not least <= number <= most:
        raise InvalidArgumentError(f"{expected} {number}", http_status=400)
    return number


def fraction(name: str, value: Any) -> float:
    """A number in 0..1."""
    expected = f"{name}: expected a number in 0..1, got"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{expected} {type(value).__name__}")
    number = float(value)
    if not 0 <= number <= 1:
        raise InvalidArgumentError(f"{expected} {number}", http_status=400)
    return number


def flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{name}: expected True or False, got {type(value).__name__}")
    return value


def seconds(name: str, timeout: Any) -> float | None:
    """None where there is no limit, or one that no thread could wait for. It may be negative: no time is left then."""
    if timeout is None:
        return None
    expected = f"{name}: expected a number of seconds, or None, got"
    if isinstance(timeout, bool) or not isinstance(timeout, Real):
        raise TypeError(f"{expected} {type(timeout).__name__}")
    number = float(timeout)
    if math.isnan(number):
        raise InvalidArgumentError(f"{expected} nan", http_status=400)
    return number if number < threading.TIMEOUT_MAX else None
