"""Every 856 that was taken held against the orders, what was confirmed, and the notices before it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from include.sandbox.amazon.account import Account
from include.sandbox.amazon.findings import KNOWN_PRODUCTS, ONCE_OUT, SHIPPED_AS_PACKED, Finding
from include.sandbox.amazon.goods_book import TakenNotice
from include.sandbox.amazon.notices import NoticeCarton, NoticeItem
from include.sandbox.amazon.order_lines import OrderLines, Product, Units, added, beyond, count, named, product_of
from include.sandbox.amazon.rates import ASN_ACCURACY, OVERAGE

ONE_USE = timedelta(days=365)
MAY_BE_REPLACED = timedelta(days=7)


@dataclass(slots=True)
class NoticeLedger:
    """The notices that have effect: by shipment id its versions, oldest first; which orders they name."""

    lines: OrderLines
    versions: dict[str, list[TakenNotice]] = field(default_factory=dict)
    by_order: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    uses: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))  # of an SSCC
    findings: list[Finding] = field(default_factory=list)

    def latest(self, shipment: str) -> TakenNotice:
        return self.versions[shipment][-1]

    def notified(self, number: str, at: datetime, without: str = "") -> Units:
        """By product of an order what its notices said by then, in eaches."""
        valid = (self._at(each, at) for each in self.by_order.get(number, ()) if each != without)
        return added(self.content(each.notice.cartons, number) for each in valid if each)

    def content(self, cartons: Sequence[NoticeCarton], number: str | None = None) -> Units:
        """What cartons hold, of one order or of all."""
        told = (each for each in cartons if number is None or each.purchase_order_number == number)
        return added(self._item(each.purchase_order_number, item) for each in told for item in each.items)

    def enter(self, taken: TakenNotice) -> None:
        """It has effect from now on."""
        notice, at = taken.notice, taken.receipt.at
        self.versions.setdefault(notice.shipment_number, []).append(taken)
        for number in dict.fromkeys(each.purchase_order_number for each in notice.cartons):
            if notice.shipment_number not in self.by_order[number]:
                self.by_order[number].append(notice.shipment_number)
        for code in codes_of(notice.cartons):
            self.uses[code].append((at, notice.shipment_number))

    def _at(self, shipment: str, at: datetime) -> TakenNotice | None:
        return next((each for each in reversed(self.versions[shipment]) if each.receipt.at <= at), None)

    def _item(self, number: str, item: NoticeItem) -> Units:
        line = self.lines.line(number, item.line_number)
        if line is None or line.item != item.item:
            return {(number, item.item[1]): item.quantity}
        return {product_of(number, line): self.lines.eaches(line, item.quantity, item.unit)}


def check_notices(
    notices: Sequence[TakenNotice], lines: OrderLines, account: Account, arrived: Mapping[str, Sequence[datetime]]
) -> NoticeLedger:
    """`arrived`: by SSCC on a label, when it came, each time."""
    ledger = NoticeLedger(lines)
    for taken in notices:
        if taken.receipt.is_taken:
            check = _NoticeCheck(ledger, taken, account, arrived)
            bars = list(check.bars())
            ledger.findings += bars or check.rest()
            if not bars:
                ledger.enter(taken)
    return ledger


def codes_of(cartons: Sequence[NoticeCarton]) -> list[str]:
    """Each SSCC once, of cartons and pallets."""
    return list(dict.fromkeys(code for each in cartons for code in (each.sscc, each.pallet) if code))


def is_sscc(code: str) -> bool:
    """18 digits of which the last is GS1's check digit."""
    if len(code) != 18 or not code.isdigit():
        return False
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code)))
    return total % 10 == 0


@dataclass(slots=True)
class _NoticeCheck:
    ledger: NoticeLedger
    taken: TakenNotice
    account: Account
    arrived: Mapping[str, Sequence[datetime]]
    _all: Units = field(init=False)

    def __post_init__(self) -> None:
        self._all = self.ledger.content(self.taken.notice.cartons)

    def bars(self) -> Iterator[Finding]:
        """What keeps the notice from having any effect."""
        notice, at = self.taken.notice, self.taken.receipt.at
        before = self.ledger.versions.get(notice.shipment_number, [])
        first = before[0].receipt.at if before else at
        if not notice.is_replacement:
            if before and at - first < ONE_USE:
                yield self._find("856-02", f"the shipment id was used before, on {first:%Y-%m-%d}", law=ONCE_OUT)
            return
        if not before:
            yield self._find("856-11", "it replaces a shipment that was never notified")
        if at - first > MAY_BE_REPLACED:
            yield self._find("856-11", f"it replaces a notice of {first:%Y-%m-%d}, more than seven days ago")
        if any(self._came_between(first, at, code) for code in codes_of(notice.cartons)):
            yield self._find("856-11", "it replaces the notice of goods that have arrived")
        if before and (more := beyond(self._all, self.ledger.content(before[-1].notice.cartons))):
            yield self._find("856-11", f"it raises quantities of the notice that it replaces: {named(more)}", more)

    def rest(self) -> Iterator[Finding]:
        """All else that is wrong with it."""
        yield from self._check_heading()
        yield from self._check_codes()
        yield from self._check_lines()
        numbers = dict.fromkeys(each.purchase_order_number for each in self.taken.notice.cartons)
        for number in numbers:
            yield from self._check_order(number)

    def _check_heading(self) -> Iterator[Finding]:
        notice, account = self.taken.notice, self.account
        today = self.taken.receipt.at.astimezone(ZoneInfo(account.zone)).date()
        shipped, references = notice.shipped_on, notice.references
        if shipped and not -account.days_back <= (shipped - today).days <= account.days_ahead:
            yield self._find("856-03", f"the ship date {shipped} is too far from {today}")
        if shipped and notice.delivery_on and notice.delivery_on < shipped:
            yield self._find("856-03", f"the delivery date {notice.delivery_on} is before the ship date {shipped}")
        is_parcel = any(each.tracking_number for each in notice.cartons)
        if is_parcel and not all(each.tracking_number for each in notice.cartons):
            untracked = [each for each in notice.cartons if not each.tracking_number]
            yield self._find("856-06", "a carton of a small parcel shipment has no tracking number (REF CN)",
                             self.ledger.content(untracked))  # fmt: skip
        if not is_parcel and not references.get("BM"):
            yield self._find(
                "856-06", "there is neither a bill of lading (REF BM) nor a tracking number of each carton"
            )
        if account.is_collect and not references.get("BX"):
            yield self._find("856-06", "Amazon pays the freight and there is no ARN (REF BX)")
        if account.needs_carrier_reference and not references.get("CN"):
            yield self._find("856-06", "the shipment has no carrier reference (REF CN)")
        cartons = len({each.sscc for each in notice.cartons if each.sscc})
        cartons += sum(not each.sscc for each in notice.cartons)
        if notice.carton_count != cartons:
            yield self._find("856-04", f"TD102 says {notice.carton_count} cartons and there are {cartons}")

    def _check_codes(self) -> Iterator[Finding]:
        notice, at = self.taken.notice, self.taken.receipt.at
        for each in notice.cartons:
            holds = self.ledger.content([each])
            if not each.sscc:
                yield self._find("856-07", "a carton has no SSCC", holds)
            if each.pallet == "" and self.account.needs_pallet_sscc:
                yield self._find("856-07", "a pallet has no SSCC", holds)
        times = Counter((each.purchase_order_number, each.sscc) for each in notice.cartons if each.sscc)
        for (number, code), stands in times.items():
            if stands > 1:
                yield self._find("856-07", f"SSCC {code} stands {stands} times under order {number}", self._holds(code))
        for code in codes_of(notice.cartons):
            if not is_sscc(code):
                yield self._find(
                    "856-07", f"{code} is no SSCC: not 18 digits with their check digit", self._holds(code)
                )
            used = [(when, by) for when, by in self.ledger.uses[code] if at - when < ONE_USE]
            others = [(when, by) for when, by in used if by != notice.shipment_number]
            if others:
                when, by = others[-1]
                how = "was used before," if self._came_between(when, at, code) else "is notified twice, also"
                yield self._find("856-07", f"SSCC {code} {how} by {by} on {when:%Y-%m-%d}", self._holds(code),
                                 law=ONCE_OUT)  # fmt: skip

    def _check_lines(self) -> Iterator[Finding]:
        for carton in self.taken.notice.cartons:
            number = carton.purchase_order_number
            for item in carton.items if number in self.ledger.lines.orders else ():
                yield from self._check_item(number, item)

    def _check_item(self, number: str, item: NoticeItem) -> Iterator[Finding]:
        line, name = self.ledger.lines.line(number, item.line_number), f"line {item.line_number} of {number}"
        if line is None:
            yield self._find("856-08", f"{name} was never ordered", {(number, item.item[1]): item.quantity})
            return
        units: Units = {product_of(number, line): self.ledger.lines.eaches(line, item.quantity, item.unit)}
        if line.item != item.item:
            told, asked = " ".join(item.item), " ".join(line.item)
            yield self._find("856-08", f"{name} names {told}, ordered is {asked}", units, law=KNOWN_PRODUCTS)
        if line.unit != item.unit:
            yield self._find("856-08", f"{name} is notified in {item.unit}, ordered in {line.unit}", units)

    def _check_order(self, number: str) -> Iterator[Finding]:
        ledger, notice, at = self.ledger, self.taken.notice, self.taken.receipt.at
        record, holds = ledger.lines.orders.get(number), ledger.content(notice.cartons, number)
        if record is None:
            yield self._find("856-08", f"order {number} was never sent", holds, number, law=SHIPPED_AS_PACKED)
            return
        if record.order.ship_to != notice.ship_to:
            told, asked = "/".join(notice.ship_to), "/".join(record.order.ship_to)
            yield self._find("856-14", f"it goes to {told}, order {number} to {asked}", holds, number)
        confirmed = ledger.lines.confirmed(number, at)
        others = ledger.notified(number, at, without=notice.shipment_number)
        for product, units in beyond(added((others, holds)), confirmed).items():
            more: Units = {product: min(units, holds.get(product, Decimal(0)))}
            if more[product]:
                sentence = f"more is notified than the {confirmed.get(product, 0)} eaches confirmed: {named(more)}"
                yield self._find("856-10", sentence, more, number, charge=OVERAGE)

    def _came_between(self, start: datetime, end: datetime, code: str) -> bool:
        """Whether a carton of that label arrived."""
        return any(start <= at <= end for at in self.arrived.get(code, ()))

    def _holds(self, code: str) -> Units:
        """What a carton, or all on a pallet, holds."""
        return self.ledger.content([each for each in self.taken.notice.cartons if code in (each.sscc, each.pallet)])

    def _find(
        self,
        rule: str,
        sentence: str,
        units: Mapping[Product, Decimal] | None = None,
        number: str | None = None,
        *,
        charge: str = ASN_ACCURACY,
        law: int | None = None,
    ) -> Finding:
        """Without units, all that is notified."""
        held = self._all if units is None else units
        orders = {product[0] for product in held}
        return Finding(rule, charge, f"shipment {self.taken.notice.shipment_number}: {sentence}", self.taken.receipt.at,
                       self.taken.notice.shipment_number, number or (orders.pop() if len(orders) == 1 else None),
                       count(held), self.ledger.lines.cost(held), tuple(held),
                       law=law or SHIPPED_AS_PACKED)  # fmt: skip
