"""Every 810 that was taken held against order, acknowledgement, notices and what was received; what is paid of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from include.sandbox.amazon.account import Account, Address, Terms
from include.sandbox.amazon.delivery_checks import DeliveryCheck
from include.sandbox.amazon.findings import BILLED_AS_SHIPPED, NONE, ONCE_OUT, SHORT_PAYMENT, Charge, Finding
from include.sandbox.amazon.goods_book import TakenInvoice
from include.sandbox.amazon.invoices import Invoice, InvoiceLine, to_cents
from include.sandbox.amazon.order_lines import Product, Units, added, product_of
from include.sandbox.amazon.reading import read_number
from include.sandbox.amazon.scenario import Line

REJECTION, PRICE_CLAIM, SHORTAGE_CLAIM = "invoice rejected", "price claim", "shortage claim"


class State(StrEnum):
    """Of an invoice."""

    REFUSED = "refused"  # by its 997
    REJECTED = "rejected"
    SHORT = "paid short"
    APPROVED = "approved for payment"


@dataclass(slots=True)
class Settlement:
    """What Amazon pays of an invoice, and what it holds back for which reason."""

    taken: TakenInvoice
    state: State
    payable: Decimal = NONE
    charges: list[Charge] = field(default_factory=list)


@dataclass(slots=True)
class InvoiceCheck:
    """All invoices, as they came."""

    check: DeliveryCheck
    account: Account
    settlements: list[Settlement] = field(default_factory=list)
    _numbers: set[str] = field(default_factory=set)
    _billed: Units = field(default_factory=dict)
    _counted: Units = field(init=False)
    _came: Units = field(init=False)

    def __post_init__(self) -> None:
        pending = added(self._pending())
        self._counted = added([*self.check.counted.values(), pending])
        self._came = added([*self.check.here.values(), pending])

    def settle(self, invoices: Sequence[TakenInvoice]) -> list[Settlement]:
        """In the order in which they came; the first to bill units that came is the one that is paid."""
        for taken in invoices:
            self.settlements.append(self._settle(taken) if taken.receipt.is_taken else Settlement(taken, State.REFUSED))
        return self.settlements

    def _settle(self, taken: TakenInvoice) -> Settlement:
        invoice, at = taken.invoice, taken.receipt.at
        if bars := list(self._bars(invoice, at)):
            self._numbers.add(invoice.number)
            first, *others = bars
            charges = [
                Charge(first, SHORT_PAYMENT, invoice.total),
                *(Charge(each, SHORT_PAYMENT, NONE) for each in others),
            ]
            return Settlement(taken, State.REJECTED, charges=charges)
        self._numbers.add(invoice.number)
        charges = [charge for line in invoice.lines for charge in self._check_line(invoice, line, at)]
        held = sum((each.amount for each in charges), NONE)
        return Settlement(taken, State.SHORT if charges else State.APPROVED, invoice.total - held, charges)

    def _bars(self, invoice: Invoice, at: datetime) -> Iterator[Finding]:
        """What keeps the whole invoice from being paid."""
        today = at.astimezone(ZoneInfo(self.account.zone)).date()
        if invoice.number in self._numbers:
            yield self._bar(invoice, at, "810-01", "its number was used before", ONCE_OUT)
        if invoice.day and invoice.day > today:
            yield self._bar(invoice, at, "810-01", f"it is dated {invoice.day}, ahead of {today}")
        if invoice.currency != self.account.currency:
            yield self._bar(invoice, at, "810-03", f"it is in {invoice.currency}, agreed is {self.account.currency}")
        lines = sum((self._amount(each) for each in invoice.lines), NONE)
        if lines + invoice.extras != invoice.total:
            yield self._bar(
                invoice, at, "810-03", f"TDS says {invoice.total}, its parts come to {lines + invoice.extras}"
            )
        if self.account.bill_to and not _is_same_party(self.account.bill_to, invoice.parties["BT"]):
            yield self._bar(invoice, at, "810-04", "the bill-to is not as Amazon's records have it")
        if self.account.terms and not _is_agreed(self.account.terms, invoice.terms):
            yield self._bar(invoice, at, "810-03", f"the terms {'/'.join(invoice.terms)} are not those agreed")
        orders = dict.fromkeys(each.purchase_order_number for each in invoice.lines)
        if len(orders) > 1 and not self.account.takes_several_orders:
            yield self._bar(invoice, at, "810-05", f"it bills {len(orders)} orders, one is allowed")
        records = [self.check.ledger.lines.orders[each] for each in orders if each in self.check.ledger.lines.orders]
        if invoice.day and any(invoice.day < each.order.ordered_on for each in records):
            yield self._bar(invoice, at, "810-01", f"it is dated {invoice.day}, before its order")

    def _check_line(self, invoice: Invoice, told: InvoiceLine, at: datetime) -> Iterator[Charge]:
        """Each reason for which less than the line's amount is paid, with the difference."""
        name, amount = f"line {told.line_number} of {told.purchase_order_number}", self._amount(told)
        line = self._ordered(told)
        if line is None:
            sentence = f"{name} bills {' '.join(told.item)}, which the order does not ask for"
            yield self._hold(invoice, told, at, "810-02", REJECTION, sentence, amount)
            return
        if line.unit != told.unit:
            sentence = f"{name} is billed in {told.unit}, ordered in {line.unit}"
            yield self._hold(invoice, told, at, "810-02", REJECTION, sentence, amount)
            return
        eaches, product = told.quantity * line.eaches, product_of(told.purchase_order_number, line)
        paid = min(amount, to_cents(eaches * line.unit_price))
        if told.quantity * told.price * (line.eaches if self._is_per_each(told) else 1) != eaches * line.unit_price:
            sentence = f"{name} is billed at {told.price}, acknowledged were {line.unit_price} an each"
            yield self._hold(invoice, told, at, "810-02", PRICE_CLAIM, sentence, amount - paid)
        yield from self._check_units(invoice, told, at, product, eaches, paid)

    def _check_units(
        self, invoice: Invoice, told: InvoiceLine, at: datetime, product: Product, eaches: Decimal, paid: Decimal
    ) -> Iterator[Charge]:
        name = f"line {told.line_number} of {told.purchase_order_number}"
        before = self._billed.get(product, NONE)
        notified = self.check.ledger.notified(product[0], at).get(product, NONE)
        counted, came = (units.get(product, NONE) for units in (self._counted, self._came))
        self._billed[product] = before + eaches
        left, worth = eaches, paid
        limits = (
            (
                notified,
                "was notified as shipped" if before < notified or not notified else "is not billed already",
                None,
            ),
            (came, "was received", self.check.trace([product])),
            (counted, "was received", "Amazon counted fewer than came"),
        )
        for limit, what, why in limits:
            allowed = max(NONE, min(left, limit - before))
            if allowed < left:
                rest = to_cents(paid * allowed / eaches)
                sentence = f"{name} bills {left.normalize():f} eaches, only {allowed.normalize():f} of it {what}"
                yield self._hold(
                    invoice, told, at, "810-02", SHORTAGE_CLAIM, sentence, worth - rest, left - allowed, why
                )
                left, worth = allowed, rest

    def _ordered(self, told: InvoiceLine) -> Line | None:
        found = [each for each in self.check.ledger.lines.all(told.purchase_order_number) if each.item == told.item]
        return next((each for each in found if each.line_number == told.line_number), found[0] if found else None)

    def _is_per_each(self, told: InvoiceLine) -> bool:
        return told.is_per_each(self.account.price_is_per)

    def _amount(self, told: InvoiceLine) -> Decimal:
        """Of a line, in whole cents."""
        line = self._ordered(told)
        per_unit = line.eaches if line and line.unit == told.unit and self._is_per_each(told) else 1
        return to_cents(told.quantity * told.price * per_unit)

    def _pending(self) -> Iterator[Units]:
        """What was notified and may still come."""
        check = self.check
        for each in check.unloading.cartons:
            if each.notified and not each.delivery.has_arrived(check.now):
                yield check.ledger.content(each.notified.holds)
        for notified in check.unloading.absent:
            until = check.awaited_until(notified.shipment)
            if until is None or until > check.now:
                yield check.ledger.content(notified.holds)

    def _bar(self, invoice: Invoice, at: datetime, rule: str, sentence: str, law: int = BILLED_AS_SHIPPED) -> Finding:
        return Finding(rule, REJECTION, f"invoice {invoice.number}: {sentence}", at, invoice.number,
                       law=law, cost=invoice.total)  # fmt: skip

    def _hold(
        self,
        invoice: Invoice,
        told: InvoiceLine,
        at: datetime,
        rule: str,
        charge: str,
        sentence: str,
        amount: Decimal,
        units: Decimal = NONE,
        injected: str | None = None,
    ) -> Charge:
        finding = Finding(rule, charge, f"invoice {invoice.number}: {sentence}", at, invoice.number,
                          told.purchase_order_number, units, amount, (), injected, BILLED_AS_SHIPPED)  # fmt: skip
        return Charge(finding, SHORT_PAYMENT, amount)


def _is_same_party(record: Address, told: Address) -> bool:
    """To the letter; the id only where the record has one."""
    ids = (told.qualifier, told.identifier) == (record.qualifier, record.identifier) or not record.identifier
    names = ("name", "lines", "city", "state", "postal_code", "country")
    return ids and all(getattr(record, each) == getattr(told, each) for each in names)


def _is_agreed(agreed: Terms, told: Sequence[str]) -> bool:
    numbers = tuple(read_number(each) for each in told[2:])
    return (*told[:2], *numbers) == (agreed.type_code, agreed.basis_code, agreed.net_days, agreed.discount_percent,
                                     agreed.discount_days)  # fmt: skip
