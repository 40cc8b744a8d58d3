"""
### Fulfilment to invoice

**Does** every ten minutes: finds what was packed and shipped in the inventory system, stages a shipping notice and its
labels for each truck, sends the notice (856) once the shipment left and nothing is missing, holds order, notice and the
inventory system's invoice against each other, and sends the invoice (810) where they agree.

**Reads** sales, fulfilments and invoices of the inventory system, and the partner's 997s in the ledger.
**Writes** the ledger, labels, 856 and 810 files in `outbound/`; an invoice in the inventory system only where the
relationship says that Vendorlane makes it.

**By hand**: trigger it with a relationship, or with purchase order or shipment numbers to take only those now. With one
shipment number, *entries* complete its notice: carrier code, bill of lading, tracking by box, pallets, and decisions
(`send_as_packed`, `send_again`, and `keep_as_sent` to give a replacement up). With one invoice, shipment or order
number they decide on its invoice: `accept` what does not match and say why, `send_again` unchanged, or `new_number`
for other content.

**When it fails**: nothing is lost; every step picks its work by state, so clearing a task or waiting for the next tick
goes on where it stopped. A red `find_shipments` or `match_invoice` is an inventory system that cannot be reached, a red
`send_notices` or `send_invoices` a mailbox; a red `settle` names what has neither left, nor a next attempt, nor an
exception. Look at the exceptions first: they say which field is missing and where to enter it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task

from include.orchestration import fulfilment, house, intake

with DAG(
    "fulfilment_to_invoice",
    schedule="*/10 * * * *",
    start_date=house.START,
    catchup=False,
    max_active_runs=3,
    dagrun_timeout=timedelta(hours=1),
    default_args=house.default_args(),
    doc_md=__doc__,
    tags=["856", "810", "operations", "finance"],
    params={
        "relationship": house.relationship_param(),
        "only": Param(
            [],
            type=["null", "array"],
            items={"type": "string"},
            title="Shipments, purchase orders or invoices",
            description="Only these numbers; empty takes all that are due.",
        ),
        "entries": Param(
            None,
            type=["null", "object"],
            title="Entries",
            description="Fields of, or a decision about, the one shipment or invoice that is named above.",
        ),
    },
) as dag:

    @task
    def relationships(params: dict[str, Any]) -> list[str]:
        return intake.relationship_names(params["relationship"])

    @task
    def enter(names: list[str], params: dict[str, Any], dag_run: Any) -> None:
        fulfilment.enter(names, params["only"] or [], params["entries"] or {}, dag_run.triggering_user_name)

    @task(pool=house.CIN7_POOL, execution_timeout=timedelta(minutes=20))
    def find_shipments(names: list[str], params: dict[str, Any]) -> list[dict[str, Any]]:
        return fulfilment.find_shipments(names, params["only"] or [])

    @task(map_index_template="{{ task.op_kwargs['shipment']['number'] }}")
    def stage_notice(shipment: dict[str, Any]) -> None:
        fulfilment.stage_notice(shipment)

    @task(pool=house.MAILBOX_POOL, trigger_rule="all_done", priority_weight=2)
    def send_notices(names: list[str], params: dict[str, Any]) -> dict[str, int]:
        return fulfilment.send_notices(names, params["only"] or [])

    @task(trigger_rule="all_done")
    def due_invoices(names: list[str], params: dict[str, Any]) -> list[dict[str, Any]]:
        return fulfilment.due_invoices(names, params["only"] or [])

    @task(
        pool=house.CIN7_POOL,
        execution_timeout=timedelta(minutes=20),
        map_index_template="{{ task.op_kwargs['invoice']['label'] }}",
    )
    def match_invoice(invoice: dict[str, Any]) -> None:
        fulfilment.match_invoice(invoice)

    @task(pool=house.MAILBOX_POOL, trigger_rule="all_done", priority_weight=2)
    def send_invoices(names: list[str], params: dict[str, Any]) -> dict[str, int]:
        return fulfilment.send_invoices(names, params["only"] or [])

    @task(trigger_rule="all_done", priority_weight=2)
    def settle(names: list[str], ti: Any) -> None:
        fulfilment.settle(names, ti)

    chosen = relationships()
    found = find_shipments(chosen)
    staged = stage_notice.expand(shipment=found)
    sent = send_notices(chosen)
    due = due_invoices(chosen)
    matched = match_invoice.expand(invoice=due)
    billed = send_invoices(chosen)
    enter(chosen) >> found
    staged >> sent >> due
    matched >> billed >> settle(chosen)
