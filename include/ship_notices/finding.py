"""Which of our sales were packed, shipped or invoiced since the last look: one call a page of what changed, and one for
each sale that may have been.

What the list said is kept before anything is fetched, so that a run that dies leaves the rest to the next one. Windows
overlap, since the list is no snapshot; a sale that was read as it stands, here or by the intake, costs no second call.
"""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any

from include.database import queries
from include.errors import IntegrationError, RejectedError
from include.exceptions.kinds import Kind
from include.ship_notices import readings
from include.ship_notices.desk import Desk
from include.ship_notices.taking_in import take_in

FIRST_LOOK = timedelta(days=7)  # how far back the first sweep goes
OVERLAP = timedelta(minutes=10)  # what changed while the last list was read is read again
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=2), timedelta(hours=1)
FAULTS_IN_A_ROW = 3  # after which it is the inventory system that fails

_queries = queries.load(__file__, "finding.sql")

log = logging.getLogger(__name__)


def find(desk: Desk, *, limit: int) -> IntegrationError | None:
    """Sweep, and read at most `limit` sales; the fault that ended it is told, and goes when it answers. Commits."""
    fault: IntegrationError | None
    try:
        sweep(desk)
        fault = look(desk, limit=limit)
    except IntegrationError as broken:
        desk.connection.rollback()
        fault = broken
    subject = f"{desk.relationship.erp} shipments"
    if fault is None:
        desk.settle_exception((Kind.INVENTORY_SYSTEM_DOWN,), subject, "The inventory system answered.")
    else:
        desk.raise_about(
            Kind.INVENTORY_SYSTEM_DOWN,
            subject,
            f"What was packed and shipped cannot be read. {fault.what}",
            f"Check the connection {desk.relationship.erp} and the system itself; every tick tries again.",
        )
    desk.connection.commit()
    return fault


def sweep(desk: Desk) -> int:
    """Note which of our sales changed; returns how many of them are to be read. Commits."""
    began_at = desk.now()
    watermark = f"{desk.relationship.name} shipments"
    last = _queries.load_watermark(desk.connection, name=watermark)
    since = min(last, began_at) - OVERLAP if last else began_at - FIRST_LOOK
    desk.connection.commit()
    rows = [
        {"sale_id": each.sale_id, "updated_at": each.updated_at.isoformat(), "may_be_packed": each.may_be_packed}
        for each in desk.ledger.list_changed(since)
    ]
    _queries.save_changed(desk.connection, relationship=desk.relationship.name, rows=json.dumps(rows), now=began_at)
    _queries.save_adopted(desk.connection, relationship=desk.relationship.name, now=began_at)
    _queries.save_watermark(desk.connection, name=watermark, until=began_at)
    _queries.hurry_called(desk.connection, relationship=desk.relationship.name, now=began_at)
    waiting = _queries.count_due(desk.connection, relationship=desk.relationship.name, now=began_at)
    desk.connection.commit()
    return int(waiting)


def look(desk: Desk, *, limit: int) -> IntegrationError | None:
    """Read the sales that changed and take each in; commits after each. One that fails waits and the others go on."""
    faults_in_a_row = 0
    last_fault: IntegrationError | None = None
    for row in list(_queries.due(desk.connection, relationship=desk.relationship.name, now=desk.now(), limit=limit)):
        desk.connection.commit()
        try:
            _read(desk, row)
            faults_in_a_row = 0
        except IntegrationError as fault:
            desk.connection.rollback()
            _put_off(desk, row, fault)
            if not isinstance(fault, RejectedError):
                last_fault, faults_in_a_row = fault, faults_in_a_row + 1
        desk.connection.commit()
        if faults_in_a_row == FAULTS_IN_A_ROW:
            break
    return last_fault


def _read(desk: Desk, row: dict[str, Any]) -> None:
    kept = None
    if not row["is_hurried"]:
        kept = readings.load(desk.connection, desk.relationship.erp, row["erp_sale_id"], row["changed_at"])
    began_at, seen = kept or (desk.now(), desk.ledger.fetch(row["erp_sale_id"]))
    take_in(desk, row["sale_key"], row["changed_at"], seen, read_at=began_at)
    _queries.mark_looked(
        desk.connection, sale_key=row["sale_key"], changed_at=row["changed_at"], modified_at=seen.modified_at
    )
    desk.settle_exception((Kind.INVENTORY_SYSTEM_REFUSED,), _subject(row), "The sale was read.")


def _put_off(desk: Desk, row: dict[str, Any], fault: IntegrationError) -> None:
    log.warning("Sale %s could not be read: %s", row["erp_sale_id"], fault)
    wait = min(FIRST_WAIT * 2 ** min(row["attempts"], 10), LONGEST_WAIT)
    _queries.put_off(
        desk.connection, sale_key=row["sale_key"], next_attempt_at=desk.now() + wait, last_fault=str(fault)
    )
    if isinstance(fault, RejectedError):
        desk.raise_about(
            Kind.INVENTORY_SYSTEM_REFUSED,
            _subject(row),
            f"What was shipped of the sale {row['erp_number']} cannot be read: {fault.what}",
            "Look at the sale in the inventory system; it is read again by itself.",
            purchase_order_number=row["purchase_order_number"],
        )


def _subject(row: dict[str, Any]) -> str:
    return f"shipments of sale {row['sale_key']}"
