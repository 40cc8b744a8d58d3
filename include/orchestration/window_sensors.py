"""The sensors on a clock: one a subject (an order, or a document sent), deferred until it closes or is over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowFailException

from include import clock
from include.orchestration import connections
from include.orchestration.window_trigger import ClockTrigger

if TYPE_CHECKING:
    from airflow.sdk.definitions.context import Context

GRACE = timedelta(minutes=5)  # real time beyond the moment waited for, after which the deferral itself gives up


class WindowSensor(BaseSensorOperator):
    """Waits until its subject is closed; its trigger escalates at each share on the way; fails when the time is over.

    :param subject_id: the order's or the document's id.
    :param known_as: what a person knows it by, shown as the mapped task's name.
    :param database: the connection id of the product's database.
    """

    kind: str
    failure: str

    def __init__(self, *, subject_id: int, known_as: str, database: str, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.subject_id = subject_id
        self.known_as = known_as
        self.database = database

    def execute(self, context: Context) -> None:
        self._stand(context)

    def _stand(self, context: Context, event: dict[str, Any] | None = None) -> None:
        from include.purchase_orders import clocks
        from include.relationships import loading

        dsn = connections.database_dsn(self.database)
        relationships = loading.load_relationships().relationships
        standing = clocks.look(dsn, self.kind, self.subject_id, relationships, clock.now())
        if standing.is_closed:
            return
        if standing.is_over:
            raise AirflowFailException(f"{self.known_as}: {self.failure}")
        wait = timedelta(seconds=clock.real_seconds((standing.due_at - clock.now()).total_seconds()))
        self.defer(
            trigger=ClockTrigger(
                kind=self.kind,
                subject_id=self.subject_id,
                database=self.database,
                look_at=standing.next_share_at,
                until=standing.due_at,
            ),
            method_name="_stand",
            timeout=max(wait, timedelta()) + GRACE,
        )


class AcknowledgedSensor(WindowSensor):
    """Stands on an order until its 855 was published."""

    kind = "order"
    failure = "its acknowledgement window closed without an 855. Its exception says what to do."


class FunctionalAcknowledgementSensor(WindowSensor):
    """Stands on a document sent until the partner's 997 answers it."""

    kind = "document"
    failure = "the partner never acknowledged it (997). Its exception says what to do."
