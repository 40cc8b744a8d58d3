"""Lines that cannot be placed as they are: the good ones go on, a person may mend the rest, or the rule refuses it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, allocated, order

MUG, BOWL = "B00000MUG1", "B00000BOWL"
GOOD = Line(MUG, 10)
CASE_OF_MUGS = {
    "SKU": "MUG-CASE",
    "Name": "A case of mugs",
    "BillOfMaterial": True,
    "AutoAssembly": True,
    "BillOfMaterialsProducts": [{"ProductCode": "MUG", "Quantity": 6}],
    "PriceTiers": {"Amazon": 25.5},
}

FAULTY = {
    "unmapped_product": (Line("B0NOTKNOWN", 5), "IR", "No product carries BP B0NOTKNOWN"),
    "unknown_unit": (Line(BOWL, 5, unit="PL", price="3.00"), "R3", "The unit 'PL' is not among"),
    "price_difference": (Line(BOWL, 5, price="2.50"), "IR", "BOWL is ordered at 2.5 a each, and its list price is 3"),
}


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_line_holds_the_answer_and_not_the_stock_of_the_good_ones(trade, kind):
    line, _, sentence = FAULTY[kind]
    trade.drop(order("PO000001", [GOOD, line]), order("PO000002", [GOOD]))

    trade.tick()

    assert allocated(trade.sales("PO000001")[0]) == {"MUG": 10}
    assert trade.answers("PO000001") == []
    assert sentence in trade.exceptions()[kind]
    assert trade.answer_to("PO000002").lines == {"1": (("IA", Decimal(10)),)}


def test_where_the_relationship_says_so_the_stock_waits_too_and_is_placed_before_the_rule_answers(begin):
    trade = begin(place_good_lines_at_once=False)
    trade.drop(order("PO000001", [GOOD, Line("B0NOTKNOWN", 5)]))

    trade.tick()
    assert trade.sales() == []

    trade.pass_time(hours=12.1)
    trade.tick()
    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 10}]
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),), "2": (("IR", Decimal(5)),)}


@pytest.mark.parametrize("kind", FAULTY)
def test_a_faulty_line_is_refused_softly_at_its_share_and_its_cause_stays_open(trade, kind):
    line, code, _ = FAULTY[kind]
    trade.drop(order("PO000001", [GOOD, line]))
    trade.tick()

    trade.pass_time(hours=12.1)
    trade.tick()

    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),), "2": ((code, Decimal(5)),)}
    assert kind in trade.exceptions()


def test_a_line_whose_product_was_mapped_meanwhile_is_placed_as_a_further_part(trade):
    trade.drop(order("PO000001", [GOOD, Line("B0NOTKNOWN", 5, price="3.00")]))
    trade.tick()

    trade.set(items={"links": {"BP B0NOTKNOWN": "BOWL"}})
    trade.tick()

    placed = [allocated(sale) for sale in trade.sales("PO000001")]
    assert sorted(placed, key=str) == [{"BOWL": 5}, {"MUG": 10}]
    assert trade.answer_to("PO000001").lines["2"] == (("IA", Decimal(5)),)
    assert trade.exceptions() == {}


def test_a_price_that_the_operator_tolerates_afterwards_is_accepted_and_answered_as_ordered(trade):
    trade.drop(order("PO000001", [Line(BOWL, 5, price="2.50")]))
    trade.tick()

    trade.set(pricing={"tolerance": "0.50"})
    trade.tick()

    assert trade.answer_to("PO000001").prices == {"1": Decimal("2.50")}
    assert trade.sales()[0]["Order"]["Lines"][0]["Price"] == 2.5


def test_a_price_above_the_list_is_accepted_and_stays_amazons(trade):
    trade.drop(order("PO000001", [Line(BOWL, 5, price="3.10")]))

    trade.tick()

    assert trade.answer_to("PO000001").prices == {"1": Decimal("3.10")}
    assert trade.sales()[0]["Order"]["Lines"][0]["Price"] == 3.1


def test_a_price_that_policy_refuses_does_not_wait_for_a_person(begin):
    trade = begin(pricing={"below_list": "refuse"})
    trade.drop(order("PO000001", [GOOD, Line(BOWL, 5, price="2.50")]))

    trade.tick()

    assert trade.answer_to("PO000001").lines["2"] == (("IR", Decimal(5)),)
    assert trade.exceptions() == {}


def test_a_quantity_that_does_not_divide_is_never_rounded(begin, become):
    trade = begin(items={"links": {f"BP {MUG}": "MUG-CASE"}})
    become(products=[*COMPANY["products"], CASE_OF_MUGS])
    trade.drop(order("PO000001", [Line(MUG, 10)]), order("PO000002", [Line(MUG, 12)]))

    trade.tick()
    trade.pass_time(hours=12.1)
    trade.tick()

    assert trade.answer_to("PO000001").lines == {"1": (("R3", Decimal(10)),)}
    assert trade.answer_to("PO000002").lines == {"1": (("IA", Decimal(12)),)}
    assert allocated(trade.sales("PO000002")[0]) == {"MUG-CASE": 2}


@pytest.mark.parametrize(
    ("line", "kind", "answer"),
    [
        (Line(BOWL, 0, price="3.00"), None, (("IA", Decimal(0)),)),
        (Line(BOWL, -5, price="3.00"), "invalid_order", (("IA", Decimal(0)),)),
        (Line(BOWL, 5, price="0"), "price_difference", (("IR", Decimal(5)),)),
        (Line(BOWL, 5, price="-3"), "price_difference", (("IR", Decimal(5)),)),
    ],
)
def test_a_quantity_or_price_of_nothing_or_less_is_answered_and_never_placed(trade, line, kind, answer):
    trade.drop(order("PO000001", [GOOD, line]))

    trade.tick()
    trade.pass_time(hours=12.1)
    trade.tick()

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 10}]
    told = trade.answer_to("PO000001")
    assert told.lines["2"] == answer
    assert told.prices["2"] > 0
    assert kind is None or kind in trade.exceptions()


def test_an_order_of_which_nothing_is_known_makes_no_sale(trade):
    trade.drop(order("PO000001", [Line("B0NOTKNOWN", 5)]))

    trade.tick()
    trade.pass_time(hours=12.1)
    trade.tick()

    assert trade.sales() == []
    assert trade.answer_to("PO000001").lines == {"1": (("IR", Decimal(5)),)}


def test_a_product_that_cin7_refuses_is_taken_out_and_the_others_are_placed(trade, become):
    trade.drop(order("PO000001", [GOOD, Line(BOWL, 5, price="3.00")]))
    trade.receive()
    trade.register()
    trade.let_claims_lapse()
    products = [each | ({"Status": "Deprecated"} if each["SKU"] == "BOWL" else {}) for each in COMPANY["products"]]
    become(products=products)

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 10}
    assert "the inventory system refuses BOWL" in trade.exceptions()["inventory_system_refused"]
    trade.pass_time(hours=12.1)
    trade.tick()
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),), "2": (("IR", Decimal(5)),)}


def test_a_line_that_was_refused_stays_refused_when_its_product_is_mapped_before_the_next_answer(begin):
    trade = begin(acknowledgement={"hold_share": 0})
    trade.drop(order("PO000001", [Line(MUG, 10), Line("B0NOTKNOWN", 5)]))
    trade.tick()
    assert trade.answers()[-1].lines["2"] == (("IR", Decimal(5)),)

    trade.set(items={"links": {"BP B0NOTKNOWN": "BOWL"}})
    trade.drop(order("PO000001", [Line(MUG, 8), Line("B0NOTKNOWN", 5)]))
    trade.tick()

    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(8)),), "2": (("IR", Decimal(5)),)}
    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 8}]
