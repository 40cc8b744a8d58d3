"""From packed SKUs back to order lines: those of one SKU were merged into a line of the sale, and are told apart here.

Each carton's units go to the lines in their order, to each no more than it has coming, in whole units of the line. What
is left over goes to the last line that can take it, since a notice says what was packed, whatever was promised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from include.catalogue.ratios import exact
from include.ship_notices.values import NOTHING, Item, Obstacle, Packed, Share, StagedCarton

LineKey = tuple[int, int, str]  # sale, order, line


def unmerge(cartons: Sequence[StagedCarton], shares: Sequence[Share]) -> tuple[tuple[Item, ...], tuple[Obstacle, ...]]:
    """The items of every carton, and what cannot be said in the orders' units or stands on none of their lines."""
    by_sku: dict[tuple[int, str], list[Share]] = defaultdict(list)
    for share in shares:
        by_sku[share.sale_key, share.sku].append(share)
    coming = {_key(share): max(share.quantity - share.notified, NOTHING) for share in shares}
    items: list[Item] = []
    obstacles: list[Obstacle] = []
    for carton in cartons:
        for packed in carton.packed:
            lines = by_sku.get((carton.sale_key, packed.sku), [])
            found, rest = _share_out(carton, packed, lines, coming)
            items += found
            if rest:
                obstacles.append(_left_over(carton, packed, lines, rest))
    return tuple(_together(items)), tuple(obstacles)


def _share_out(
    carton: StagedCarton, packed: Packed, lines: Sequence[Share], coming: dict[LineKey, Decimal]
) -> tuple[list[Item], Decimal]:
    """What each line gets of a SKU in a carton, and what no line can take."""
    rest, items = packed.quantity, []
    for share in lines:
        taken = min(rest, coming[_key(share)]) // share.step * share.step
        if taken > 0:
            coming[_key(share)] -= taken
            rest -= taken
            items.append(_item(carton, packed, share, taken))
    last = next((share for share in reversed(lines) if rest % share.step == 0), None)
    if rest > 0 and last is not None:
        coming[_key(last)] = NOTHING
        items.append(_item(carton, packed, last, rest))
        rest = NOTHING
    return items, rest


def _item(carton: StagedCarton, packed: Packed, share: Share, taken: Decimal) -> Item:
    quantity = Fraction(taken) / exact(share.sku_units)
    return Item(carton.carton_id, share, Decimal(quantity.numerator), taken, packed.lot, packed.expires_on)


def _together(items: Sequence[Item]) -> list[Item]:
    """One item for each line, lot and expiry of a carton."""
    found: dict[tuple[object, ...], Item] = {}
    for item in items:
        key = (item.carton_id, *_key(item.share), item.lot, item.expires_on)
        known = found.get(key)
        found[key] = item if known is None else _sum(known, item)
    return list(found.values())


def _sum(one: Item, other: Item) -> Item:
    return replace(one, quantity=one.quantity + other.quantity, sku_quantity=one.sku_quantity + other.sku_quantity)


def _left_over(carton: StagedCarton, packed: Packed, lines: Sequence[Share], rest: Decimal) -> Obstacle:
    box = f"the box {carton.box!r}" if carton.box else "no box"
    if not lines:
        sentence = f"{packed.quantity:f} of {packed.sku} are packed in {box}, and the order has no line of it."
        return Obstacle("law 8", "product", f"carton {carton.carton_id}", sentence)
    units = " or ".join(sorted({f"{share.unit} of {share.sku_units.normalize():f}" for share in lines}))
    sentence = (
        f"{packed.quantity.normalize():f} of {packed.sku} are packed in {box}, of which {rest.normalize():f} are no "
        f"whole {units}, as Amazon ordered it."
    )
    return Obstacle("law 6", "quantity", f"carton {carton.carton_id}", sentence)


def _key(share: Share) -> LineKey:
    return share.sale_key, share.order_id, share.line_number
