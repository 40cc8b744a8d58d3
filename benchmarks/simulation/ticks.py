"""`python -m benchmarks.simulation.ticks intake|fulfilment|clocks`: what a DAG's runs do, one after another, for ever.

The same steps as the DAG's tasks, without Airflow around them: half a second a task is too long for a day of minutes.
A tick that fails is told and the next one goes on, as after a task's last retry.
"""

from __future__ import annotations

import argparse
import itertools
import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from include import clock
from include.errors import IntegrationError
from include.orchestration import connections, fulfilment, intake
from include.purchase_orders import clocks
from include.relationships import loading

T = TypeVar("T")

log = logging.getLogger("ticks")

EVERY = {  # on the clock, from start to start: the DAGs' schedules, and how soon a sensor looks
    "intake": timedelta(minutes=5),
    "fulfilment": timedelta(minutes=10),
    "clocks": timedelta(minutes=5),
}


NEVER = datetime.max.replace(tzinfo=UTC)


class RunNote:
    """Stands for the task instance that `settle` gives its note to."""

    def xcom_push(self, key: str, value: str) -> None:
        log.info("%s: %s", key, value)


def run_intake(run_id: str) -> None:
    """The tasks of po_intake."""
    names = intake.relationship_names(None)
    for name in names:
        _attempt(lambda name=name: intake.receive(name))
    for chunk in _attempt(lambda: intake.register(names, [], run_id)) or ():
        _attempt(lambda chunk=chunk: intake.place(chunk, run_id))
    _attempt(lambda: intake.acknowledge(names, [], run_id, answer_now=False))
    _attempt(lambda: intake.settle(names, RunNote()))


def run_fulfilment(_: str) -> None:
    """The tasks of fulfilment_to_invoice."""
    names = intake.relationship_names(None)
    for shipment in _attempt(lambda: fulfilment.find_shipments(names, [])) or ():
        _attempt(lambda shipment=shipment: fulfilment.stage_notice(shipment))
    _attempt(lambda: fulfilment.send_notices(names, []))
    for invoice in _attempt(lambda: fulfilment.due_invoices(names, [])) or ():
        _attempt(lambda invoice=invoice: fulfilment.match_invoice(invoice))
    _attempt(lambda: fulfilment.send_invoices(names, []))
    _attempt(lambda: fulfilment.settle(names, RunNote()))


class Clocks:
    """Stands on every clock as the sensors of acknowledgement_window do: looks at its shares, and at its end."""

    def __init__(self) -> None:
        self._look_at: dict[tuple[str, int], datetime] = {}

    def run(self, _: str) -> None:
        relationships = loading.load_relationships().relationships
        for database in {each.database for each in relationships}:
            dsn = connections.database_dsn(database)
            for kind in clocks.ClockKind:
                for subject in clocks.read_open_ids(dsn, kind):
                    if self._look_at.get((kind, subject), clock.now()) <= clock.now():
                        standing = clocks.look(dsn, kind, subject, relationships, clock.now())
                        has_ended = standing.is_closed or standing.is_over
                        self._look_at[kind, subject] = NEVER if has_ended else standing.next_share_at


def _attempt(step: Callable[[], T]) -> T | None:
    try:
        return step()
    except IntegrationError as fault:
        log.warning("%s: %s", type(fault).__name__, fault)
    except Exception:
        log.exception("A step failed as none may")
    return None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation.ticks", description=__doc__)
    ticks = {"intake": run_intake, "fulfilment": run_fulfilment, "clocks": Clocks().run}
    parser.add_argument("flow", choices=ticks)
    flow = parser.parse_args().flow
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    log.setLevel(logging.INFO)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    for number in itertools.count(1):
        begun = clock.now()
        _attempt(lambda number=number: ticks[flow](f"{flow} {number}"))
        rest = clock.real_seconds((begun + EVERY[flow] - clock.now()).total_seconds())
        if stopped.wait(max(0.0, rest)):
            return


if __name__ == "__main__":
    main()
