"""The three-way match: order, notices and the inventory system's invoices, line by line and in total, with ours between
them. A pure function whose outcome is a value that lists every disagreement.

Prices of the inventory system are per unit of the SKU and rounded; what that takes from Amazon's price was carried
since the order was placed, and is no difference. Nor is what a line there loses by being rounded to the cent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum

from include.amazon.invoices import Invoice
from include.invoices.values import NOTHING, Goods, SaleInvoice, together
from include.money import CENT
from include.relationships.billing import Invoices
from include.ship_notices.ledger import InvoicedLine

HALF = Decimal("0.5")
WORKING_DIGITS = 60
Number = Decimal | str | None


class What(StrEnum):
    """What differs."""

    QUANTITY = "quantity"
    PRICE = "price"
    UNIT = "unit"
    IDENTIFIER = "identifier"
    PRODUCT = "product"
    CHARGE = "charge"
    TAX = "tax"
    TOTAL = "total"


MONEY = {What.PRICE, What.CHARGE, What.TAX, What.TOTAL}
CENT_PLACES = 2


class Side(StrEnum):
    """Where to put it right."""

    ORDER = "the order"
    NOTICE = "the shipping notice"
    OURS = "the invoice that was built"
    ERP = "the invoice in the inventory system"
    SETTINGS = "the relationship's settings"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What differs, where, as each of the three has it, and which of them is to be put right."""

    what: What
    ordered: Number
    notified: Number
    invoiced: Number
    put_right: Side
    purchase_order_number: str | None = None
    line_number: str | None = None
    sku: str | None = None
    note: str | None = None

    @property
    def sentence(self) -> str:
        """A row of a table: where, what, and the three side by side."""
        place = " ".join(
            part
            for part in (
                f"Order {self.purchase_order_number}" if self.purchase_order_number else "All",
                f"line {self.line_number}" if self.line_number else "",
                f"({self.sku})" if self.sku else "",
            )
            if part
        )
        least = CENT_PLACES if self.what in MONEY else 0
        ordered, notified, invoiced = (_told(each, least) for each in (self.ordered, self.notified, self.invoiced))
        three = f"order {ordered} | notice {notified} | invoice {invoiced}"
        return f"{place}, {self.what}: {three}{f' ({self.note})' if self.note else ''}."


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome."""

    disagreements: tuple[Disagreement, ...]

    @property
    def agrees(self) -> bool:
        return not self.disagreements

    @property
    def text(self) -> str:
        """All of it in sentences, the same for the same disagreements."""
        return "\n".join(each.sentence for each in self.disagreements)


@dataclass(frozen=True, slots=True)
class Known:
    """What else the match has to know: charges that other invoices of the orders bill, and how prices are rounded."""

    charged_before: Container[str] = ()
    is_tax_confirmed: bool = False
    price_places: int = 4


def match(
    ours: Invoice, goods: Sequence[Goods], third: Sequence[SaleInvoice], settings: Invoices, known: Known
) -> Match:
    """Every disagreement between what was ordered, notified and invoiced, beyond what the relationship tolerates."""
    with localcontext(prec=WORKING_DIGITS):
        return Match(
            (
                *_beside_orders(goods, known),
                *_beside_ours(ours, goods),
                *_beside_products(goods, third, settings),
                *_charges(third, settings, known),
                *_taxes(third, known),
                *_total(ours, goods, third, settings),
            )
        )


def _beside_orders(goods: Sequence[Goods], known: Known) -> Iterator[Disagreement]:
    """What was notified beside what was ordered and confirmed: units, quantities, products and their prices."""
    for (order, number), parts in together(goods).items():
        line = parts[0].line
        quantity = sum((each.quantity for each in parts), NOTHING)
        where = {"purchase_order_number": order, "line_number": number, "sku": parts[0].sku}
        if any(each.unit != line.unit for each in parts):
            units = "/".join(sorted({each.unit for each in parts}))
            yield Disagreement(What.UNIT, line.unit, units, None, Side.ORDER, **where)
        if parts[0].billed + quantity > line.confirmed:
            sum_note = f"{_told(parts[0].billed)} billed before" if parts[0].billed else None
            yield Disagreement(
                What.QUANTITY, line.confirmed, parts[0].notified, quantity, Side.NOTICE, **where, note=sum_note
            )
        if line.identifier is None:
            yield Disagreement(What.IDENTIFIER, None, None, None, Side.ORDER, **where)
        if line.is_per_each and line.eaches is None:
            note = f"the price is per each, and how many are in one {line.unit} is not known"
            yield Disagreement(What.UNIT, line.unit, parts[0].unit, None, Side.ORDER, **where, note=note)
            continue
        for each in parts:
            yield from _prices_of_order(each, where, known)


def _prices_of_order(each: Goods, where: dict[str, str], known: Known) -> Iterator[Disagreement]:
    """Amazon's price beside that of the SKU, which is its rounding."""
    if each.sku_price is None:
        yield Disagreement(What.PRODUCT, "none", each.sku, None, Side.ORDER, **where)
        return
    worth = each.quantity * each.line.priced_units * each.line.price
    if abs(worth - each.sku_quantity * each.sku_price) > each.sku_quantity * HALF.scaleb(-known.price_places):
        note = "the price of the SKU is not what Amazon's price comes to"
        yield Disagreement(What.PRICE, each.line.price, None, each.sku_price, Side.ORDER, **where, note=note)


def _beside_ours(ours: Invoice, goods: Sequence[Goods]) -> Iterator[Disagreement]:
    """The invoice that was built beside the notices and the orders' prices."""
    by_line = together(goods)
    for line in ours.lines:
        parts = by_line.pop(line.key, [])
        where = {"purchase_order_number": line.purchase_order_number, "line_number": line.line_number}
        notified = sum((each.quantity for each in parts), NOTHING)
        if notified != line.quantity:
            yield Disagreement(What.QUANTITY, None, notified, line.quantity, Side.OURS, **where)
        for each in parts[:1]:
            if each.line.price != line.unit_price:
                yield Disagreement(What.PRICE, each.line.price, None, line.unit_price, Side.OURS, **where)
            if each.line.identifier not in (None, line.identifier):
                told = str(each.line.identifier), None, str(line.identifier)
                yield Disagreement(What.IDENTIFIER, *told, Side.OURS, **where)
    for (order, number), parts in by_line.items():
        quantity = sum((each.quantity for each in parts), NOTHING)
        yield Disagreement(What.QUANTITY, None, quantity, NOTHING, Side.OURS, order, number)


def _beside_products(
    goods: Sequence[Goods], third: Sequence[SaleInvoice], settings: Invoices
) -> Iterator[Disagreement]:
    """What was notified of each SKU of a sale beside what the inventory system invoices of it, and at which price."""
    shipped, invoiced = _by_product(goods), _invoiced(third)
    orders = {each.sale.sale_key: each.line.order.purchase_order_number for each in goods}
    for key in {**shipped, **invoiced}:
        parts, lines = shipped.get(key, []), invoiced.get(key, [])
        notified, quantity = _units(parts), sum((line.quantity for line in lines), NOTHING)
        numbers = ", ".join(dict.fromkeys(each.line.line_number for each in parts)) or None
        where = {"purchase_order_number": orders[key[0]], "line_number": numbers, "sku": key[1]}
        if not parts and (quantity or sum(line.total for line in lines)):
            yield Disagreement(What.PRODUCT, NOTHING, NOTHING, quantity, Side.ERP, **where)
        elif abs(notified - quantity) > settings.quantity_tolerance:
            yield Disagreement(What.QUANTITY, _confirmed(parts), notified, quantity, Side.ERP, **where)
        prices = {each.sku_price for each in parts if each.sku_price is not None}
        for price, line in ((price, line) for price in prices for line in lines):
            if abs(line.price - price) > settings.price_tolerance:
                yield Disagreement(What.PRICE, price, None, line.price, Side.ERP, **where)
        for line in lines:
            if abs(line.total - line.quantity * line.price) > CENT * HALF:
                worth = line.quantity * line.price
                yield Disagreement(What.TOTAL, worth, None, line.total, Side.ERP, **where)


def _charges(third: Sequence[SaleInvoice], settings: Invoices, known: Known) -> Iterator[Disagreement]:
    for description, amount in (charge for each in third for charge in each.told.charges if charge[1]):
        code = settings.charges.get(description)
        if code is None:
            note = f"{description!r} has no code under invoices.charges"
            yield Disagreement(What.CHARGE, NOTHING, NOTHING, amount, Side.SETTINGS, note=note)
        elif code in known.charged_before:
            note = f"{description!r} stands on another invoice of the order already"
            yield Disagreement(What.CHARGE, NOTHING, NOTHING, amount, Side.ERP, note=note)


def _taxes(third: Sequence[SaleInvoice], known: Known) -> Iterator[Disagreement]:
    tax = sum((each.told.tax for each in third), NOTHING)
    if tax and not known.is_tax_confirmed:
        yield Disagreement(What.TAX, NOTHING, NOTHING, tax, Side.ERP, note="line_total_confirmed is not set")


def _total(
    ours: Invoice, goods: Sequence[Goods], third: Sequence[SaleInvoice], settings: Invoices
) -> Iterator[Disagreement]:
    """The inventory system's total beside what was notified at its own prices, with its charges and tax."""
    invoiced = sum((each.told.total for each in third), NOTHING)
    worth = sum((each.sku_quantity * (each.sku_price or NOTHING) for each in goods), NOTHING)
    beside = sum((amount for each in third for _, amount in each.told.charges), NOTHING)
    beside += sum((each.told.tax for each in third), NOTHING)
    lines = [line for each in third for line in each.told.lines]
    rounded = sum((CENT * HALF for line in lines if line.quantity * line.price % CENT), NOTHING)
    if abs(invoiced - worth - beside) > settings.total_tolerance + rounded + _tolerated(goods, third, settings):
        yield Disagreement(What.TOTAL, ours.total, worth + beside, invoiced, Side.ERP)


def _tolerated(goods: Sequence[Goods], third: Sequence[SaleInvoice], settings: Invoices) -> Decimal:
    """What differences of quantity and price within their tolerances come to."""
    shipped, amount = _by_product(goods), NOTHING
    for key, lines in _invoiced(third).items():
        parts = shipped.get(key, [])
        price = parts[0].sku_price if parts else None
        if price is not None:
            quantity = sum((line.quantity for line in lines), NOTHING)
            off = abs(quantity - _units(parts))
            amount += min(off, settings.quantity_tolerance) * price
            amount += sum(
                (abs(line.quantity) * min(abs(line.price - price), settings.price_tolerance) for line in lines),
                NOTHING,
            )
    return amount


def _by_product(goods: Sequence[Goods]) -> dict[tuple[int, str], list[Goods]]:
    found: dict[tuple[int, str], list[Goods]] = defaultdict(list)
    for each in goods:
        found[each.sale.sale_key, each.sku].append(each)
    return found


def _invoiced(third: Sequence[SaleInvoice]) -> dict[tuple[int, str], list[InvoicedLine]]:
    found: dict[tuple[int, str], list[InvoicedLine]] = defaultdict(list)
    for each in third:
        for line in each.told.lines:
            found[each.sale_key, line.sku].append(line)
    return found


def _units(goods: Sequence[Goods]) -> Decimal:
    return sum((each.sku_quantity for each in goods), NOTHING)


def _confirmed(goods: Sequence[Goods]) -> Decimal:
    """What was confirmed of these lines, in units of the SKU."""
    units = sum((each.line.confirmed * each.sku_quantity / each.quantity for each in goods), NOTHING)
    return units.quantize(Decimal("0.0001"))


def _told(number: Number, least_places: int = 0) -> str:
    if not isinstance(number, Decimal):
        return number or "-"
    places = max(least_places, -int(number.normalize().as_tuple().exponent))
    return f"{number:.{places}f}"
