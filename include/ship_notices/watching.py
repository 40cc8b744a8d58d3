"""The last step of a run: what should have been shipped, notices late or refused, and what stands still."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from include.documents import sent
from include.exceptions.kinds import Kind
from include.money import Money
from include.ship_notices import label_sheets, store
from include.ship_notices.building import settings_of
from include.ship_notices.desk import Desk
from include.ship_notices.replacing import in_force
from include.ship_notices.sending import examine
from include.ship_notices.store import named
from include.ship_notices.telling import tell_late, worth_of

OVERDUE = timedelta(minutes=30)  # a few ticks after its time
RECENT = timedelta(hours=24)
LOOK_BACK = timedelta(days=60)  # to the oldest notice that may still be answered
FIELDS = {  # segment and its first element → field
    ("BSN", ""): "shipment_number",
    ("PRF", ""): "purchase order number",
    ("TD1", ""): "cartons",
    ("TD5", ""): "carrier",
    ("REF", "BM"): "bill_of_lading",
    ("REF", "CN"): "pro_number or tracking_number",
    ("REF", "BX"): "amazon_reference_number",
    ("REF", "SN"): "seal_number",
    ("DTM", "011"): "shipped_on",
    ("DTM", "017"): "delivery_on",
    ("N1", "SF"): "ship_from",
    ("N1", "ST"): "ship_to",
    ("N3", ""): "address",
    ("N4", ""): "address",
    ("MAN", ""): "sscc",
    ("LIN", ""): "item identifier",
    ("SN1", ""): "quantity",
    ("CTT", ""): "totals",
}
HOLDS_UP_ALL = (Kind.INVENTORY_SYSTEM_DOWN, Kind.CONFIGURATION)


@dataclass(frozen=True, slots=True)
class Watched:
    """How many notices stand where, and what stands still."""

    notices_by_state: dict[str, int]
    stalled: tuple[str, ...]

    def summary(self) -> str:
        """A part of the run's note."""
        states = ", ".join(f"{count} {state}" for state, count in self.notices_by_state.items()) or "none"
        return f"notices: {states}; {len(self.stalled)} stalled"


def watch(desk: Desk) -> Watched:
    """Raise what is late, refused and not shipped, and count; in the caller's transaction."""
    name, now = desk.relationship.name, desk.now()
    label_sheets.clear_folder(desk)
    _reopen_refused(desk)
    _reopen_unfounded(desk)
    _tell_noted(desk)
    _tell_late(desk)
    unshipped = _tell_unshipped(desk)
    unshipped += _tell_at_rest(desk, unshipped)
    for row in list(named.told_unshipped(desk.connection, relationship=name, besides=unshipped)):
        subject = f"order {row['order_id']}"
        desk.settle_exception((Kind.ORDER_NOT_SHIPPED,), subject, "It was shipped, or there is nothing to ship now.")
    counts = named.counts(desk.connection, relationship=name, since=now - RECENT)
    stalled = named.stalled(desk.connection, relationship=name, overdue=now - OVERDUE, of_all=[*HOLDS_UP_ALL])
    return Watched({row["state"]: row["notices"] for row in counts}, tuple(row["name"] for row in stalled))


def _reopen_refused(desk: Desk) -> None:
    """A notice that the partner refused is open again: its fields at fault are named, and a person sends it anew."""
    for row in list(named.reopen_rejected(desk.connection, relationship=desk.relationship.name)):
        step = "Correct that, and run fulfilment_to_invoice for the shipment with `send_again`."
        _tell_answer(desk, row, "was refused by the partner, which names", step)


def _reopen_unfounded(desk: Desk) -> None:
    """A replacement that was written before the partner refused what it replaces: the partner goes by neither."""
    since = desk.now() - LOOK_BACK
    rows = named.replacements_in_doubt(desk.connection, relationship=desk.relationship.name, since=since)
    for notice in store.load(desk.connection, [row["notice_id"] for row in rows]):
        if in_force(desk.connection, notice, settings_of(desk.relationship, notice)) is None:
            named.set_reopened(desk.connection, notice_id=notice.notice_id)
            desk.raise_about(
                Kind.INCOMPLETE_NOTICE,
                f"notice {notice.notice_id}",
                f"Shipment {notice.shipment_number}: its notice (856) was refused by the partner after a replacement "
                "had left, which replaces nothing now.",
                "Run fulfilment_to_invoice for the shipment with `send_again`: it leaves as an original.",
                deadline=notice.due_at,
                money=examine(desk, notice).worth,
            )


def _tell_noted(desk: Desk) -> None:
    """A notice that the partner took with errors stands; what they are is told once, and a person may replace it."""
    since = desk.now() - timedelta(days=desk.relationship.notices.replacement_days)
    for row in list(named.noted(desk.connection, relationship=desk.relationship.name, since=since)):
        step = (
            "Amazon has it: close this where it can receive by it; else correct that before the goods arrive and run "
            "fulfilment_to_invoice for the shipment with `send_again`, which sends a replacement."
        )
        _tell_answer(desk, row, "was accepted by the partner with errors in", step)


def _tell_answer(desk: Desk, row: dict[str, Any], what: str, next_step: str) -> None:
    answered = sent.load(desk.connection, row["document_id"])
    fields = ", ".join(sent.fields_at_fault(answered, FIELDS)) or "nothing in particular"
    (notice,) = store.load(desk.connection, [row["notice_id"]])
    desk.raise_about(
        Kind.INCOMPLETE_NOTICE,
        f"notice {row['notice_id']}",
        f"Shipment {row['shipment_number']}: its notice (856) {what} {fields}.",
        next_step,
        deadline=notice.due_at,
        money=examine(desk, notice).worth,
    )


def _tell_late(desk: Desk) -> None:
    rows = named.late(desk.connection, relationship=desk.relationship.name, now=desk.now())
    for notice in store.load(desk.connection, [row["notice_id"] for row in rows]):
        examined = examine(desk, notice)
        tell_late(desk, notice, worth_of(examined.items, examined.standing))


def _tell_unshipped(desk: Desk) -> list[int]:
    """The orders that are told."""
    told = desk.relationship.notices
    today = desk.now().astimezone(desk.relationship.time_zone).date()
    rows = list(
        named.unshipped_orders(
            desk.connection,
            relationship=desk.relationship.name,
            window_before=today + timedelta(days=told.window_warning_days),
        )
    )
    for row in rows:
        part = "The rest of it" if row["notified"] else "It"
        is_over = row["window_end"] < today
        desk.raise_about(
            Kind.ORDER_NOT_SHIPPED,
            f"order {row['order_id']}",
            f"Order {row['purchase_order_number']}: {row['units'].normalize():f} confirmed units are not shipped, and "
            f"its window {'ended' if is_over else 'ends'} on {row['window_end']}. {part} is charged as not filled.",
            "Ship it now; or confirm less by running po_intake for the order with `answer now` after the sale was cut, "
            "while Amazon still takes a smaller answer.",
            purchase_order_number=row["purchase_order_number"],
            money=Money(row["money"], row["currency"]),
        )
    return [row["order_id"] for row in rows]


def _tell_at_rest(desk: Desk, besides: list[int]) -> list[int]:
    """The orders that are told; one entry says it of an order, so that those told already are left out."""
    rest = timedelta(days=desk.relationship.notices.unshipped_rest_days)
    rows = list(
        named.orders_at_rest(
            desk.connection, relationship=desk.relationship.name, rest_before=desk.now() - rest, besides=besides
        )
    )
    for row in rows:
        desk.raise_about(
            Kind.ORDER_NOT_SHIPPED,
            f"order {row['order_id']}",
            f"Order {row['purchase_order_number']} was shipped in part, the last of it on {row['sent_at']:%Y-%m-%d}, "
            "and nothing since.",
            "Ship the rest, or close the sale and confirm less.",
            purchase_order_number=row["purchase_order_number"],
        )
    return [row["order_id"] for row in rows]
