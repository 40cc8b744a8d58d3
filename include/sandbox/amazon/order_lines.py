"""The lines of all orders as documents and goods name them, and their products counted in eaches.

Lines of one order that are served by one SKU are one product: their goods cannot be told apart on a truck.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from include.sandbox.amazon.order_book import OrderRecord
from include.sandbox.amazon.scenario import Line

Product = tuple[str, str]  # the order's number, and the SKU, or the item id where the vendor knows none
Units = dict[Product, Decimal]
EACH = "EA"


@dataclass(frozen=True, slots=True)
class OrderLines:
    """Looks up in the order book."""

    orders: Mapping[str, OrderRecord]
    _found: dict[str, list[Line]] = field(default_factory=dict)

    def all(self, number: str) -> list[Line]:
        """Every line that the order ever had, as it last stood."""
        if number not in self._found:
            record = self.orders.get(number)
            found = {line.line_number: line for each in record.revisions for line in each.order.lines} if record else {}
            self._found[number] = list(found.values())
        return self._found[number]

    def line(self, number: str, line_number: str) -> Line | None:
        """A line by its number."""
        return next((each for each in self.all(number) if each.line_number == line_number), None)

    def named(self, number: str, item: str, line_number: str = "") -> Line | None:
        """A line by its item id, with or without its qualifier, or its SKU; of several, that of the line number."""
        found = [each for each in self.all(number) if item in (" ".join(each.item), each.item[1], each.sku)]
        return next((each for each in found if each.line_number == line_number), found[0] if found else None)

    def product(self, number: str, item: str) -> Product:
        """The product of what lies in a carton."""
        line = self.named(number, item)
        return product_of(number, line) if line else (number, item)

    def eaches(self, line: Line, quantity: Decimal, unit: str) -> Decimal:
        """A quantity of a line; a unit that is not the line's counts as it says."""
        return quantity if unit == EACH != line.unit else quantity * line.eaches

    def confirmed_lines(self, number: str, at: datetime) -> dict[str, Decimal]:
        """By line number what was promised by then, in the line's unit."""
        record = self.orders.get(number)
        given = [each for each in record.given if each.is_accepted and each.at <= at] if record else []
        return {each.line_number: each.promised for each in given[-1].outcomes} if given else {}

    def confirmed(self, number: str, at: datetime) -> Units:
        """By product what was promised by then, in eaches; nothing of what the order asks for no more."""
        promised, found = self.confirmed_lines(number, at), defaultdict[Product, Decimal](Decimal)
        for line in self.all(number):
            if line.line_number in promised:
                units = min(promised[line.line_number], line.quantity)
                found[product_of(number, line)] += units * line.eaches
        return dict(found)

    def price(self, product: Product) -> Decimal:
        """What an each costs; nothing where it was never ordered."""
        lines = [each for each in self.all(product[0]) if product_of(product[0], each) == product]
        return lines[0].unit_price if lines else Decimal(0)

    def cost(self, units: Mapping[Product, Decimal]) -> Decimal:
        """What they cost."""
        return sum((self.price(product) * eaches for product, eaches in units.items()), Decimal(0))


def product_of(number: str, line: Line) -> Product:
    """The product of an order's line."""
    return number, line.sku or line.item[1]


def added(parts: Iterable[Mapping[Product, Decimal]]) -> Units:
    """The sums."""
    total: Units = defaultdict(Decimal)
    for part in parts:
        for product, eaches in part.items():
            total[product] += eaches
    return dict(total)


def beyond(units: Mapping[Product, Decimal], limit: Mapping[Product, Decimal]) -> Units:
    """What is more than the limit."""
    more = {product: eaches - limit.get(product, Decimal(0)) for product, eaches in units.items()}
    return {product: eaches for product, eaches in more.items() if eaches > 0}


def count(units: Mapping[Product, Decimal]) -> Decimal:
    """All eaches of them."""
    return sum(units.values(), Decimal(0))


def named(units: Mapping[Product, Decimal]) -> str:
    """For a sentence."""
    return ", ".join(f"{eaches.normalize():f} of {product[1]} for {product[0]}" for product, eaches in units.items())
