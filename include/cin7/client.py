"""One call to Cin7 Core: a place in the account's shared budget, then an answer that is judged, never believed.

The limit is answered with 429, 503 or 400 and a text; faults come as arrays, also with status 200; a path that does
not exist is an HTML page with status 200; a write whose answer is lost may have been done.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import httpx2
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random

from include import clock
from include.errors import ConfigurationError, IntegrationError, RejectedError, TransientError, UncertainOutcome

Json = Any  # what json.loads gives; typed values begin in values.py

TIMEOUT_SECONDS = 60.0
READ_ATTEMPTS = 3
DEFAULT_HOLD = 30.0  # seconds, where a refusal does not say how long
LIMIT_TEXT = re.compile(r"reached \d+ calls per (\d+ seconds|minute)", re.IGNORECASE)
FORBIDDEN, BAD_REQUEST, TOO_MANY, UNAVAILABLE, SERVER_FAULT = 403, 400, 429, 503, 500


class Lane(StrEnum):
    """Whose calls go first."""

    ACKNOWLEDGEMENT = "acknowledgement"
    BULK = "bulk"


class Limiter(Protocol):
    """The calls that all processes share on one account."""

    def wait_for_slot(self, lane: str) -> None:
        """Block until this call may go; TransientError with `retry_after` where that is too far away."""

    def back_off(self, seconds: float) -> None:
        """A refusal was seen: nobody calls for so long."""


class _PassingFault(TransientError):
    """A read that may work at once when it is tried again: a lost connection or a page of HTML."""


class Cin7Client:
    """A connection pool to one account. Numbers are Decimals in both directions."""

    def __init__(
        self,
        base_url: str,
        account_id: str,
        application_key: str,
        limiter: Limiter,
        *,
        lane: Lane,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._limiter = limiter
        self._lane = lane
        self._http = httpx2.Client(
            base_url=base_url.rstrip("/"),
            headers={"api-auth-accountid": account_id, "api-auth-applicationkey": application_key},
            timeout=timeout,
            follow_redirects=False,
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    @retry(
        retry=retry_if_exception(lambda fault: isinstance(fault, _PassingFault)),
        stop=stop_after_attempt(READ_ATTEMPTS),
        wait=wait_random(0.1, 0.6),
        reraise=True,
    )
    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Json:
        """Read; tried again at once after a lost connection. TransientError, RejectedError or ConfigurationError."""
        return self._call("GET", path, query, None)

    def post(self, path: str, body: Mapping[str, Any]) -> Json:
        """Write; UncertainOutcome where the answer was lost after the request may have arrived."""
        return self._call("POST", path, None, body)

    def put(self, path: str, body: Mapping[str, Any]) -> Json:
        """Write over what is there; as `post`."""
        return self._call("PUT", path, None, body)

    def delete(self, path: str, query: Mapping[str, Any]) -> Json:
        """Undo or void; as `post`."""
        return self._call("DELETE", path, query, None)

    def _call(self, method: str, path: str, query: Mapping[str, Any] | None, body: Mapping[str, Any] | None) -> Json:
        self._limiter.wait_for_slot(self._lane)
        what = f"{method} {path}"
        content = json.dumps(body, default=_as_number) if body is not None else None
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            answer = self._http.request(method, path, params=query, content=content, headers=headers)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as fault:
            raise TransientError(
                f"Cin7 cannot be reached ({what}).", next_step="It is tried again by itself."
            ) from fault
        except httpx2.TransportError as fault:
            raise self._lost(method, what, type(fault).__name__) from fault
        return self._judge(method, what, answer)

    def _judge(self, method: str, what: str, answer: httpx2.Response) -> Json:
        status, text = answer.status_code, answer.text
        if status in {TOO_MANY, UNAVAILABLE} or LIMIT_TEXT.search(text[:2_000]):
            raise self._refused_for_now(what, answer)
        if status == FORBIDDEN:
            raise ConfigurationError(
                f"Cin7 refuses the credentials ({what}).", setting="the Cin7 connection's login and password"
            )
        told = _parsed(text)
        reasons = _reasons(told)
        if reasons and status < SERVER_FAULT:
            raise RejectedError(f"Cin7 refused {what}: {' '.join(reasons)}", reasons=reasons)
        if status >= SERVER_FAULT:
            raise self._lost(method, what, f"status {status}")
        if status >= BAD_REQUEST:
            raise RejectedError(f"Cin7 refused {what} with status {status}.", reasons=(text[:200],))
        if told is None:
            raise self._lost(method, what, "a page that is not JSON")
        return told

    def _refused_for_now(self, what: str, answer: httpx2.Response) -> IntegrationError:
        """The account's limit: definite, nothing was done, everybody waits."""
        digits = re.sub(r"\D", "", answer.headers.get("Retry-After", ""))
        hold = float(digits) if digits else DEFAULT_HOLD
        self._limiter.back_off(hold)
        return TransientError(f"Cin7's limit is reached ({what}).", retry_after=clock.real_seconds(hold))

    def _lost(self, method: str, what: str, how: str) -> IntegrationError:
        if method == "GET":
            return _PassingFault(f"Cin7 did not answer {what}: {how}.", next_step="It is tried again by itself.")
        return UncertainOutcome(f"Cin7's answer to {what} was lost: {how}.", next_step="It is looked up first.")


def _parsed(text: str) -> Json | None:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        return None


def _reasons(told: Json) -> tuple[str, ...]:
    """The texts of an error, which is an array of objects or one object; empty where it is none."""
    entries = told if isinstance(told, list) else [told]
    if not entries or not all(isinstance(entry, dict) and "ErrorCode" in entry for entry in entries):
        return ()
    return tuple(str(entry.get("Exception") or f"error {entry['ErrorCode']}") for entry in entries)


def _as_number(value: object) -> int | float:
    """A Decimal as the JSON number it is: a float's text is exact up to 15 digits, and Cin7 keeps 4 decimals."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not sent to Cin7")
    return int(value) if value == value.to_integral_value() else float(value)
