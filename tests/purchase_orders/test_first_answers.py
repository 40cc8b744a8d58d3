"""From an 850 to a sale and an 855: what can be met, what cannot, and what waits for a person."""

from __future__ import annotations

from decimal import Decimal

from tests.purchase_orders.trade import Line, allocated, order

MUG, BOWL, PLATE, SPOON, KNIFE = "B00000MUG1", "B00000BOWL", "B0000PLATE", "B0000SPOON", "B0000KNIFE"


def test_an_order_that_can_be_met_is_placed_and_accepted_at_once(trade):
    trade.drop(order("PO000001", [Line(MUG, 10), Line(BOWL, 4, price="3.00")]))

    trade.tick()

    (sale,) = trade.sales("PO000001")
    assert allocated(sale) == {"MUG": 10, "BOWL": 4}
    assert sale["ExternalID"] == "vendorlane:amazon_test:PO000001:1.1"
    answer = trade.answer_to("PO000001")
    assert answer.kind == "AD"
    assert answer.lines == {"1": (("IA", Decimal(10)),), "2": (("IA", Decimal(4)),)}
    assert trade.exceptions() == {}
