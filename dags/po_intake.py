"""
### Purchase order intake

**Does** every five minutes: takes what lies in the mailboxes, answers it with functional acknowledgements (997),
makes purchase orders (850, 860) into sales orders, and answers each with an acknowledgement (855) that promises only
what is allocated.

**Reads** the mailbox's `inbound/`, products, availability and sales of the inventory system.
**Writes** the ledger, sales and their undoing in the inventory system, 997 and 855 files in `outbound/`.

**By hand**: trigger it with a relationship or with purchase order numbers to take only those now; *answer now* answers
held orders by the rule without waiting for a person.

**When it fails**: nothing is lost; every step picks its work by state, so clearing a task or waiting for the next
tick goes on where it stopped. A red `receive` is a mailbox that cannot be reached; a red `register` or `place` is an
inventory system that cannot be reached or a setting (the message names it); a red `settle` names the orders that have
neither an answer, a next attempt nor an exception. Look at the exceptions first: they say what to do.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from include.orchestration import house, intake

with DAG(
    "po_intake",
    schedule="*/5 * * * *",
    start_date=house.START,
    catchup=False,
    max_active_runs=3,
    dagrun_timeout=timedelta(hours=1),
    default_args=house.default_args(),
    doc_md=__doc__,
    tags=["850", "855", "997", "operations"],
    params={
        "relationship": house.relationship_param(),
        "purchase_order_numbers": Param(
            [],
            type=["null", "array"],
            items={"type": "string"},
            title="Purchase order numbers",
            description="Only these; empty takes all that are due.",
        ),
        "answer_now": Param(
            False, type="boolean", title="Answer now", description="Answer held orders by the rule at once."
        ),
    },
) as dag:

    @task
    def relationships(params: dict[str, Any]) -> list[str]:
        return intake.relationship_names(params["relationship"])

    @task(pool=house.MAILBOX_POOL, map_index_template="{{ task.op_kwargs['relationship'] }}")
    def receive(relationship: str) -> dict[str, int]:
        return intake.receive(relationship)

    # By weight, an answer that can leave goes before new orders, and those before the many sales of a backlog.
    @task(
        pool=house.CIN7_POOL,
        trigger_rule="all_done",
        execution_timeout=timedelta(minutes=20),
        priority_weight=3,
    )
    def register(names: list[str], params: dict[str, Any], run_id: str) -> list[dict[str, Any]]:
        return intake.register(names, params["purchase_order_numbers"] or [], run_id)

    @task(
        pool=house.CIN7_POOL,
        trigger_rule="all_done",
        execution_timeout=timedelta(minutes=20),
        priority_weight=2,
    )
    def place(chunk: dict[str, Any], run_id: str) -> dict[str, int]:
        return intake.place(chunk, run_id)

    @task(
        pool=house.CIN7_POOL,
        trigger_rule="all_done",
        execution_timeout=timedelta(minutes=20),
        priority_weight=4,
    )
    def acknowledge(names: list[str], params: dict[str, Any], run_id: str) -> dict[str, int]:
        return intake.acknowledge(
            names, params["purchase_order_numbers"] or [], run_id, answer_now=bool(params["answer_now"])
        )

    @task(trigger_rule="all_done", priority_weight=4)
    def settle(names: list[str], ti: Any) -> None:
        intake.settle(names, ti)

    chosen = relationships()
    received = receive.expand(relationship=chosen)
    chunks = register(chosen)
    placed = place.expand(chunk=chunks)
    answered = acknowledge(chosen)
    received >> chunks
    placed >> answered >> settle(chosen)
