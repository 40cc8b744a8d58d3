"""What the rules of the 856 look at in what was packed: the tree of cartons, their SSCCs, lines, quantities and lots.

The same shape of functions as in notice_checks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from include.amazon.notice_checks import Wrong
from include.amazon.notices import (
    Carton,
    Circumstances,
    LineKey,
    NoticeItem,
    NoticeSettings,
    Pallet,
    ShipmentType,
    ShipNotice,
)
from include.identifiers import ItemIdentifier, as_sscc


def tree(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    """No level without one below it, and each order once."""
    if not notice.orders:
        yield "the shipment", "holds no order"
    for number, times in Counter(order.purchase_order_number for order in notice.orders).items():
        if times > 1 or not number:
            yield (f"order {number}", "stands twice") if number else ("an order", "has no purchase order number")
    for order in notice.orders:
        if not order.cartons and not order.pallets:
            yield f"order {order.purchase_order_number}", "holds no carton"
    yield from ((subject, "holds no carton") for subject, pallet in _pallets(notice) if not pallet.cartons)
    yield from ((subject, "holds no item") for subject, carton in _cartons(notice) if not carton.items)


def tracking_number(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if notice.shipment_type is ShipmentType.SMALL_PARCEL:
        for subject, carton in _cartons(notice):
            if not carton.tracking_number:
                yield subject, "is a small parcel and has no tracking number"


def carton_sscc(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    for subject, carton in _cartons(notice):
        yield from _sscc(subject, carton.sscc, is_needed=settings.needs_carton_sscc)


def pallet_sscc(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    for subject, pallet in _pallets(notice):
        yield from _sscc(subject, pallet.sscc, is_needed=settings.needs_pallet_sscc)


def sscc_stands_once(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    """A carton of two orders stands under both, everything else once."""
    pallets_of: dict[str, set[str | None]] = defaultdict(set)
    cartons: set[str | None] = set()
    for order in notice.orders:
        codes = [carton.sscc for carton in order.all_cartons()] + [pallet.sscc for pallet in order.pallets]
        for code, times in Counter(codes).items():
            if code and times > 1:
                yield f"order {order.purchase_order_number}", f"holds the SSCC {code} {times} times"
        cartons.update(carton.sscc for carton in order.all_cartons())
        for carton, pallet in [(c, None) for c in order.cartons] + [(c, p) for p in order.pallets for c in p.cartons]:
            pallets_of[carton.sscc or ""].add(pallet.sscc if pallet else None)
    for code, places in pallets_of.items():
        if code and len(places) > 1:
            yield f"carton {code}", "stands in two places"
    for subject, pallet in _pallets(notice):
        if pallet.sscc and pallet.sscc in cartons:
            yield subject, f"has the SSCC of a carton, {pallet.sscc}"


def sscc_is_new(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    """Never used before, but by the notice that this one replaces."""
    if around.is_sscc_used is None:
        return
    own = set(_codes(around.replaced.notice)) if around.replaced else set()
    for code in dict.fromkeys(_codes(notice)):
        if code not in own and around.is_sscc_used(code):
            yield f"SSCC {code}", "was used by another shipment within a year"


def line_number(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    for key, item in notice.items():
        if not item.line_number:
            yield f"an item of order {key[0]}", "has no line number"


def identifier(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    """As ordered, so one for each line; whether it is the ordered one, the order knows."""
    found: dict[LineKey, set[ItemIdentifier]] = defaultdict(set)
    for key, item in notice.items():
        found[key].add(item.identifier)
        if not item.identifier.qualifier or not item.identifier.value:
            yield _line(key), "has no item identifier"
    yield from ((_line(key), "names two items") for key, named in found.items() if len(named) > 1)


def quantity(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    for key, item in notice.items():
        if item.quantity <= 0 or item.quantity != item.quantity.to_integral_value():
            yield _line(key), f"is shipped {item.quantity} times, which is no whole number above zero"


def unit(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    found: dict[LineKey, set[str]] = defaultdict(set)
    for key, item in notice.items():
        found[key].add(item.unit)
    for key, units in found.items():
        if unknown := sorted(units - settings.units):
            yield _line(key), f"is shipped in the unit {unknown[0]!r}, not in {' or '.join(sorted(settings.units))}"
        elif len(units) > 1:
            yield _line(key), f"is shipped in {' and in '.join(sorted(units))}, not in the one that it was ordered in"


def confirmed_quantity(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if around.confirmed is None:
        return
    for key, shipped in notice.shipped().items():
        confirmed = around.confirmed.get(key, Decimal(0))
        if shipped > confirmed:
            yield _line(key), f"is shipped {shipped} times, but {confirmed} of what was confirmed are left to ship"


def replaced_quantity(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    if around.replaced is None:
        return
    before = around.replaced.notice.shipped()
    for key, shipped in notice.shipped().items():
        if shipped > before.get(key, Decimal(0)):
            yield _line(key), f"grows from {before.get(key, Decimal(0))} to {shipped} by the replacement"


def lot(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    """A lot for what is expiry-controlled; one lot and expiry for each item in a carton, whatever orders share it."""
    for key, item in notice.items():
        if key in around.expiry_controlled and not item.lot:
            yield _line(key), "is expiry-controlled and has no lot"
    for subject, items in _shared_cartons(notice):
        lots = defaultdict(set)
        for item in items:
            lots[item.identifier].add((item.lot, item.expires_on))
        for which, found in lots.items():
            if len(found) > 1:
                yield subject, f"holds {which} of {len(found)} lots or expiry dates"


def expiry(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    for key, item in notice.items():
        if key in around.expiry_controlled and not (item.expires_on or item.manufactured_on):
            yield _line(key), "is expiry-controlled and has neither an expiry nor a manufacture date"


def expiry_is_far(notice: ShipNotice, around: Circumstances, settings: NoticeSettings) -> Wrong:
    arrival = notice.delivery_on or notice.shipped_on
    for key, item in notice.items():
        if arrival and item.expires_on and item.expires_on - arrival < timedelta(settings.least_days_to_expiry):
            yield (
                _line(key),
                f"expires on {item.expires_on}, within {settings.least_days_to_expiry} days of its arrival",
            )


def _line(key: LineKey) -> str:
    return f"line {key[1]} of order {key[0]}"


def _cartons(notice: ShipNotice) -> Iterator[tuple[str, Carton]]:
    for order in notice.orders:
        for place, carton in enumerate(order.all_cartons(), 1):
            yield f"carton {place} of order {order.purchase_order_number}", carton


def _pallets(notice: ShipNotice) -> Iterator[tuple[str, Pallet]]:
    for order in notice.orders:
        for place, pallet in enumerate(order.pallets, 1):
            yield f"pallet {place} of order {order.purchase_order_number}", pallet


def _shared_cartons(notice: ShipNotice) -> Iterator[tuple[str, list[NoticeItem]]]:
    """What each carton holds, of all orders together."""
    found: dict[str, list[NoticeItem]] = {}
    for subject, carton in _cartons(notice):
        found.setdefault(f"carton {carton.sscc}" if carton.sscc else subject, []).extend(carton.items)
    yield from found.items()


def _codes(notice: ShipNotice) -> Iterator[str]:
    yield from (carton.sscc for _, carton in notice.cartons() if carton.sscc)
    yield from (pallet.sscc for order in notice.orders for pallet in order.pallets if pallet.sscc)


def _sscc(subject: str, code: str | None, *, is_needed: bool) -> Wrong:
    if not code and is_needed:
        yield subject, "has no SSCC"
    if code and as_sscc(code) != code:
        yield subject, f"has {code!r}, which is no SSCC of 18 digits with a right check digit"
