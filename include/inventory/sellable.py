"""What one sale could have of a stock SKU and of the SKUs that are made of it.

Where a sale allocates from one location, that is the best single one, for all SKUs that draw on the same stock alike.
A SKU that is made of another is told with what its base would make: only the rest of it lies there made, and no more
than is on hand, for the two were read at different moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from include.inventory.claims import Claims
from include.inventory.counting import Counting, Shelves, Tally
from include.inventory.keeping_back import Trail, keep_back, plain
from include.inventory.values import NOTHING, Rule, Sellable, Step
from include.relationships.inventory import Inventory
from include.relationships.model import Relationship

NO_SHELVES = Shelves()
NO_TALLY = Tally()


@dataclass(frozen=True, slots=True)
class StockGroup:
    """A stock SKU and the SKUs that are made of it, with the factor and tags of each."""

    stock_key: str
    factors: Mapping[str, Decimal]  # of those that are made
    tags: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Terms:
    """How stock is offered."""

    settings: Inventory
    counting: Counting
    one_location: bool

    @classmethod
    def of(cls, relationship: Relationship, today: date) -> Terms:
        """The relationship's own; `today` in its zone."""
        counting = Counting.of(relationship, today)
        return cls(relationship.inventory, counting, relationship.stock.one_location)


@dataclass(frozen=True, slots=True)
class _There:
    """A SKU where a sale would draw it: what is told of it, and what each rule leaves."""

    told: Decimal
    shown: Decimal
    without_quarantine: Decimal
    counted: Decimal
    on_hand: Decimal
    note: str


def offer(group: StockGroup, found: Mapping[str, Shelves], terms: Terms, claims: Claims) -> dict[str, Sellable]:
    """What may be offered of the stock SKU, and of each SKU that is made of it what lies there made."""
    if not terms.one_location:
        return _offer_at(None, group, found, terms, claims)
    places = _places(group, found, terms.counting)
    if len(places) == 1:
        return _offer_at(places[0], group, found, terms, claims)
    best = max(places, key=lambda place: _worth(place, group, found))
    offered = _offer_at(best, group, found, terms, claims)
    return {sku: _beside_others(each, found.get(sku, NO_SHELVES)) for sku, each in offered.items()}


def _places(group: StockGroup, found: Mapping[str, Shelves], counting: Counting) -> Sequence[str]:
    """Where there is any of it, in the relationship's order; the first location where there is none anywhere."""
    skus = (group.stock_key, *group.factors)
    held = {place for sku in skus for place in found.get(sku, NO_SHELVES).tallies}
    places = [place for place in counting.locations.values() if place in held]
    return places or list(counting.locations.values())[:1]


def _worth(place: str, group: StockGroup, found: Mapping[str, Shelves]) -> Decimal:
    """What counts there of all of them, in units of the stock SKU."""
    base = found.get(group.stock_key, NO_SHELVES).tallies.get(place, NO_TALLY)
    worth = max(base.counted, NOTHING)
    for sku, factor in group.factors.items():
        tally = found.get(sku, NO_SHELVES).tallies.get(place, NO_TALLY)
        own = min(tally.available - _would_be_made(base.available, factor), tally.counted, tally.on_hand)
        worth += max(own, NOTHING) * factor
    return worth


def _beside_others(offered: Sellable, shelves: Shelves) -> Sellable:
    """The same, with what lies at the other locations in its first note."""
    first, *later = offered.steps
    parts = ", ".join(f"{place} {plain(tally.available)}" for place, tally in shelves.tallies.items())
    note = f"{first.note}; one sale draws on one location ({parts or 'none has any'})"
    return Sellable(offered.sku, offered.quantity, (Step(first.rule, first.quantity, note), *later))


def _offer_at(
    place: str | None, group: StockGroup, found: Mapping[str, Shelves], terms: Terms, claims: Claims
) -> dict[str, Sellable]:
    """At one location, or over all that count; what is claimed of a made SKU is first of those that lie there made."""
    base = _there(found.get(group.stock_key, NO_SHELVES), place)
    sold = claims.sold_since.get(group.stock_key, NOTHING)
    promised = claims.promised.get(group.stock_key, NOTHING)
    offered: dict[str, Sellable] = {}
    factors = {**group.factors, **claims.made.get(group.stock_key, {})}
    for sku, factor in factors.items():
        own = _made(_there(found.get(sku, NO_SHELVES), place), base, factor, group.stock_key, terms.counting)
        from_sold = min(max(own.quantity, NOTHING), claims.sold_since.get(sku, NOTHING))
        from_promised = min(max(own.quantity - from_sold, NOTHING), claims.promised.get(sku, NOTHING))
        sold += (claims.sold_since.get(sku, NOTHING) - from_sold) * factor
        promised += (claims.promised.get(sku, NOTHING) - from_promised) * factor
        offered[sku] = keep_back(own, sku, from_sold, from_promised, group.tags.get(sku, frozenset()), terms.settings)
    trail = _count(base, terms.counting)
    trail.go(Rule.BELOW_ZERO, max(trail.quantity, NOTHING), "less than nothing is nothing")
    tags = _all(group.tags.values())
    offered[group.stock_key] = keep_back(trail, group.stock_key, sold, promised, tags, terms.settings)
    return offered


def _there(shelves: Shelves, place: str | None) -> _There:
    if place is not None:
        tally = shelves.tallies.get(place, NO_TALLY)
        note = place
        if other := shelves.elsewhere:
            note = f"{place}; {plain(other)} at locations that do not count"
        left = tally.available - tally.quarantined
        return _There(tally.available, tally.available, left, tally.counted, tally.on_hand, note)
    return _over_all(shelves)


def _over_all(shelves: Shelves) -> _There:
    """A location below zero takes from no other, but nothing is offered beyond what a sale finds in all."""
    tallies = shelves.tallies
    told = sum((each.available for each in tallies.values()), NOTHING)
    at_most = told + shelves.elsewhere
    parts = [f"{place} {plain(each.available)}" for place, each in tallies.items()]
    if shelves.elsewhere:
        parts.append(f"{plain(shelves.elsewhere)} at locations that do not count")
    return _There(
        told=told,
        shown=min(_above_zero(each.available for each in tallies.values()), at_most),
        without_quarantine=min(_above_zero(each.available - each.quarantined for each in tallies.values()), at_most),
        counted=min(_above_zero(each.counted for each in tallies.values()), at_most),
        on_hand=sum((each.on_hand for each in tallies.values()), NOTHING),
        note=", ".join(parts) or "no location has any",
    )


def _count(there: _There, counting: Counting) -> Trail:
    trail = Trail(there.shown, [Step(Rule.AVAILABLE, there.shown, there.note)])
    trail.go(Rule.QUARANTINE, there.without_quarantine, "without what lies in quarantine")
    if there.counted != there.without_quarantine:
        trail.go(Rule.EXPIRED, there.counted, f"without batches that expire before {counting.first_good_day}")
    return trail


def _made(there: _There, base: _There, factor: Decimal, stock_key: str, counting: Counting) -> Trail:
    """The units that lie there made: less than nothing where more of them was promised than that."""
    trail = _count(there, counting)
    derived = _would_be_made(base.told, factor)
    own = min(there.told - derived, trail.quantity)
    if own > 0:
        own = min(own, max(there.on_hand, NOTHING))
    trail.go(Rule.MADE, own, f"made already; {plain(derived)} of them would be made of {stock_key}")
    return trail


def _would_be_made(base: Decimal, factor: Decimal) -> Decimal:
    return max(_whole(base / factor), NOTHING)


def _all(tags: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*tags)


def _above_zero(quantities: Iterable[Decimal]) -> Decimal:
    return sum((each for each in quantities if each > 0), NOTHING)


def _whole(quantity: Decimal) -> Decimal:
    return quantity.to_integral_value(ROUND_FLOOR)
