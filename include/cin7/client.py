"""One call to Cin7 Core: a place in the account's shared budget, then an answer that is judged, never believed.

The limit is answered with 429, 503 or 400 and a text; faults come as arrays, also with status 200; a path that does
not exist is an HTML page with status 200; a write whose answer is lost may have been done.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

import httpx2
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random

from include import clock
from include.errors import ConfigurationError, IntegrationError, RejectedError, TransientError, UncertainOutcome

Json = dict[str, Any]  # every answer is one object; typed values begin in values.py

TIMEOUT_SECONDS = 60.0
READ_ATTEMPTS = 3
DEFAULT_HOLD = 30.0  # seconds, where a refusal does not say how long
LONGEST_HOLD = 300.0  # a refusal that says more is not believed: the window is a minute
LIMIT_TEXT = re.compile(r"reached \d+ calls per (\d+ seconds|minute)", re.IGNORECASE)
TEXT_READ = 2_000  # of a body, where the limit's text may stand
BAD_REQUEST, UNKNOWN_CALLER, FORBIDDEN, TOO_MANY, SERVER_FAULT, UNAVAILABLE = 400, 401, 403, 429, 500, 503


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


class UnusableAnswer(_PassingFault):
    """No JSON object, each time it was asked for: the web page of a path that does not exist, as a rule."""


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
        content = json.dumps(body, default=_as_number) if body is not None else None
        headers = {"Content-Type": "application/json"} if content is not None else {}
        what = f"{method} {path}"
        self._limiter.wait_for_slot(self._lane)
        try:
            answer = self._http.request(method, path, params=query, content=content, headers=headers)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as fault:
            raise TransientError(
                f"Cin7 cannot be reached ({what}).", next_step="It is tried again by itself."
            ) from fault
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as fault:
            raise ConfigurationError(f"Cin7 cannot be asked: {fault}.", setting="the Cin7 connection") from fault
        except httpx2.RequestError as fault:
            raise _lost(method, what, fault) from fault
        return self._judge(method, what, answer)

    def _judge(self, method: str, what: str, answer: httpx2.Response) -> Json:
        told = _parsed(answer.text)
        faults = _faults(told)
        if answer.is_success and isinstance(told, dict) and not faults:
            return told
        raise self._fault(method, what, answer, faults)

    def _fault(
        self, method: str, what: str, answer: httpx2.Response, faults: Sequence[Mapping[str, Any]]
    ) -> IntegrationError:
        """What an answer means that is no good one. Where the status says nothing, the code in the body counts."""
        status = answer.status_code
        if status < BAD_REQUEST:
            status = max(map(_code, faults), default=status)
        if status in {TOO_MANY, UNAVAILABLE} or LIMIT_TEXT.search(answer.text[:TEXT_READ]):
            return self._refused_for_now(what, answer)
        if status in {UNKNOWN_CALLER, FORBIDDEN}:
            return ConfigurationError(
                f"Cin7 refuses the credentials ({what}).", setting="the Cin7 connection's login and password"
            )
        if status >= SERVER_FAULT:
            return _lost(method, what, f"status {status}")
        if status >= BAD_REQUEST:
            told = tuple(str(each.get("Exception") or f"error {_code(each)}") for each in faults)
            reasons = told or (answer.text[:200],)
            return RejectedError(f"Cin7 refused {what}: {' '.join(reasons)}", reasons=reasons)
        return _lost(method, what, "no JSON object", UnusableAnswer)

    def _refused_for_now(self, what: str, answer: httpx2.Response) -> IntegrationError:
        """The account's limit: definite, nothing was done, everybody waits."""
        told = re.search(r"\d+", answer.headers.get("Retry-After", ""))  # "60", "60 Seconds"
        hold = min(float(told[0]), LONGEST_HOLD) if told else DEFAULT_HOLD
        self._limiter.back_off(hold)
        return TransientError(f"Cin7's limit is reached ({what}).", retry_after=clock.real_seconds(hold))


def _lost(
    method: str, what: str, how: object, kind: type[_PassingFault] = _PassingFault
) -> TransientError | UncertainOutcome:
    """A read can be made again, at once unless it has taken its time already; a write may have been done."""
    told = f"{type(how).__name__}" if isinstance(how, Exception) else how
    if method != "GET":
        return UncertainOutcome(f"Cin7's answer to {what} was lost: {told}.", next_step="It is looked up first.")
    again = TransientError if isinstance(how, httpx2.TimeoutException) else kind
    return again(f"Cin7 did not answer {what}: {told}.", next_step="It is tried again by itself.")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _faults(told: Any) -> Sequence[Mapping[str, Any]]:
    """The entries of an error, which is an array of objects or one object; empty where it is none."""
    entries = told if isinstance(told, list) else [told]
    return entries if all(isinstance(entry, dict) and "ErrorCode" in entry for entry in entries) else ()


def _code(fault: Mapping[str, Any]) -> int:
    told = str(fault["ErrorCode"])
    return int(told) if told.isdecimal() else BAD_REQUEST


def _as_number(value: object) -> int | float:
    """A Decimal as the JSON number it is. One that a float cannot hold is refused: it would arrive as another."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not sent to Cin7")
    sent = int(value) if value == value.to_integral_value() else float(value)
    if Decimal(repr(sent)) != value:
        raise ValueError(f"{value} has more digits than a number sent to Cin7 can hold")
    return sent
