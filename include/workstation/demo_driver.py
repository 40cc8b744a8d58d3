"""Triggers the demo's ticks through Airflow's REST API until every acknowledgement window is over.

Airflow itself stays on real time, so its own schedules are too slow for a day that lasts minutes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import psycopg

from include import clock
from include.workstation.airflow_api import AirflowApi, DagRun
from include.workstation.sandbox_processes import Sandbox

INTAKE = "po_intake"
WINDOW = "acknowledgement_window"
BETWEEN_TICKS = 3.0
BETWEEN_WINDOW_RUNS = 45.0
BETWEEN_LINES = 10.0
AFTERWARDS = timedelta(minutes=5)  # on the clock: the last answers' 997s
LONGEST = timedelta(days=7)  # on the clock


def drive(api: AirflowApi, sandbox: Sandbox, database: str, say: Callable[[str], None]) -> None:
    """Tick, show how far it is, end after the last window; RuntimeError if that does not come about."""
    until = clock.now() + LONGEST
    last_tick = last_window = last_line = -1e9
    tick: DagRun | None = None
    while True:
        now = time.monotonic()
        tick = api.run(INTAKE, tick.run_id) if tick and not tick.has_ended else tick
        if (tick is None or tick.has_ended) and now - last_tick >= BETWEEN_TICKS:
            end = end_of_day(sandbox)
            if end is not None and clock.now() > end:
                return
            tick, last_tick = api.trigger(INTAKE), now
        if now - last_window >= BETWEEN_WINDOW_RUNS:
            api.trigger(WINDOW)
            last_window = now
        if now - last_line >= BETWEEN_LINES:
            say(_progress(sandbox, database))
            last_line = now
        if clock.now() > until:
            raise RuntimeError(
                f"The demo's day has not ended after {LONGEST.days} days; see the logs of its processes."
            )
        time.sleep(0.5)


def end_of_day(sandbox: Sandbox) -> datetime | None:
    """When the last window is over; None while orders are still to come."""
    report = sandbox.report()
    orders = report.get("orders", [])
    if not report.get("all_dropped") or not orders:
        return None
    closes = [datetime.fromisoformat(each["acknowledge_by"]) for each in orders if each.get("acknowledge_by")]
    return max(closes) + AFTERWARDS


def _progress(sandbox: Sandbox, database: str) -> str:
    orders = sandbox.report().get("orders", [])
    answered = sum(1 for each in orders if each.get("acknowledged_at"))
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT count(*) FROM exception_entry WHERE state <> 'resolved'").fetchone()
    raised = row[0] if row else 0
    return f"{clock.now():%a %H:%M}  {len(orders)} orders dropped, {answered} answered, {raised} exceptions open"
