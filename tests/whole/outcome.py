"""What must hold at the end of every fault: each order has one sale and one answer, right to the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from tests.purchase_orders.conftest import PRODUCTS
from tests.purchase_orders.trade import Line, Trade, allocated, order

Orders = Mapping[str, Sequence[Line]]


def some_orders(count: int = 3) -> dict[str, list[Line]]:
    """Orders of two lines that can be met in full."""
    return {f"4WHOLE{n:02d}": [Line("B00000MUG1", n), Line("B00000BOWL", 1)] for n in range(1, count + 1)}


def drop(trade: Trade, orders: Orders) -> None:
    """Lay them into the mailbox, a file each, with the vendor code that tells this trade from others."""
    code = f"REF*CR*{trade.relationship.vendor_code}"
    for number, lines in orders.items():
        trade.drop([code if each.startswith("REF*CR*") else each for each in order(number, lines)])


def check(trade: Trade, orders: Orders, *, interchanges: int | None = None) -> None:
    """Every order has exactly one sale, never had another, and exactly one 855; every file exactly one 997."""
    made = [sale["CustomerReference"] for sale in trade.cin7.get("sales")["sales"]]
    assert sorted(made) == sorted(orders), trade.relationship.name
    assert sorted(each.purchase_order_number for each in trade.answers()) == sorted(orders), trade.relationship.name
    for number, lines in orders.items():
        (sale,) = trade.sales(number)
        assert sale["Order"]["Status"] == "AUTHORISED"
        assert allocated(sale) == {PRODUCTS[each.asin][0]: each.quantity for each in lines}
        told = {str(n): (("IA", Decimal(each.quantity)),) for n, each in enumerate(lines, 1)}
        assert trade.answer_to(number).lines == told
    acknowledgements = list((trade.folder / "outbound").glob("997_*.edi"))
    assert len(acknowledgements) == (len(orders) if interchanges is None else interchanges)
    assert trade.exceptions() == {}
    assert list((trade.folder / "inbound").iterdir()) == []
