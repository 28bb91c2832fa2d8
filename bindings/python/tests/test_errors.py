from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

import imagegen
from imagegen import _errors
from imagegen._errors import error_from_document, rejection_of


def test_there_is_one_class_for_each_status() -> None:
    assert sorted(kind.status for kind in _errors.CLASSES.values()) == list(range(1, 21))
    for code, kind in _errors.CLASSES.items():
        assert issubclass(kind, imagegen.Error)
        assert kind.code == code
        assert getattr(imagegen, kind.__name__) is kind
        assert kind.__name__ == "".join(word.title() for word in code.split("_")) + "Error"


def test_a_document_becomes_an_exception_with_all_it_says() -> None:
    error = error_from_document(
        {
            "code": "RATE_LIMITED",
            "status": 12,
            "message": "slow down",
            "retryable": True,
            "retryAfterMs": 1500,
            "spent": True,
            "httpStatus": 429,
            "body": {"ok": False},
            "faults": [{"path": "a.b", "message": "wrong"}],
            "providerText": "theirs",
        },
        "heroes.generate",
    )
    assert isinstance(error, imagegen.RateLimitedError)
    assert (error.message, error.retryable, error.retry_after, error.spent) == ("slow down", True, 1.5, True)
    assert (error.http_status, error.body, error.provider_text) == (429, {"ok": False}, "theirs")
    assert error.faults == (imagegen.Fault("a.b", "wrong"),)
    assert str(error) == "RATE_LIMITED: slow down"
    assert "theirs" not in repr(error)


def test_an_unknown_code_is_an_internal_error() -> None:
    assert type(error_from_document({"code": "NEW", "message": "x"})) is imagegen.InternalError


def test_it_goes_through_a_pickle() -> None:
    error = imagegen.NotFoundError("gone", spent=True, faults=[imagegen.Fault("a", "b")])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is imagegen.NotFoundError
    assert (again.message, again.spent, again.faults) == ("gone", True, error.faults)


class Speechless:
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("odd", [float("inf"), float("-inf"), float("nan"), 1e300, 10**400, -5, "soon", [1]])
def test_an_odd_wait_costs_a_rejection_nothing_else(odd: Any) -> None:
    error = imagegen.RateLimitedError("slow", retryable=True, retry_after=odd, delivery="answered")
    told = json.loads(json.dumps(rejection_of(error, "provider.submit"), allow_nan=False))
    assert (told["code"], told["delivery"], told["retryable"]) == ("RATE_LIMITED", "answered", True)
    assert 0 <= told.get("retryAfterMs", 0) <= 10**12


@pytest.mark.parametrize("odd", ["a\ud800b", "\udc00", "x" * 20_000_000, 7, Speechless(), None, b"\xff"])
def test_an_odd_text_costs_a_rejection_nothing_else(odd: Any) -> None:
    error = imagegen.UnavailableError("x", delivery="not_sent")
    error.message = error.provider_text = odd
    told = rejection_of(error, "provider.submit")
    assert (told["code"], told["delivery"]) == ("UNAVAILABLE", "not_sent")
    assert len(json.dumps(told).encode()) < 100_000
    told["message"].encode()  # no half of a pair is left


def test_what_a_host_raises_becomes_a_rejection() -> None:
    limited = imagegen.RateLimitedError("slow", retryable=True, retry_after=0.25, delivery="answered")
    assert rejection_of(limited, "provider.submit") == {
        "code": "RATE_LIMITED",
        "message": "slow",
        "retryable": True,
        "retryAfterMs": 250,
        "delivery": "answered",
    }
    assert rejection_of(KeyError("x"), "store.put") == {"code": "INTERNAL", "message": "store.put raised KeyError: 'x'"}


def test_odd_details_of_what_a_host_raises_do_not_lose_its_code_and_delivery() -> None:
    for after in (float("inf"), float("nan"), -1.0, 1e300):
        odd = imagegen.RateLimitedError("half \ud800", retry_after=after, delivery="answered", provider_text="\udfff")
        document = rejection_of(odd, "provider.submit")
        assert (document["code"], document["delivery"], document["message"]) == ("RATE_LIMITED", "answered", "half \ufffd")
        assert document.get("retryAfterMs") in (None, 0, 10**12)  # the library bounds it
