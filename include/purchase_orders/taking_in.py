"""What an authorised sale got: the inventory system's own answer decides, whatever was planned (law 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from include.exceptions.kinds import Kind
from include.purchase_orders import sales, stock
from include.purchase_orders.desk import Desk, place_of
from include.purchase_orders.drafting import may_back_order
from include.purchase_orders.ledger import SaleSeen
from include.purchase_orders.sales import SaleLine, StoredSale
from include.purchase_orders.values import NOTHING, OrderLine, SaleState, StoredOrder
from include.relationships.model import PartialPolicy


def take_in(desk: Desk, order: StoredOrder, sale: StoredSale, seen: SaleSeen) -> None:
    """Save what the sale got. Got less than planned, and the rest may not wait: the sale is outdated."""
    got = {line.sku: max(line.quantity - line.back_ordered, NOTHING) for line in seen.lines}
    lines = [_as_seen(line, got.get(line.sku, NOTHING)) for line in sale.lines]
    back_ordered = {line.sku: line.back_ordered for line in lines}
    sales.save_authorised(desk.connection, sale, seen.number or sale.erp_number or "", back_ordered, desk.now())
    lost = {line.sku for line in lines if line.allocated < line.planned}
    stock.mark_exhausted(desk.connection, place_of(sale), lost, desk.now())
    _compare_prices(desk, order, sale, seen)
    desk.tell(order, f"Placed as {seen.number or sale.name}: " + ", ".join(map(_words, lines)) + ".")
    if lost and not may_back_order(order, desk.relationship):
        _cut(desk, order, sale, lines)
    elif _holds_more(sale, seen):
        sales.set_state(desk.connection, sale, SaleState.OUTDATED)


def cut_lines(order: StoredOrder, lines: list[SaleLine], partial: PartialPolicy) -> list[SaleLine]:
    """The sale's lines with no more on them than is allocated, in whole units of each order line."""
    by_number = {line.line_number: line for line in order.lines}
    return [line.cut_to(_shares_that_fit(line, by_number, partial)) for line in lines]


def _cut(desk: Desk, order: StoredOrder, sale: StoredSale, lines: list[SaleLine]) -> None:
    cut = cut_lines(order, lines, desk.relationship.partial)
    sales.replace_lines(desk.connection, sale, cut)
    sales.restart_authorisation(desk.connection, sale, is_race_lost=True)
    sales.set_state(desk.connection, sale, SaleState.OUTDATED)
    desk.tell(order, f"{sale.name} lost a race for the last units; it is placed again for what there is.")


def _holds_more(sale: StoredSale, seen: SaleSeen) -> bool:
    """Whether it was authorised with more than it should have by now: Amazon changed the order meanwhile."""
    wanted = {line.sku: line.quantity for line in sale.lines}
    return any(line.quantity > wanted.get(line.sku, NOTHING) for line in seen.lines)


def _as_seen(line: SaleLine, got: Decimal) -> SaleLine:
    return replace(line, back_ordered=line.quantity - min(got, line.quantity))


def _shares_that_fit(
    line: SaleLine, by_number: Mapping[str, OrderLine], partial: PartialPolicy
) -> Mapping[str, Decimal]:
    rest = line.allocated
    fitting: dict[str, Decimal] = {}
    for number, share in line.shares:
        step = by_number[number].step
        fits = min(rest, share) // step * step
        if partial is PartialPolicy.REFUSE_LINE and fits < share:
            fits = NOTHING
        fitting[number] = fits
        rest -= fits
    return fitting


def _compare_prices(desk: Desk, order: StoredOrder, sale: StoredSale, seen: SaleSeen) -> None:
    """The tenant may discount by itself on authorisation; Amazon's price stays the truth."""
    prices = {line.sku: line.price for line in sale.lines}
    wrong = [line for line in seen.lines if line.sku in prices and line.price != prices[line.sku]]
    if not wrong:
        return
    told = ", ".join(f"{line.sku} at {line.price} instead of {prices[line.sku]}" for line in wrong)
    desk.raise_exception(
        Kind.PRICE_DIFFERENCE,
        order,
        f"prices of sale {sale.sale_key}",
        f"{order.name}: {sale.name} has other prices than the order: {told}.",
        f"Correct the prices of {sale.name} before it is invoiced, and switch off what changed them.",
        order.money(line.quantity * abs(line.price - prices[line.sku]) for line in wrong),
    )


def _words(line: SaleLine) -> str:
    allocated, quantity = line.allocated.normalize(), line.quantity.normalize()
    return f"{allocated:f} of {quantity:f} {line.sku} allocated"
