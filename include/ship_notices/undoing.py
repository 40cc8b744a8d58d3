"""What is packed or shipped no more: taken back before its notice left, and a person's to settle after that. So is what
is shipped and was never packed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from include.exceptions.kinds import Kind
from include.ship_notices.desk import Desk
from include.ship_notices.shipments import OPEN, Row, Sale, named, tell

MOST_BOXES = 20
INCOMPLETE = (Kind.INCOMPLETE_NOTICE, Kind.QUANTITY_MISMATCH, Kind.LATE_NOTICE)


def undo(desk: Desk, sale: Sale, row: Row) -> None:
    """A carton that is packed no more."""
    if row["state"] in OPEN:
        named.delete_carton(desk.connection, carton_id=row["carton_id"])
        tell(desk, sale, f"The box {row['box']!r} is packed no more; it was taken off its notice.")
    elif row["state"] != "withdrawn":
        sale.undone[row["carton_id"]] = row, f"the box {row['box']!r} is packed and shipped no more"


def tell_undone(desk: Desk, sale: Sale) -> None:
    """What is not as its notice said is told once a notice; what is so again, or goes into a replacement, no more."""
    by_notice: dict[int, list[tuple[Row, str]]] = defaultdict(list)
    for row, what in sale.undone.values():
        by_notice[row["notice_id"]].append((row, what))
    for told in by_notice.values():
        row = told[0][0]
        boxes = list(dict.fromkeys(what for _, what in told))
        more = f"; and {len(boxes) - MOST_BOXES} more" if len(boxes) > MOST_BOXES else ""
        desk.raise_about(
            Kind.SHIPMENT_UNDONE,
            _undone(sale, row),
            f"{sale.name}: {'; '.join(boxes[:MOST_BOXES])}{more}. Its notice (856) {row['shipment_number']} was sent.",
            "If the goods are on their way, put the sale right; else run fulfilment_to_invoice for the shipment with "
            "`send_again`, which reads the sale anew and sends a replacement notice, and void its invoice.",
            purchase_order_number=sale.row["purchase_order_number"],
        )
    for row in sale.cartons.values():
        if row["is_told"] and row["notice_id"] not in by_notice:
            desk.settle_exception(
                (Kind.SHIPMENT_UNDONE,), _undone(sale, row), "The sale and the notice say the same again."
            )


def _undone(sale: Sale, row: Row) -> str:
    return f"sale {sale.row['sale_key']} on notice {row['notice_id']}"


def tell_unpacked(desk: Desk, sale: Sale) -> None:
    """Boxes on their way that were never packed are told at once; they go with the name's correction."""
    subject = f"boxes of sale {sale.row['sale_key']}"
    if not sale.unpacked:
        desk.settle_exception((Kind.INCOMPLETE_NOTICE,), subject, "Every box that was shipped is one that was packed.")
        return
    desk.raise_about(
        Kind.INCOMPLETE_NOTICE,
        subject,
        f"{sale.name}: boxes are shipped that were not packed: {'; '.join(sale.unpacked)}. What is in them is on no "
        "notice (856).",
        "Correct the names to those of the packing, in the inventory system's shipment; it is read again by itself.",
        purchase_order_number=sale.row["purchase_order_number"],
        deadline=min(sale.changed_at, desk.now())
        + timedelta(minutes=desk.relationship.notices.after_departure_minutes),
    )


def withdraw_empty(desk: Desk, sale: Sale, notice_ids: Sequence[int]) -> None:
    """Notices on which nothing is left are withdrawn; one that the partner has is told."""
    for row in list(named.withdraw_empty(desk.connection, notice_ids=list(set(notice_ids)))):
        subject = f"notice {row['notice_id']}"
        desk.settle_exception(INCOMPLETE, subject, "Nothing is left on the notice.")
        tell(desk, sale, f"The shipment {row['shipment_number']} was withdrawn: nothing is left on it.")
        if row["is_with_partner"]:
            desk.raise_about(
                Kind.SHIPMENT_UNDONE,
                subject,
                f"{sale.name}: all of the shipment {row['shipment_number']} was undone, but its notice (856) was sent.",
                "Tell Amazon that it does not come: no document takes a notice back.",
                purchase_order_number=sale.row["purchase_order_number"],
            )
