"""The report's part on notices, trucks, invoices and charges. Amounts and quantities (eaches) are text, exact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from include.sandbox.amazon.delivery_checks import notice_deadline
from include.sandbox.amazon.findings import CHARGEBACK, DOCUMENT, INJECTED, NONE, SHORT_PAYMENT, Charge
from include.sandbox.amazon.goods_book import GoodsBook, TakenNotice
from include.sandbox.amazon.invoice_checks import Settlement, State
from include.sandbox.amazon.invoices import to_cents
from include.sandbox.amazon.order_lines import Units, added, count, product_of
from include.sandbox.amazon.receiving import Delivery
from include.sandbox.amazon.trade import Trade
from include.sandbox.amazon.unloading import goods_in

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoodsReport:
    """Says a judgement; `acknowledgement_charges` are those of the orders."""

    book: GoodsBook
    trade: Trade
    acknowledgement_charges: Sequence[Charge]
    now: datetime
    _trucks_of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by order
    _shipments_on: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by truck
    _invoices_of: dict[str, list[Settlement]] = field(default_factory=lambda: defaultdict(list))
    _charged: dict[str, list[Charge]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for delivery in self.trade.deliveries:
            goods = (each for carton in delivery.truck.cartons for each in carton.goods)
            for number in dict.fromkeys(each.purchase_order_number for each in goods):
                self._trucks_of[number].append(delivery.truck.name)
        for shipment, deliveries in self.trade.check.unloading.trucks_of.items():
            for delivery in deliveries:
                self._shipments_on[delivery.truck.name].append(shipment)
        for settlement in self.trade.settlements:
            for number in dict.fromkeys(each.purchase_order_number for each in settlement.taken.invoice.lines):
                self._invoices_of[number].append(settlement)
        for charge in self.trade.charges:
            if charge.finding.purchase_order_number:
                self._charged[charge.finding.purchase_order_number].append(charge)

    def told(self) -> Json:
        """The keys of the report."""
        charges = [*self.acknowledgement_charges, *self.trade.charges]
        return {
            "notices": [self._notice(each) for each in self.book.notices],
            "trucks": [self._truck(each) for each in self.trade.deliveries],
            "invoices": [_invoice(each) for each in self.trade.settlements],
            "fulfilments": list(self._fulfilments()),
            "charges": [_charge(each) for each in charges],
            "totals": self._totals(charges),
        }

    def _notice(self, taken: TakenNotice) -> Json:
        notice = taken.notice
        pallets = {each.pallet for each in notice.cartons if each.pallet is not None}
        return {
            "shipment_number": notice.shipment_number,
            **taken.receipt.told(),
            "is_replacement": notice.is_replacement,
            "state": self._state(taken),
            "orders": _distinct(each.purchase_order_number for each in notice.cartons),
            "cartons": len({each.sscc or f"none {place}" for place, each in enumerate(notice.cartons)}),
            "pallets": len(pallets),
            "eaches": _number(count(self.trade.ledger.content(notice.cartons))),
            "shipped_on": notice.shipped_on.isoformat() if notice.shipped_on else None,
            "delivery_on": notice.delivery_on.isoformat() if notice.delivery_on else None,
        }

    def _state(self, taken: TakenNotice) -> str:
        versions = self.trade.ledger.versions.get(taken.notice.shipment_number, [])
        if not taken.receipt.is_taken:
            return "refused"
        if not any(each is taken for each in versions):
            return "without effect"
        return "in force" if versions[-1] is taken else "replaced"

    def _truck(self, delivery: Delivery) -> Json:
        truck, lines = delivery.truck, self.trade.ledger.lines
        loaded = added(goods_in(each.goods, lines) for each in truck.cartons)
        counted = added(goods_in(delivery.counted(each), lines) for each in truck.cartons)
        has_arrived = delivery.has_arrived(self.now)
        return {
            "name": truck.name,
            "departed_at": truck.departed_at.isoformat(),
            "arrives_at": truck.arrives_at.isoformat(),
            "appointment_at": truck.appointment_at.isoformat() if truck.appointment_at else None,
            "notice_by": notice_deadline(delivery, self.trade.check.account).isoformat(),
            "has_arrived": has_arrived,
            "centre": truck.centre,
            "shipments": self._shipments_on.get(truck.name, []),
            "cartons": len(truck.cartons),
            "eaches": _number(count(loaded)),
            "received": _number(count(counted)) if has_arrived else None,
            "miscount_percent": _number(delivery.miscount_percent) if delivery.miscount_percent is not None else None,
            "injected": _distinct(_injected(delivery)),
        }

    def _fulfilments(self) -> Iterator[Json]:
        ledger = self.trade.ledger
        for number in ledger.lines.orders:
            shipments, trucks = ledger.by_order.get(number, []), self._trucks_of.get(number, [])
            settlements, charges = self._invoices_of.get(number, []), self._charged.get(number, [])
            if shipments or trucks or settlements or charges:
                yield {
                    "purchase_order_number": number,
                    "products": list(self._products(number)),
                    "notices": list(shipments),
                    "trucks": list(trucks),
                    "invoices": [each.taken.invoice.number for each in settlements],
                    "charges": [_charge(each) for each in charges],
                }

    def _products(self, number: str) -> Iterator[Json]:
        lines, check = self.trade.ledger.lines, self.trade.check
        confirmed, notified = lines.confirmed(number, self.now), self.trade.ledger.notified(number, self.now)
        loaded, received = check.loaded.get(number, {}), check.counted.get(number, {})
        invoiced = self._invoiced(number)
        for product in dict.fromkeys((*confirmed, *notified, *loaded, *received, *invoiced)):
            told = {"confirmed": confirmed, "notified": notified, "loaded": loaded, "received": received,
                    "invoiced": invoiced}  # fmt: skip
            yield {"product": product[1]} | {name: _number(units.get(product, NONE)) for name, units in told.items()}

    def _invoiced(self, number: str) -> Units:
        lines = self.trade.ledger.lines
        accepted = (each for each in self._invoices_of.get(number, ()) if each.state in (State.APPROVED, State.SHORT))
        told = (line for each in accepted for line in each.taken.invoice.lines if line.purchase_order_number == number)
        return added(
            {product_of(number, line): lines.eaches(line, each.quantity, each.unit)}
            for each in told
            if (line := lines.named(number, " ".join(each.item), each.line_number))
        )

    def _totals(self, charges: Sequence[Charge]) -> Json:
        settled = self.trade.settlements
        taken = [each for each in settled if each.state is not State.REFUSED]
        invoiced = sum((each.taken.invoice.total for each in taken), NONE)
        payable = sum((each.payable for each in taken), NONE)
        states = [self._state(each) for each in self.book.notices]
        return {
            "notices": {"received": len(states), "refused": states.count("refused"),
                        "without_effect": states.count("without effect"), "in_force": states.count("in force")},
            "invoices": {"received": len(settled)} | {
                name: sum(each.state is state for each in settled)
                for name, state in (("refused", State.REFUSED), ("rejected", State.REJECTED),
                                    ("paid_short", State.SHORT), ("approved", State.APPROVED))
            },
            "invoiced": _amount(invoiced),
            "payable": _amount(payable),
            "held_back": _amount(invoiced - payable),
            "chargebacks": _by_cause(charges, CHARGEBACK),
            "short_payments": _by_cause(charges, SHORT_PAYMENT),
        }  # fmt: skip


def _invoice(settlement: Settlement) -> Json:
    taken = settlement.taken
    return {
        "number": taken.invoice.number,
        **taken.receipt.told(),
        "state": settlement.state.value,
        "orders": _distinct(each.purchase_order_number for each in taken.invoice.lines),
        "total": _amount(taken.invoice.total),
        "payable": _amount(settlement.payable),
        "held_back": _amount(NONE if settlement.state is State.REFUSED else taken.invoice.total - settlement.payable),
    }


def _charge(charge: Charge) -> Json:
    finding = charge.finding
    return {
        "kind": charge.kind,
        "charge": finding.charge,
        "rule": finding.rule,
        "subject": finding.subject,
        "purchase_order_number": finding.purchase_order_number,
        "at": finding.at.isoformat(),
        "sentence": finding.sentence,
        "eaches": _number(finding.units),
        "cost": _amount(finding.cost),
        "share": str(charge.share) if charge.share is not None else None,
        "amount": _amount(charge.amount),
        "is_nominal": charge.is_nominal,
        "cause": charge.cause,
        "injected": finding.injected,
        "law": finding.law,
    }


def _by_cause(charges: Iterable[Charge], kind: str) -> Json:
    told: Json = {}
    listed = [each for each in charges if each.kind == kind]
    for cause in (DOCUMENT, INJECTED):
        amounts = [each.amount for each in listed if each.cause == cause]
        told[cause] = {"count": len(amounts), "amount": _amount(sum(amounts, NONE))}
    return told


def _injected(delivery: Delivery) -> Iterator[str]:
    truck = delivery.truck
    for fault in (truck.fault, *(each.fault for each in truck.cartons), *(each.fault for each in truck.left_out)):
        if fault:
            yield fault


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _amount(value: Decimal) -> str:
    return str(to_cents(value))
