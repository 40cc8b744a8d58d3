"""What stands in a notice's way, told once a notice: the missing fields, where to enter each, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from include.exceptions.kinds import Kind
from include.money import Money
from include.ship_notices.desk import Desk
from include.ship_notices.values import NOTHING, Item, LineStanding, Obstacle, StagedNotice

QUANTITIES = frozenset({"quantity", "product", "unit"})
EARLY = frozenset({"box", "sscc", "product", "quantity", "identifier", "unit", "amazon_reference_number", "lot"})
MOST_SENTENCES = 20
IN_THE_WAY = (Kind.INCOMPLETE_NOTICE, Kind.QUANTITY_MISMATCH, Kind.LATE_NOTICE)

ENTER = "enter `{field}` by running fulfilment_to_invoice for the shipment"
WHERE = {  # field → where it is put right; all else is entered on the shipment
    "box": "name the boxes in the inventory system's packing",
    "sscc": "write a valid SSCC as the box's name, or set `notices.company_prefix`",
    "tracking_number": "enter the tracking number on the shipment in the inventory system",
    "carrier": "name the carrier under `notices.carriers`, or " + ENTER.format(field="scac"),
    "bill_of_lading": "write `BOL` and its number into the shipment's notes, or "
    + ENTER.format(field="bill_of_lading"),
    "pro_number": "write `PRO` and its number into the shipment's notes, or " + ENTER.format(field="pro_number"),
    "amazon_reference_number": "ask Amazon for the ARN; write it into the shipment's notes, or "
    + ENTER.format(field="amazon_reference_number"),
    "ship_from": "set `notices.ship_from` of the relationship",
    "ship_to": "add the centre to fulfilment_centres.yaml",
    "quantity": "have it repacked; or, where more was packed than confirmed, run fulfilment_to_invoice for it with "
    "`send_as_packed`",
    "product": "have it repacked, or add the line to the sale",
    "centre": "have it brought where the order goes now, and change something of the sale so that it is read again; or "
    "ask Amazon to set the order back",
    "is_replacement": "where it is still on its way, enter a later `appointment_at` or `delivery_on` by running "
    "fulfilment_to_invoice for the shipment; else give the replacement up there with `keep_as_sent`, and tell Amazon",
    "document": "correct what the sentence names where it was entered, or give it to engineering",
    "shipped_on": "correct the shipping date in the inventory system",
    "delivery_on": ENTER.format(field="delivery_on"),
}


def tell(desk: Desk, notice: StagedNotice, obstacles: Sequence[Obstacle], worth: Money | None) -> None:
    """Bring the queue to what stands in the way now, and nothing else."""
    of_quantity = [each for each in obstacles if each.field in QUANTITIES]
    others = [each for each in obstacles if each.field not in QUANTITIES]
    for kind, told in ((Kind.QUANTITY_MISMATCH, of_quantity), (Kind.INCOMPLETE_NOTICE, others)):
        if told:
            _raise(desk, kind, notice, told, worth)
        else:
            desk.settle_exception((kind,), _subject(notice), "Nothing stands in the way any more.")


def tell_late(desk: Desk, notice: StagedNotice, worth: Money | None) -> None:
    """Amazon should have it by now."""
    assert notice.due_at is not None, "only a notice with a deadline is late"
    desk.raise_about(
        Kind.LATE_NOTICE,
        _subject(notice),
        f"{notice.name}: its notice (856) was due at {notice.due_at:%Y-%m-%d %H:%M} UTC and has not left.",
        "Mend what its other exceptions name; a late notice is charged by the unit.",
        purchase_order_number=_one_order(notice),
        deadline=notice.due_at,
        money=worth,
    )


def tell_sent(desk: Desk, notice: StagedNotice) -> None:
    """It left, so that nothing stood in its way."""
    desk.settle_exception(IN_THE_WAY, _subject(notice), "The notice (856) was sent.")


def worth_of(items: Iterable[Item], standing: Mapping[tuple[int, str], LineStanding]) -> Money | None:
    """What Amazon would pay for what is on the notice."""
    amounts: dict[str, Decimal] = {}
    for item in items:
        line = standing[item.share.order_id, item.share.line_number]
        amounts[line.currency] = amounts.get(line.currency, NOTHING) + item.quantity * line.unit_worth
    if len(amounts) != 1:
        return None
    ((currency, amount),) = amounts.items()
    return Money(amount, currency)


def _raise(desk: Desk, kind: Kind, notice: StagedNotice, told: Sequence[Obstacle], worth: Money | None) -> None:
    sentences = list(dict.fromkeys(_sentence(notice, each) for each in told))
    more = f" And {len(sentences) - MOST_SENTENCES} more." if len(sentences) > MOST_SENTENCES else ""
    fields = sorted({each.field for each in told})
    steps = dict.fromkeys(WHERE.get(field, ENTER.format(field=field)) for field in fields)
    desk.raise_about(
        kind,
        _subject(notice),
        f"{notice.name}: " + " ".join(sentences[:MOST_SENTENCES]) + more,
        _capital("; ".join(steps)) + ".",
        purchase_order_number=_one_order(notice),
        deadline=notice.due_at,
        money=worth,
    )


def _sentence(notice: StagedNotice, obstacle: Obstacle) -> str:
    """It follows the shipment's name; a carrier that nobody knows is named."""
    named = f"Shipment {notice.shipment_number} "
    said = obstacle.sentence.replace(named, "It ", 1) if obstacle.sentence.startswith(named) else obstacle.sentence
    if obstacle.field == "carrier" and notice.carrier:
        return f"{said} The inventory system's {notice.carrier!r} is none of the relationship's carriers."
    return said


def _one_order(notice: StagedNotice) -> str | None:
    orders = {carton.purchase_order_number for carton in notice.cartons}
    return orders.pop() if len(orders) == 1 else None


def _capital(step: str) -> str:
    return step[0].upper() + step[1:]


def _subject(notice: StagedNotice) -> str:
    return f"notice {notice.notice_id}"
