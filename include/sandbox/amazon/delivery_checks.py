"""Trucks held against the notices: told of, in time, under the same labels, with the same goods; and orders filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from include.sandbox.amazon.account import Account
from include.sandbox.amazon.findings import NONE, SHIPPED_AS_PACKED, Finding
from include.sandbox.amazon.goods_book import ON_PURPOSE, TakenNotice
from include.sandbox.amazon.notice_checks import NoticeLedger, codes_of
from include.sandbox.amazon.order_lines import Product, Units, added, beyond, count, named
from include.sandbox.amazon.rates import ASN_ACCURACY, LABELLING, NOT_FILLED, NOT_ON_TIME, OVERAGE
from include.sandbox.amazon.receiving import Delivery
from include.sandbox.amazon.unloading import Unloaded, Unloading, goods_in, with_a_fault

DAY = timedelta(days=1)
_ByOrder = dict[str, Units]


def notice_deadline(delivery: Delivery, account: Account) -> datetime:
    """Half an hour after the departure or six hours before the appointment, whichever is sooner."""
    truck = delivery.truck
    after = truck.departed_at + timedelta(minutes=account.minutes_after_departure)
    if truck.appointment_at is None:
        return after
    return min(after, truck.appointment_at - timedelta(hours=account.hours_before_appointment))


@dataclass(slots=True)
class DeliveryCheck:
    """All deliveries at a moment; `refused` are the notices that Amazon refused on purpose."""

    ledger: NoticeLedger
    unloading: Unloading
    deliveries: Sequence[Delivery]
    refused: Sequence[TakenNotice]
    account: Account
    now: datetime
    loaded: _ByOrder = field(default_factory=dict)  # by order and product, what trucks brought or are bringing
    here: _ByOrder = field(default_factory=dict)  # of these what has arrived
    counted: _ByOrder = field(default_factory=dict)  # what Amazon counted of that
    _faults: dict[Product, str] = field(init=False)
    _cartons: dict[str, list[Unloaded]] = field(init=False)  # by truck

    def __post_init__(self) -> None:
        self._faults = dict(with_a_fault(self.deliveries, self.ledger.lines))
        self._cartons = defaultdict(list)
        for each in self.unloading.cartons:
            self._cartons[each.delivery.truck.name].append(each)
            held = goods_in(each.carton.goods, self.ledger.lines)
            _add(self.loaded, held)
            if each.delivery.has_arrived(self.now):
                _add(self.here, held)
                _add(self.counted, self._counted(each))

    def findings(self) -> Iterator[Finding]:
        """All that is wrong by now."""
        for delivery in self.deliveries:
            cartons = self._cartons[delivery.truck.name]
            yield from self._check_told(delivery, cartons)
            if delivery.has_arrived(self.now):
                yield from self._check_arrived(delivery, cartons)
        yield from self._check_absent()
        for number in self.ledger.lines.orders:
            yield from self._check_filled(number)

    def trace(self, units: Iterable[Product]) -> str | None:
        """What was done to these products outside of the documents."""
        return next((self._faults[each] for each in units if each in self._faults), None)

    def _check_told(self, delivery: Delivery, cartons: Sequence[Unloaded]) -> Iterator[Finding]:
        deadline = notice_deadline(delivery, self.account)
        by_shipment: dict[str | None, list[Unloaded]] = defaultdict(list)
        for each in cartons:
            by_shipment[each.notified.shipment if each.notified else None].append(each)
        for shipment, told in by_shipment.items():
            at = self.ledger.versions[shipment][0].receipt.at if shipment else None
            if self.now <= deadline or (at and at <= deadline):
                continue
            arrives = delivery.truck.arrives_at
            held = added(goods_in(each.carton.goods, self.ledger.lines) for each in told)
            if (at or self.now) >= arrives:
                sentence, moment = "goods arrived without a notice", arrives
            else:
                sentence, moment = f"its notice came after {deadline:%Y-%m-%d %H:%M}", deadline
            if at is None and self.now < arrives:
                sentence = f"no notice came by {deadline:%Y-%m-%d %H:%M}"
            yield self._find("ASN timing", ASN_ACCURACY, sentence, moment, shipment or delivery.truck.name, held,
                             self._why_untold(told, deadline))  # fmt: skip

    def _check_arrived(self, delivery: Delivery, cartons: Sequence[Unloaded]) -> Iterator[Finding]:
        at = delivery.truck.arrives_at
        for each in cartons:
            if each.notified and each.notified.sscc != each.label:
                held = goods_in(each.carton.goods, self.ledger.lines)
                told = each.notified.sscc or "no SSCC"
                label = each.label or "nothing"
                yield self._find("856-07", LABELLING, f"the label says {label}, its notice {told}", at,
                                 each.notified.shipment, held, each.fault)  # fmt: skip
            yield from self._check_content(each, at)
        off = [each for each in cartons if self._counted(each) != goods_in(each.carton.goods, self.ledger.lines)]
        if off:
            loaded = added(goods_in(each.carton.goods, self.ledger.lines) for each in off)
            counted = added(self._counted(each) for each in off)
            differs = added((beyond(loaded, counted), beyond(counted, loaded)))
            why = f"Amazon counted {delivery.miscount_percent} % of what was on truck {delivery.truck.name}"
            yield self._find("receipt", ASN_ACCURACY, f"received is not what came: off by {named(differs)}", at,
                             delivery.truck.name, differs, why)  # fmt: skip
        yield from self._check_in_window(delivery, cartons)

    def _check_content(self, each: Unloaded, at: datetime) -> Iterator[Finding]:
        if each.notified is None:
            return
        told, held = self.ledger.content(each.notified.holds), goods_in(each.carton.goods, self.ledger.lines)
        differs = added((beyond(told, held), beyond(held, told)))
        if differs:
            sentence = f"carton {each.label or each.notified.sscc} is not as notified, off by {named(differs)}"
            yield self._find("ASN content", ASN_ACCURACY, sentence, at, each.notified.shipment, differs, each.fault)

    def _check_in_window(self, delivery: Delivery, cartons: Sequence[Unloaded]) -> Iterator[Finding]:
        truck = delivery.truck
        at = truck.departed_at if self.account.is_collect else truck.arrives_at
        day = at.astimezone(ZoneInfo(self.account.zone)).date()
        what = "departed" if self.account.is_collect else "arrived"
        held = added(goods_in(each.carton.goods, self.ledger.lines) for each in cartons)
        for number in dict.fromkeys(product[0] for product in held):
            record = self.ledger.lines.orders.get(number)
            if record and not record.order.window_start <= day <= record.order.window_end:
                window = f"{record.order.window_start} to {record.order.window_end}"
                yield self._find("on time", NOT_ON_TIME, f"{what} on {day}, the window is {window}", at, number,
                                 _of(number, held), truck.fault, law=None)  # fmt: skip

    def _check_absent(self) -> Iterator[Finding]:
        """Cartons that a notice tells of and that no truck brought."""
        by_shipment: dict[str, list[Units]] = defaultdict(list)
        for each in self.unloading.absent:
            by_shipment[each.shipment].append(self.ledger.content(each.holds))
        for shipment, parts in by_shipment.items():
            trucks, held = self.unloading.trucks_of.get(shipment, []), added(parts)
            moment = self.awaited_until(shipment)
            if moment and moment <= self.now:
                fault = next((each.truck.fault for each in trucks if each.truck.fault), None)
                yield self._find("ASN content", ASN_ACCURACY, f"notified and not received: {named(held)}", moment,
                                 shipment, held, self._left_out(held) or fault)  # fmt: skip

    def awaited_until(self, shipment: str) -> datetime | None:
        """When cartons of a shipment that were on no truck have failed to come."""
        if trucks := self.unloading.trucks_of.get(shipment):
            return max(each.truck.arrives_at for each in trucks)
        day = self.ledger.latest(shipment).notice.delivery_on
        patience = timedelta(days=self.account.arrival_patience_days)
        return datetime.combine(day, time(), UTC) + DAY + patience if day else None

    def _check_filled(self, number: str) -> Iterator[Finding]:
        record = self.ledger.lines.orders[number]
        closes = end_of(record.order.window_end)
        if self.now <= closes and number not in self.here:
            return
        confirmed = self.ledger.lines.confirmed(number, self.now)
        loaded = self.loaded.get(number, {})
        if self.now > closes and (short := beyond(confirmed, loaded)):
            left = self._left_out_of(number)
            for units, why in ((beyond(short, left), None), (_least(short, left), self._left_out(short))):
                if count(units):
                    yield self._find("filled", NOT_FILLED, f"confirmed and never delivered: {named(units)}", closes,
                                     number, units, why, law=None)  # fmt: skip
        told = self.ledger.notified(number, self.now)
        limit = {each: max(confirmed.get(each, NONE), told.get(each, NONE)) for each in {*confirmed, *told}}
        here = self.here.get(number, {})
        for units, is_miscount in (
            (beyond(here, limit), False),
            (_surplus(self.counted.get(number, {}), here, limit), True),
        ):
            if count(units):
                why = "Amazon counted more than came" if is_miscount else self.trace(units)
                yield self._find("overage", OVERAGE, f"more arrived than was confirmed: {named(units)}",
                                 self._last_arrival(number), number, units, why, law=None)  # fmt: skip

    def _last_arrival(self, number: str) -> datetime:
        return max(each.delivery.truck.arrives_at for each in self.unloading.cartons
                   if each.delivery.has_arrived(self.now)
                   and any(goods.purchase_order_number == number for goods in each.carton.goods))  # fmt: skip

    def _why_untold(self, told: Sequence[Unloaded], deadline: datetime) -> str | None:
        labels = {each.label for each in told}
        for taken in self.refused:
            if taken.receipt.at <= deadline and labels & set(codes_of(taken.notice.cartons)):
                return ON_PURPOSE
        return next((each.fault for each in told if each.fault), None)

    def _left_out_of(self, number: str) -> Units:
        lines = self.ledger.lines
        left = (each for delivery in self.deliveries for each in delivery.truck.left_out)
        return added({lines.product(each.purchase_order_number, each.item): each.eaches}
                     for each in left if each.purchase_order_number == number)  # fmt: skip

    def _left_out(self, units: Units) -> str | None:
        lines = self.ledger.lines
        left = (each for delivery in self.deliveries for each in delivery.truck.left_out)
        return next((each.fault for each in left
                     if lines.product(each.purchase_order_number, each.item) in units), None)  # fmt: skip

    def _counted(self, each: Unloaded) -> Units:
        return goods_in(each.delivery.counted(each.carton), self.ledger.lines)

    def _find(
        self,
        rule: str,
        charge: str,
        sentence: str,
        at: datetime,
        subject: str,
        units: Units,
        injected: str | None,
        law: int | None = SHIPPED_AS_PACKED,
    ) -> Finding:
        orders = {product[0] for product in units}
        return Finding(rule, charge, f"{subject}: {sentence}", at, subject, orders.pop() if len(orders) == 1 else None,
                       count(units), self.ledger.lines.cost(units), tuple(units), injected, law)  # fmt: skip


def end_of(day: date) -> datetime:
    """The moment at which a day has passed everywhere that matters here."""
    return datetime.combine(day, time(), UTC) + DAY


def _add(total: _ByOrder, units: Units) -> None:
    for product, eaches in units.items():
        of_order = total.setdefault(product[0], {})
        of_order[product] = of_order.get(product, NONE) + eaches


def _of(number: str, units: Units) -> Units:
    return {product: eaches for product, eaches in units.items() if product[0] == number}


def _least(units: Units, limit: Units) -> Units:
    return {product: min(eaches, limit[product]) for product, eaches in units.items() if product in limit}


def _surplus(counted: Units, loaded: Units, limit: Units) -> Units:
    """What is beyond the limit only because it was counted so."""
    floor = {each: max(loaded.get(each, Decimal(0)), limit.get(each, Decimal(0))) for each in counted}
    return beyond(counted, floor)
