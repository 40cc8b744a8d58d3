"""
### Acknowledgement window

**Does**: stands on the clock of every order that has no acknowledgement (855) yet, and of every document sent that has
no functional acknowledgement (997) yet. At each set share of the time it raises the exception to its owner; at the
close the task turns red.

**Reads** and **writes** the ledger, orders and exceptions of the product's database; it calls nobody.

**When it fails**: a red `acknowledged` is an order whose window closed without an answer; a red
`functional_acknowledgement` is a document that the partner never confirmed. The exception of the same order or document
says what to do. Clearing the task stands on the clock again: it turns green once the answer is there.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, task

from include.orchestration import house, windows
from include.orchestration.window_sensors import AcknowledgedSensor, FunctionalAcknowledgementSensor

with DAG(
    "acknowledgement_window",
    schedule="@hourly",
    start_date=house.START,
    catchup=False,
    max_active_runs=32,
    default_args=house.default_args(timedelta(minutes=5)),
    doc_md=__doc__,
    tags=["855", "997", "operations"],
) as dag:

    @task
    def unanswered(run_id: str) -> list[dict[str, Any]]:
        return windows.claim_unanswered(run_id)

    @task
    def unacknowledged(run_id: str) -> list[dict[str, Any]]:
        return windows.claim_unacknowledged(run_id)

    AcknowledgedSensor.partial(task_id="acknowledged", map_index_template="{{ task.known_as }}").expand_kwargs(
        unanswered()
    )
    FunctionalAcknowledgementSensor.partial(
        task_id="functional_acknowledgement", map_index_template="{{ task.known_as }}"
    ).expand_kwargs(unacknowledged())
