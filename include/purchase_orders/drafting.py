"""From an order and its portions to the sales that are planned for it, and the headers they get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from include.amazon.orders import Party
from include.purchase_orders.allocation import Draw, Portion
from include.purchase_orders.ledger import SaleHeader, SaleLineDraft
from include.purchase_orders.sales import SaleLine, StoredSale
from include.purchase_orders.values import OrderLine, StoredOrder
from include.relationships.address_book import AddressBook
from include.relationships.model import BackOrderPolicy, Relationship
from include.relationships.settings import Address

UNKNOWN = "unknown"  # the inventory system demands a first line and a country of every address


def may_back_order(order: StoredOrder, relationship: Relationship) -> bool:
    """Whether what is short may wait for stock: Amazon allows it (CSH Y) and the relationship wants it."""
    return order.back_order_allowed and relationship.back_order is BackOrderPolicy.BACK_ORDER


def external_id_prefix(order: StoredOrder) -> str:
    """What the external ids of an order's sales begin with."""
    return f"vendorlane:{order.relationship}:{order.purchase_order_number}"


def draw_of(line: OrderLine, quantity: Decimal) -> Draw:
    """Units of the line's SKU, as they are taken from stock."""
    assert line.sku is not None, "a line without a product draws on no stock"
    return Draw(line.sku, line.stock_key or line.sku, line.stock_factor or Decimal(1), quantity)


def draft_sales(lines: Sequence[OrderLine], portions: Mapping[str, Portion]) -> tuple[tuple[SaleLine, ...], ...]:
    """The sales that hold these portions, by line number: one, unless lines of one SKU have different prices.

    The inventory system takes a SKU once in an order, so lines of the same SKU and price are merged.
    """
    sales: list[dict[str, SaleLine]] = []
    for line in lines:
        portion = portions.get(line.line_number)
        if portion is None or line.sku is None or line.sku_price is None:
            continue
        for sale in [*sales, {}]:
            merged = _merge(sale.get(line.sku), line, portion)
            if merged is not None:
                if not sale:
                    sales.append(sale)
                sale[line.sku] = merged
                break
    return tuple(tuple(sale.values()) for sale in sales)


def _merge(present: SaleLine | None, line: OrderLine, portion: Portion) -> SaleLine | None:
    """The sale line with the portion on it; None where it has another price."""
    assert line.sku is not None
    assert line.sku_price is not None
    share = (line.line_number, portion.quantity)
    if present is None:
        return SaleLine(
            sku=line.sku,
            product_id=line.product_id,
            product_name=line.product_name or line.sku,
            stock_key=line.stock_key or line.sku,
            stock_factor=line.stock_factor or Decimal(1),
            quantity=portion.quantity,
            planned=portion.expected,
            price=line.sku_price,
            shares=(share,),
        )
    if present.price != line.sku_price:
        return None
    return replace(
        present,
        quantity=present.quantity + portion.quantity,
        planned=present.planned + portion.expected,
        shares=(*present.shares, share),
    )


def draft_header(
    order: StoredOrder, sale: StoredSale, relationship: Relationship, address_book: AddressBook
) -> SaleHeader:
    """What stands above a sale's lines."""
    party = order.ship_to
    centre = address_book.resolve(party.qualifier, party.identifier) if party else None
    told = _address_of(party) if party else None
    return SaleHeader(
        purchase_order_number=order.purchase_order_number,
        external_id=sale.external_id,
        location=sale.location,
        ordered_on=order.ordered_on,
        required_by=order.window_end,
        ship_to=centre.address if centre else told or relationship.ship_to,
        ship_to_company=centre.name if centre else (party.name or party.identifier) if party else None,
        note=_note(order, relationship),
    )


def draft_lines(sale: StoredSale) -> tuple[SaleLineDraft, ...]:
    """The sale's lines, each with the order lines that it serves."""
    return tuple(
        SaleLineDraft(
            sku=line.sku,
            product_id=line.product_id,
            name=line.product_name,
            quantity=line.quantity,
            price=line.price,
            comment="PO line " + ", ".join(number for number, _ in line.shares),
        )
        for line in sale.lines
    )


def _address_of(party: Party) -> Address | None:
    """The address that the order itself gives, where it gives one."""
    if not party.address_lines:
        return None
    return Address(
        line1=party.address_lines[0],
        line2=", ".join(party.address_lines[1:]) or None,
        city=party.city,
        state=party.state,
        postcode=party.postal_code,
        country=party.country or UNKNOWN,
    )


def _note(order: StoredOrder, relationship: Relationship) -> str | None:
    told = [f"Amazon deal {order.deal}" if order.deal else None, relationship.note]
    return ". ".join(each for each in told if each) or None
