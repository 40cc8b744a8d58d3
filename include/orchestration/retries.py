"""Retry by the class of the error (see include/errors.py); a decision is made once, where the error was raised."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk.definitions.retry_policy import RetryDecision, RetryPolicy

from include import clock
from include.errors import ConfigurationError, RejectedError, TransientError, UncertainOutcome

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

LONGEST_WAIT = 120.0  # seconds; a run's retries stay under five minutes, the next tick is the long back-off
QUIET_TIME = 20.0  # seconds after a lost answer, before the look-up


def _backoff(try_number: int) -> float:
    return random.uniform(0.5, 1.0) * min(LONGEST_WAIT, 5.0 * 2.0**try_number)


class RetryByErrorClass(RetryPolicy):
    """Rejected and configuration errors fail at once, transient ones wait, uncertain ones look up first.

    Waits for the other side are on its clock, so that a test clock shortens them; `retry_after` is in real seconds.
    Airflow's own time-out passes through here too, so nothing unknown is failed by policy.
    """

    def __init__(self, backoff: Callable[[int], float] = _backoff) -> None:
        self._backoff = backoff

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        if isinstance(exception, RejectedError | ConfigurationError):
            return RetryDecision.fail(str(exception))
        if isinstance(exception, TransientError):
            given = exception.retry_after
            seconds = clock.real_seconds(self._backoff(try_number)) if given is None else given
            return RetryDecision.retry(timedelta(seconds=min(seconds, LONGEST_WAIT)), str(exception))
        if isinstance(exception, UncertainOutcome):
            return RetryDecision.retry(timedelta(seconds=clock.real_seconds(QUIET_TIME)), str(exception))
        return RetryDecision.default()
