"""Which notice tells of which carton on a truck: by the SSCC on its label, else by what is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from include.sandbox.amazon.notice_checks import NoticeLedger
from include.sandbox.amazon.notices import NoticeCarton, without_prefix
from include.sandbox.amazon.order_lines import OrderLines, Product, Units, added
from include.sandbox.amazon.receiving import Delivery, Goods, LoadedCarton

_Content = tuple[str, frozenset[tuple[Product, Decimal]]]  # the centre, and the eaches of each product


@dataclass(frozen=True, slots=True)
class NotifiedCarton:
    """A carton of a notice, with what it holds of all orders."""

    shipment: str
    sscc: str
    holds: tuple[NoticeCarton, ...]


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A carton of a truck; `notified` is None where no notice tells of it."""

    delivery: Delivery
    carton: LoadedCarton
    notified: NotifiedCarton | None

    @property
    def label(self) -> str:
        return label_of(self.carton)

    @property
    def fault(self) -> str | None:
        """What was done to it outside of the documents."""
        return self.carton.fault or self.delivery.truck.fault


@dataclass(slots=True)
class Unloading:
    """All cartons of all trucks, and the notified ones that were on none."""

    cartons: list[Unloaded] = field(default_factory=list)
    absent: list[NotifiedCarton] = field(default_factory=list)
    trucks_of: dict[str, list[Delivery]] = field(default_factory=lambda: defaultdict(list))  # of a shipment id


def unload(deliveries: Iterable[Delivery], ledger: NoticeLedger, now: datetime) -> Unloading:
    """Every label is looked up first; then what came and bears no known label is compared by what is in it."""
    open_ones = _notified(ledger)
    found, unknown = Unloading(), []
    for delivery in deliveries:
        for carton in delivery.truck.cartons:
            if listed := open_ones.get(label_of(carton) or "?"):
                # the first that nothing has come for yet, since an SSCC may be used again
                found.cartons.append(Unloaded(delivery, carton, listed.pop(0)))
            else:
                unknown.append((delivery, carton))
    rest = [each for listed in open_ones.values() for each in listed]
    by_content = _by_content(rest, ledger) if unknown else {}
    for delivery, carton in unknown:
        key = (delivery.truck.centre, frozenset(goods_in(carton.goods, ledger.lines).items()))
        alike = by_content.get(key) if delivery.has_arrived(now) else None
        found.cartons.append(Unloaded(delivery, carton, alike.pop(0) if alike else None))
    matched = {id(each.notified) for each in found.cartons}
    found.absent = [each for each in rest if id(each) not in matched]
    for each in found.cartons:
        if each.notified and each.delivery not in found.trucks_of[each.notified.shipment]:
            found.trucks_of[each.notified.shipment].append(each.delivery)
    return found


def label_of(carton: LoadedCarton) -> str:
    """The 18 digits on its label, empty where there is none."""
    return without_prefix(carton.sscc or "")


def goods_in(goods: Iterable[Goods], lines: OrderLines) -> Units:
    """By product, in eaches."""
    return added({lines.product(each.purchase_order_number, each.item): each.eaches} for each in goods)


def _notified(ledger: NoticeLedger) -> dict[str, list[NotifiedCarton]]:
    """By SSCC the cartons of all notices in force; a carton of two orders is one."""
    found: dict[str, list[NotifiedCarton]] = defaultdict(list)
    for shipment in ledger.versions:
        by_code: dict[str, list[NoticeCarton]] = defaultdict(list)
        for place, carton in enumerate(ledger.latest(shipment).notice.cartons):
            by_code[carton.sscc or f"none {place}"].append(carton)
        for code, holds in by_code.items():
            found[code].append(NotifiedCarton(shipment, holds[0].sscc, tuple(holds)))
    return found


def _by_content(rest: Iterable[NotifiedCarton], ledger: NoticeLedger) -> dict[_Content, list[NotifiedCarton]]:
    found: dict[_Content, list[NotifiedCarton]] = defaultdict(list)
    for each in rest:
        centre = ledger.latest(each.shipment).notice.ship_to[1]
        found[centre, frozenset(ledger.content(each.holds).items())].append(each)
    return found


def with_a_fault(deliveries: Iterable[Delivery], lines: OrderLines) -> Iterator[tuple[Product, str]]:
    """The products of which something was done to a carton, a truck or the warehouse, and what."""
    for delivery in deliveries:
        truck = delivery.truck
        for left in truck.left_out:
            yield lines.product(left.purchase_order_number, left.item), left.fault
        for carton in truck.cartons:
            if fault := carton.fault or truck.fault:
                for each in carton.goods:
                    yield lines.product(each.purchase_order_number, each.item), fault
