"""What stands between a line and its being placed: product, unit, quantity and price, in this order.

A fault is a value: it holds the line until a person mends it, or the rule refuses it at its share of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

import psycopg

from include.amazon import orders as amazon
from include.amazon.orders import AnswerCode
from include.catalogue import units
from include.catalogue.matching import ItemFault, Match, Mismatch, WantedItem, match_lines
from include.catalogue.products import was_read
from include.catalogue.units import PriceVerdict
from include.exceptions.kinds import Kind
from include.money import Rounding, round_to
from include.purchase_orders.values import NOTHING, OrderLine, StoredOrder
from include.quantity import InexactConversion
from include.relationships.model import PricePolicy, Pricing, RejectReasons, Relationship

Connection = psycopg.Connection[dict[str, Any]]

PLACES = 4


class LineFault(StrEnum):
    """Why a line is not placed."""

    UNMAPPED = ItemFault.UNMAPPED
    AMBIGUOUS = ItemFault.AMBIGUOUS
    NOT_SOLD = ItemFault.NOT_SOLD
    UNKNOWN_UNIT = ItemFault.UNKNOWN_UNIT
    NO_CASE_SIZE = ItemFault.NO_CASE_SIZE
    PACK_SIZE_CONFLICT = ItemFault.PACK_SIZE_CONFLICT
    INEXACT_QUANTITY = "inexact_quantity"
    INVALID_QUANTITY = "invalid_quantity"
    INVALID_PRICE = "invalid_price"
    PRICE_DIFFERENCE = "price_difference"
    PRICE_REFUSED = "price_refused"  # by the relationship's policy: refused without waiting for a person
    REFUSED_BY_INVENTORY_SYSTEM = "refused_by_inventory_system"
    NOT_CHECKED = "not_checked"  # the products were never read yet; the next tick checks it


KINDS = {
    LineFault.UNMAPPED: Kind.UNMAPPED_PRODUCT,
    LineFault.AMBIGUOUS: Kind.UNMAPPED_PRODUCT,
    LineFault.NOT_SOLD: Kind.UNMAPPED_PRODUCT,
    LineFault.UNKNOWN_UNIT: Kind.UNKNOWN_UNIT,
    LineFault.NO_CASE_SIZE: Kind.PACK_SIZE_CONFLICT,
    LineFault.PACK_SIZE_CONFLICT: Kind.PACK_SIZE_CONFLICT,
    LineFault.INEXACT_QUANTITY: Kind.INEXACT_QUANTITY,
    LineFault.INVALID_QUANTITY: Kind.INVALID_ORDER,
    LineFault.INVALID_PRICE: Kind.PRICE_DIFFERENCE,
    LineFault.PRICE_DIFFERENCE: Kind.PRICE_DIFFERENCE,
    LineFault.REFUSED_BY_INVENTORY_SYSTEM: Kind.INVENTORY_SYSTEM_REFUSED,
}

# Which of the relationship's reasons a refusal gives; all others give `other`.
_REASONS = {
    **dict.fromkeys((LineFault.UNMAPPED, LineFault.AMBIGUOUS, LineFault.NOT_SOLD), "unmapped"),
    **dict.fromkeys((LineFault.UNKNOWN_UNIT, LineFault.INEXACT_QUANTITY), "unit"),
    **dict.fromkeys((LineFault.INVALID_PRICE, LineFault.PRICE_DIFFERENCE, LineFault.PRICE_REFUSED), "price"),
}

_NEXT_STEPS = {
    Kind.UNMAPPED_PRODUCT: "Put the identifier on its product in the inventory system, or link it in catalogue_sync",
    Kind.UNKNOWN_UNIT: "Name the unit in the relationship's `items.units`",
    Kind.PACK_SIZE_CONFLICT: "Correct the carton quantity of the product, or set `items.case_sizes`",
    Kind.INEXACT_QUANTITY: "Correct the pack size, or agree on another quantity with the buyer",
    Kind.INVALID_ORDER: "Ask the buyer to correct the order",
    Kind.PRICE_DIFFERENCE: "Correct the price list, widen `pricing.tolerance` or add the deal to `pricing.deals`",
    Kind.INVENTORY_SYSTEM_REFUSED: "Correct the product in the inventory system, then run po_intake for this order",
}


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """The line as it is kept, and a sentence on its fault."""

    line: OrderLine
    sentence: str | None = None


def holds_answer(fault: str | None) -> bool:
    """Whether a person may still mend it, so that the answer waits."""
    return fault is not None and fault != LineFault.PRICE_REFUSED


def was_never_checked(order: StoredOrder) -> bool:
    """Whether the products were never read since it came: nothing of it is refused for that."""
    return any(line.fault == LineFault.NOT_CHECKED for line in order.lines)


def reject_code(fault: str | None, reasons: RejectReasons) -> AnswerCode:
    """ACK01 of a refusal: for want of stock where nothing is wrong with the line."""
    reason = "short_stock" if fault is None else _REASONS.get(LineFault(fault), "other")
    code: AnswerCode = getattr(reasons, reason)
    return code


def next_step(kind: Kind) -> str:
    """What a person does about it, as a sentence."""
    return f"{_NEXT_STEPS[kind]}; otherwise the line is refused when its share of the window is over."


def check_lines(
    connection: Connection, relationship: Relationship, lines: Sequence[amazon.OrderLine], deal: str | None
) -> tuple[CheckedLine, ...]:
    """The lines with their products and what is wrong with each; a constant number of queries."""
    if not was_read(connection, relationship):
        return tuple(
            _faulty(_as_kept(line), LineFault.NOT_CHECKED, "The products were never read yet.") for line in lines
        )
    wanted = [WantedItem(str(place), line.identifiers, line.unit) for place, line in enumerate(lines)]
    matches = match_lines(connection, relationship, wanted)
    return tuple(_check(line, matches[str(place)], relationship, deal) for place, line in enumerate(lines))


def recheck(
    connection: Connection, relationship: Relationship, lines: Sequence[OrderLine], deal: str | None
) -> tuple[CheckedLine, ...]:
    """The same for lines that are kept, after somebody may have mended the cause."""
    told = [as_told(line) for line in lines]
    return check_lines(connection, relationship, told, deal)


def as_told(line: OrderLine) -> amazon.OrderLine:
    """The line as the document told it."""
    return amazon.OrderLine(
        line.line_number, line.quantity, line.unit, line.unit_price, line.price_basis, line.identifiers
    )


def _check(
    told: amazon.OrderLine, found: Match | Mismatch, relationship: Relationship, deal: str | None
) -> CheckedLine:
    line = _as_kept(told)
    if told.quantity < 0:
        return _faulty(line, LineFault.INVALID_QUANTITY, f"The quantity ordered is {told.quantity:f}.")
    if told.quantity == 0:
        return CheckedLine(line)
    if isinstance(found, Mismatch):
        return _faulty(line, LineFault(found.fault), found.sentence)
    return _check_units(line, found, relationship, deal)


def _as_kept(told: amazon.OrderLine) -> OrderLine:
    return OrderLine(
        line_number=told.line_number,
        identifiers=told.identifiers,
        quantity=max(told.quantity, NOTHING),
        unit=told.unit,
        unit_price=told.unit_price,
        price_basis=told.price_basis,
    )


def _check_units(line: OrderLine, match: Match, relationship: Relationship, deal: str | None) -> CheckedLine:
    matched = replace(
        line,
        sku=match.sku,
        product_id=match.product_id,
        product_name=match.name,
        sku_units=match.sku_units,
        stock_key=match.stock_key,
        stock_factor=match.stock_factor,
    )
    try:
        units.to_sku_units(line.quantity, match.sku_units)
    except InexactConversion:
        size = f"{match.sku}, of which {match.sku_units.normalize():f} make one {line.unit}"
        return _faulty(
            matched,
            LineFault.INEXACT_QUANTITY,
            f"{line.quantity.normalize():f} {line.unit} are no whole units of {size}.",
        )
    return check_price(matched, match, relationship.pricing, deal)


def check_price(line: OrderLine, match: Match, pricing: Pricing, deal: str | None) -> CheckedLine:
    """The price against the price list, by the relationship's policy for a difference in its direction."""
    basis = units.basis_of(line.price_basis, pricing)
    listed = units.listed_price(match, basis, pricing, deal)
    line = replace(line, list_price=listed)
    price = line.unit_price
    if price is None or price <= 0:
        return _faulty(line, LineFault.INVALID_PRICE, f"The price ordered is {_price(price)}.")
    line = replace(line, sku_price=units.sku_price(price, basis, match, pricing))
    verdict = units.compare_price(price, basis, match, pricing, deal).verdict
    policy = _policy(verdict, pricing)
    if policy is PricePolicy.ACCEPT:
        return CheckedLine(line)
    fault = LineFault.PRICE_DIFFERENCE if policy is PricePolicy.HOLD else LineFault.PRICE_REFUSED
    per = "each" if basis == "each" else line.unit
    return _faulty(
        line,
        fault,
        f"{match.sku} is ordered at {_price(price)} a {per}, and its list price is {_price(listed)}.",
    )


def _policy(verdict: PriceVerdict, pricing: Pricing) -> PricePolicy:
    if verdict is PriceVerdict.BELOW:
        return pricing.below_list
    if verdict is PriceVerdict.ABOVE:
        return pricing.above_list
    return pricing.unlisted if verdict is PriceVerdict.NO_LIST_PRICE else PricePolicy.ACCEPT


def _faulty(line: OrderLine, fault: LineFault, sentence: str) -> CheckedLine:
    return CheckedLine(replace(line, fault=fault), sentence)


def _price(amount: Decimal | None) -> str:
    return "not given" if amount is None else f"{round_to(amount, PLACES, Rounding.HALF_EVEN).normalize():f}"
