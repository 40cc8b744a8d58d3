"""What every task of every DAG shares: retries, time limits, pools, owner, and the form of a run by hand."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from airflow.sdk import Param

from include.orchestration.retries import RetryByErrorClass

START = datetime(2026, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - Airflow serialises timezone.utc, whatever its alias

CIN7_POOL = "cin7_core"
MAILBOX_POOL = "amazon_mailbox"

MAX_IDS = 1_000  # over XCom in one run; the rest waits for the next run
CHUNK = 50  # orders a placing task
RUN_MINUTES = 10  # for which a run plans sales: planned units are kept from others, and a long run hears no change
CALLS_A_SALE = 2
WATCHED = 300  # clocks a run stands on
SHIPMENTS = 300  # mapped one by one in a run


def default_args(execution_timeout: timedelta = timedelta(minutes=10)) -> dict[str, Any]:
    """Two retries (a killed worker uses one), seconds apart: the next tick is the long back-off."""
    return {
        "owner": "operations",
        "retries": 2,
        "retry_delay": timedelta(seconds=20),
        "retry_policy": RetryByErrorClass(),
        "execution_timeout": execution_timeout,
        "weight_rule": "absolute",  # the usual rule adds up what comes after a task, so that the last ones go last
    }


def relationship_param() -> Param:
    """The field of a run by hand that leaves all relationships but one out."""
    return Param(None, type=["null", "string"], title="Relationship", description="Only this one; empty takes all.")


def orders_a_run(calls_per_minute: int) -> int:
    """How many orders one run takes on; what is left goes to the next, which again begins with the most urgent."""
    return max(CHUNK, min(MAX_IDS, calls_per_minute * RUN_MINUTES // CALLS_A_SALE))
