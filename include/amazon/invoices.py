"""The values of an invoice (810), in Amazon's own units and prices, and what of them comes to which amount.

Element numbers in the comments are those of Amazon's retail guide (4010). Amounts are whole cents; a line's is its
quantity times its price, rounded half up, and every total is the sum of such amounts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

from include.amazon.orders import Party
from include.identifiers import ItemIdentifier
from include.money import CENT

LineKey = tuple[str, str]  # purchase order number, line number

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)  # the widest quantity times the widest price loses no digit


@dataclass(frozen=True, slots=True)
class Tax:
    """A TXI; `rate` is a fraction (0.0825), for information: the amount is what counts."""

    type_code: str
    amount: Decimal
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Charge:
    """A SAC of the whole invoice; the amount is above zero, `is_allowance` says that it is taken off."""

    is_allowance: bool
    code: str
    amount: Decimal
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The ITD: ITD01, ITD02, net days, and a discount for paying within its days."""

    type_code: str
    basis_code: str
    net_days: int
    discount_percent: Decimal | None = None
    discount_days: int | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An IT1, numbered as in its order. `taxes` stand on lines in some countries only.

    The price is per `unit`, or per each of `priced_units` in one: that does not stand on the wire, where a price per
    each (IT105 PE) of a case says so alone.
    """

    line_number: str
    purchase_order_number: str
    identifier: ItemIdentifier
    quantity: Decimal
    unit: str
    unit_price: Decimal
    taxes: tuple[Tax, ...] = ()
    priced_units: Decimal = Decimal(1)

    @property
    def key(self) -> LineKey:
        """What tells the line from every other, in this invoice and in the ledger."""
        return (self.purchase_order_number, self.line_number)

    @property
    def amount(self) -> Decimal:
        """Quantity times price, rounded half up to the cent."""
        priced = _EXACT.multiply(self.quantity, self.priced_units)
        return _EXACT.quantize(_EXACT.multiply(priced, self.unit_price), CENT)


@dataclass(frozen=True, slots=True)
class Invoice:
    """An 810 before its bytes. `taxes` are those of the whole invoice, those of its lines among them."""

    invoice_number: str
    invoiced_on: date
    currency: str
    bill_to: Party
    remit_to: Party
    terms: Terms
    lines: tuple[InvoiceLine, ...]
    ordered_on: date | None = None
    purchase_order_number: str | None = None  # BIG04, of an invoice over one order
    ship_from: Party | None = None
    ship_to: Party | None = None
    charges: tuple[Charge, ...] = ()
    taxes: tuple[Tax, ...] = ()

    @property
    def lines_total(self) -> Decimal:
        """The sum of the lines' amounts."""
        return _sum(line.amount for line in self.lines)

    @property
    def total(self) -> Decimal:
        """What is to be paid: lines, and charges, less allowances, and tax."""
        charges = _sum(-each.amount if each.is_allowance else each.amount for each in self.charges)
        return self.lines_total + charges + _sum(tax.amount for tax in self.taxes)


@dataclass(frozen=True, slots=True)
class Billable:
    """What of an order's line was notified and is not billed yet."""

    identifier: ItemIdentifier
    quantity: Decimal
    unit: str


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
