"""What a sale's fulfilments say now, taken over into cartons and the notices that they stand on.

Cartons appear when packing is authorised, on a staged notice of their fulfilment; those that were shipped move to the
notice of their truck. What is undone before its notice left is taken back; what is undone or changed after that is a
person's to settle.
"""

from __future__ import annotations

from datetime import datetime

from include.ship_notices.cartons import take_packed
from include.ship_notices.desk import Desk
from include.ship_notices.erp_invoices import take_invoices
from include.ship_notices.ledger import ShippedSale
from include.ship_notices.shipments import Sale, named
from include.ship_notices.trucks import take_shipped
from include.ship_notices.undoing import tell_undone, tell_unpacked, undo, withdraw_empty


def take_in(desk: Desk, sale_key: int, changed_at: datetime, seen: ShippedSale, *, read_at: datetime) -> None:
    """Bring cartons, notices and the inventory system's invoices to what the sale says; in the caller's transaction.

    A reading that began (`read_at`) before the one that was taken over last is left alone.
    """
    list(named.lock_shipments(desk.connection, relationship=desk.relationship.name))
    if named.is_overtaken(desk.connection, sale_key=sale_key, read_at=read_at):
        return
    cartons = {(row["task_id"], row["box"]): row for row in named.load_cartons(desk.connection, sale_key=sale_key)}
    fulfilments = () if seen.is_voided else seen.fulfilments
    tasks = tuple(each.task_id for each in fulfilments)
    sale = Sale(named.load_sale(desk.connection, sale_key=sale_key), changed_at, tasks, cartons)
    for fulfilment in fulfilments:
        take_packed(desk, sale, fulfilment)
        take_shipped(desk, sale, fulfilment)
    packed = {(each.task_id, line.box) for each in fulfilments for line in each.packed}
    for key, row in sale.cartons.items():
        if key not in packed:
            undo(desk, sale, row)
    tell_undone(desk, sale)
    tell_unpacked(desk, sale)
    named.void_fulfilments(desk.connection, sale_key=sale_key, besides=list(tasks), now=desk.now())
    take_invoices(desk, sale_key, () if seen.is_voided else seen.invoices, read_at)
    touched = sorted({row["notice_id"] for row in sale.cartons.values()})
    named.wake_notices(desk.connection, notice_ids=touched, now=desk.now())
    withdraw_empty(desk, sale, touched)
