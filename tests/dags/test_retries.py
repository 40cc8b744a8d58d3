"""The retry decision follows the branch of the error tree."""

from __future__ import annotations

from datetime import timedelta

import pytest
from airflow.sdk.definitions.retry_policy import RetryAction

from include.errors import ConfigurationError, RejectedError, TransientError, UncertainOutcome
from include.orchestration.retries import LONGEST_WAIT, QUIET_TIME, RetryByErrorClass

pytestmark = pytest.mark.airflow

policy = RetryByErrorClass()


@pytest.mark.parametrize(
    "fault", [RejectedError("No such SKU."), ConfigurationError("No key.", setting="connection cin7_core")]
)
def test_what_will_fail_again_fails_at_once(fault: Exception) -> None:
    assert policy.evaluate(fault, 1, 3).action is RetryAction.FAIL


def test_a_transient_fault_waits_as_long_as_the_other_side_said() -> None:
    decision = policy.evaluate(TransientError("Limit reached.", retry_after=31), 1, 3)

    assert decision.action is RetryAction.RETRY
    assert decision.retry_delay == timedelta(seconds=31)


def test_a_runs_retries_stay_under_five_minutes() -> None:
    delays = [policy.evaluate(TransientError("Down.", retry_after=3_600), attempt, 3).retry_delay for attempt in (1, 2)]

    assert sum((delay for delay in delays if delay), timedelta()) <= timedelta(minutes=5)
    assert all(delay == timedelta(seconds=LONGEST_WAIT) for delay in delays)


def test_backoff_is_jittered_so_that_a_chunk_does_not_retry_in_step() -> None:
    delays = {policy.evaluate(TransientError("Down."), 1, 3).retry_delay for _ in range(20)}

    assert len(delays) > 1


def test_a_lost_answer_is_retried_after_a_quiet_time_because_the_use_case_looks_up_first() -> None:
    decision = policy.evaluate(UncertainOutcome("POST sale: no answer."), 1, 3)

    assert decision.retry_delay == timedelta(seconds=QUIET_TIME)


def test_all_else_is_left_to_the_task() -> None:
    assert policy.evaluate(RuntimeError("unknown"), 1, 3).action is RetryAction.DEFAULT
