"""From stock to levels: what Amazon is told of each listed item, in whole units of its own.

Amazon orders each item by its own level, so items that draw on the same stock share it out: no unit stands in two
levels of a relationship. The largest units choose first, for what is left of them still fills small ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

from include.catalogue.ratios import as_decimal, exact
from include.catalogue.units import to_order_units, to_sku_units
from include.identifiers import ItemIdentifier
from include.inventory.claims import Claims
from include.inventory.counting import Shelves
from include.inventory.sellable import StockGroup, Terms, offer
from include.inventory.values import NOTHING, ONE, Level, Listed, Rule, Sellable, Step
from include.money import Rounding, round_to
from include.relationships.inventory import SharedStock

CENTS = 2
NO_CLAIMS = Claims()


def doubled(items: Iterable[Listed]) -> dict[ItemIdentifier, tuple[str, ...]]:
    """Identifiers that stand on several SKUs, with those: nobody knows which stock is theirs, so they get no level."""
    first: dict[ItemIdentifier, str] = {}
    skus: dict[ItemIdentifier, set[str]] = {}
    for item in items:
        other = first.setdefault(item.identifier, item.sku)
        if other != item.sku:
            skus.setdefault(item.identifier, {other}).add(item.sku)
    return {identifier: tuple(sorted(found)) for identifier, found in skus.items()}


def levels(
    items: Iterable[Listed],
    found: Mapping[str, Shelves],
    terms: Terms,
    claims: Claims = NO_CLAIMS,
) -> Iterator[Level]:
    """The level of each item, those that share stock one after the other.

    All items of a stock SKU must be among `items`, and all their SKUs in what was read, or they share it out wrongly.
    """
    known = tuple(items)
    unknown = doubled(known)
    groups: dict[str, dict[ItemIdentifier, Listed]] = defaultdict(dict)  # one that is listed twice is one item
    for item in known:
        if item.identifier not in unknown:
            groups[item.stock_key][item.identifier] = item
    for stock_key, members in groups.items():
        yield from _share_out(stock_key, tuple(members.values()), found, terms, claims)


def _share_out(
    stock_key: str,
    members: Sequence[Listed],
    found: Mapping[str, Shelves],
    terms: Terms,
    claims: Claims,
) -> Iterator[Level]:
    group = StockGroup(
        stock_key,
        {item.sku: item.stock_factor for item in members if item.sku != stock_key},
        {item.sku: item.tags for item in members},
    )
    pool = _Pool(offer(group, found, terms, claims), members, terms)
    for item in sorted(members, key=_by_size) if len(members) > 1 else members:
        yield pool.draw(item)


def _by_size(item: Listed) -> tuple[object, ...]:
    return -exact(item.sku_units) * exact(item.stock_factor), item.sku, str(item.identifier)


class _Pool:
    """What is left of the stock SKU and of each SKU that lies there made, while items choose."""

    def __init__(self, offered: Mapping[str, Sellable], members: Sequence[Listed], terms: Terms) -> None:
        self.offered = offered
        self.left = {sku: each.quantity for sku, each in offered.items()}
        self.waiting = Counter(item.sku for item in members)
        self.items = len(members)
        self.terms = terms
        self.divides = terms.settings.shared_stock is SharedStock.DIVIDE

    def draw(self, item: Listed) -> Level:
        """The item's level; what it needs is gone for those after it."""
        there = self._share(item.stock_key, sum(self.waiting.values()))
        if item.sku == item.stock_key:
            made, units, steps = NOTHING, there, self.offered[item.stock_key].steps
        else:
            made = self._share(item.sku, self.waiting[item.sku])
            units = max(made + _whole(there / item.stock_factor), NOTHING)
            steps = self._steps_of_both(item, made, there)
        self.waiting[item.sku] -= 1
        level = _level(item, units, self._with_division(item, units, steps), self.terms)
        if self.divides:
            used = to_sku_units(level.quantity, item.sku_units)
            from_made = min(used, max(made, NOTHING))
            if item.sku != item.stock_key:
                self.left[item.sku] -= from_made
            self.left[item.stock_key] -= (used - from_made) * item.stock_factor
        return level

    def _share(self, sku: str, waiting: int) -> Decimal:
        left = self.left[sku]
        return _whole(left / waiting) if self.divides and waiting > 1 and left > 0 else left

    def _steps_of_both(self, item: Listed, made: Decimal, there: Decimal) -> tuple[Step, ...]:
        note = f"{made:f} made already, and as many as {there:f} of {item.stock_key} make"
        units = max(made + _whole(there / item.stock_factor), NOTHING)
        base, own = self.offered[item.stock_key], self.offered[item.sku]
        return (*base.steps, *own.steps, Step(Rule.MADE, units, note))

    def _with_division(self, item: Listed, units: Decimal, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        if self.items == 1 or not self.divides:
            return steps
        return (*steps, Step(Rule.DIVIDED, units, f"the share of one of {self.items} items that draw on this stock"))


def _level(item: Listed, units: Decimal, steps: tuple[Step, ...], terms: Terms) -> Level:
    """Capped, and in whole units of Amazon's that are whole units of the SKU too."""
    told: list[Step] = []
    cap = terms.settings.cap.of(item.sku, item.tags)
    if cap is not None and cap < units:
        units = cap
        told.append(Step(Rule.CAP, units, f"never more than {cap:f}"))
    quantity = _whole(units) if item.sku_units == ONE else _in_amazons_units(_whole(units), item.sku_units)
    if quantity != units:
        told.append(Step(Rule.WHOLE_UNITS, quantity, f"whole {item.unit}: {_ratio_in_words(item)}"))
    price = item.list_price
    if price is not None and item.sku_units != ONE:
        price = round_to(as_decimal(exact(price) * exact(item.sku_units)), CENTS, Rounding.HALF_UP)
    return Level(
        sku=item.sku,
        identifier=item.identifier,
        unit=item.unit,
        quantity=quantity,
        steps=(*steps, *told) if told else steps,
        stock_key=item.stock_key,
        tags=item.tags,
        price=price,
    )


def _in_amazons_units(units: Decimal, sku_units: Decimal) -> Decimal:
    """As many as are whole units of the SKU: of three to a SKU's one only multiples of three can be ordered."""
    whole = to_order_units(units, sku_units)
    step = Decimal(exact(sku_units).denominator)
    return whole // step * step


def _ratio_in_words(item: Listed) -> str:
    ratio = exact(item.sku_units)
    amazons = f"one {item.unit} is" if ratio.denominator == 1 else f"{ratio.denominator} {item.unit} are"
    return f"{amazons} {ratio.numerator} of {item.sku}"


def _whole(quantity: Decimal) -> Decimal:
    return quantity.to_integral_value(ROUND_FLOOR)
