"""People work in Cin7 too: sales keyed by hand are adopted, and what is changed by hand is seen and never undone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.purchase_orders import sweeping
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.interruptions import InterruptedTrade, Killed, Moments, kill
from tests.purchase_orders.trade import Line, allocated, order

MUG, BOWL = "B00000MUG1", "B00000BOWL"
TEN_MUGS = Line(MUG, 10)


def key(trade, lines, **words):
    """Key a sale by hand for PO000001."""
    told = {"customer": "Amazon Vendor US", "customer_reference": "PO000001", "lines": lines, **words}
    return trade.cin7.post("sales", told)


def change(trade, what):
    (sale,) = trade.sales("PO000001")
    trade.cin7.post(f"sales/{sale['ID']}", what)


def test_a_sale_keyed_by_hand_before_is_adopted_and_answered_and_no_second_one_is_made(trade):
    key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}])
    trade.drop(order("PO000001", [TEN_MUGS]))

    trade.tick()

    assert len(trade.sales()) == 1
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_no_keyed_sale_is_missed_however_many_sales_changed(trade, monkeypatch):
    monkeypatch.setattr(sweeping, "CHECKED_AT_ONCE", 1)
    numbers = ["PO000001", "PO000002", "PO000003"]
    for number in numbers:
        key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}], customer_reference=number)
    trade.drop(*(order(number, [TEN_MUGS]) for number in numbers))

    trade.tick()

    assert len(trade.sales()) == 3
    assert len(trade.answers()) == 3


def test_what_the_keyed_sale_lacks_is_placed_beside_it(trade):
    key(trade, [{"sku": "MUG", "quantity": 6, "price": 4.25}])
    trade.drop(order("PO000001", [TEN_MUGS, Line(BOWL, 1, price="3.00")]))

    trade.tick()

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 6}, {"MUG": 4, "BOWL": 1}]
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(10)),)


def test_a_keyed_sale_with_more_than_was_ordered_is_told(trade):
    key(trade, [{"sku": "MUG", "quantity": 12, "price": 4.25}, {"sku": "BOWL", "quantity": 1, "price": 3}])
    trade.drop(order("PO000001", [TEN_MUGS]))

    trade.tick()

    assert "holds more than was ordered: 2 MUG, 1 BOWL" in trade.exceptions()["sale_changed_by_hand"]
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(10)),)


def test_a_keyed_draft_promises_nothing_until_somebody_authorises_it(trade):
    draft = key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}], authorise=False)
    trade.drop(order("PO000001", [TEN_MUGS]))

    trade.tick()
    assert trade.answers() == []
    assert "is a draft" in trade.exceptions()["unallocated_order"]

    line = {"SKU": "MUG", "Quantity": 10, "Price": 4.25, "Total": 42.5, "TaxRule": "Tax Exempt"}
    trade.cin7.ask("POST", "/sale/order", json={"SaleID": draft["ID"], "Status": "AUTHORISED", "Lines": [line]})
    trade.pass_time(minutes=10)
    trade.tick()
    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(10)),)
    assert trade.exceptions() == {}


def test_the_sale_of_another_customer_with_the_same_reference_is_not_ours(become, begin):
    trade = begin()
    become(customers=[*COMPANY["customers"], {"Name": "Corner Shop", "Currency": "USD"}])
    key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}], customer="Corner Shop")
    trade.drop(order("PO000001", [TEN_MUGS]))

    trade.tick()

    assert len(trade.sales()) == 2
    assert trade.exceptions() == {}


def test_a_second_sale_keyed_beside_ours_is_told(trade):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()

    key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}])
    trade.tick()

    assert "a second sale" in trade.exceptions()["sale_changed_by_hand"]
    assert len(trade.answers()) == 1


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ({"void": True}, "It was voided."),
        ({"undo": True}, "It was undone and stands as a draft."),
        ({"quantities": {"MUG": 4}}, "MUG: 4 instead of 10."),
        ({"reference": "SOMETHING"}, "Its reference is 'SOMETHING'."),
    ],
)
def test_a_sale_changed_by_hand_is_told_with_the_repair_and_nothing_is_placed_again(trade, what, sentence):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    later(trade, what)

    trade.tick()
    trade.tick()

    assert sentence in trade.exceptions()["sale_changed_by_hand"]
    assert "run po_intake for this order" in trade.next_steps()["sale_changed_by_hand"]
    assert trade.calls()["POST /sale"] == 1
    assert trade.calls()["POST /sale/order"] == 1


def later(trade, what):
    """Change the sale by hand long enough after it was placed for the list to show it."""
    with trade.desk() as desk:
        desk.connection.execute("UPDATE sale SET read_at = read_at - interval '1 hour'")
    change(trade, what)


def test_carrier_dates_and_notes_are_free(trade):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    (sale,) = trade.sales()
    later(trade, {})
    header = {"ID": sale["ID"], "Customer": "Amazon Vendor US", "Note": "by hand", "ShipBy": "2027-01-01T00:00:00"}
    trade.cin7.ask("PUT", "/sale", json=header)

    trade.tick()

    assert trade.exceptions() == {}


def test_a_sale_changed_before_the_answer_is_answered_as_it_is(trade):
    trade.drop(order("PO000001", [TEN_MUGS, Line("B0NOTKNOWN", 1)]))
    trade.tick()
    later(trade, {"quantities": {"MUG": 4}})

    trade.pass_time(hours=12.1)
    trade.tick()

    assert trade.answer_to("PO000001").lines["1"] == (("IA", Decimal(4)), ("IR", Decimal(6)))


def test_a_person_who_names_the_order_has_it_placed_again(trade):
    trade.drop(order("PO000001", [TEN_MUGS, Line("B0NOTKNOWN", 1)]))
    trade.tick()
    later(trade, {"void": True})
    trade.tick()
    assert trade.sales() == []

    trade.tick("PO000001")

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 10}]


def test_a_keyed_sale_that_amazon_reduces_is_answered_for_what_is_ordered_and_trimmed_by_hand(trade):
    key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}])
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    trade.pass_time(minutes=10)

    trade.drop(order("PO000001", [Line(MUG, 6)]))
    trade.tick()

    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(6)),)}
    assert "to 6 MUG" in trade.next_steps()["trim_by_hand"]
    later(trade, {"quantities": {"MUG": 6}})
    trade.tick()
    assert "trim_by_hand" not in trade.exceptions()


def test_a_keyed_sale_is_not_taken_for_another_item_that_amazon_orders_instead(trade):
    key(trade, [{"sku": "MUG", "quantity": 10, "price": 4.25}])
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    trade.pass_time(minutes=10)

    trade.drop(order("PO000001", [Line(BOWL, 10, price="3.00")]))
    trade.tick()

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 10}, {"BOWL": 10}]
    assert trade.answers()[-1].lines == {"1": (("IA", Decimal(10)),)}
    assert "to nothing" in trade.next_steps()["trim_by_hand"]


def test_what_is_found_changed_when_it_is_to_be_answered_waits_for_a_person(begin):
    trade = begin(items={"refresh_minutes": 1})
    trade.drop(order("PO000001", [TEN_MUGS, Line("B0NOTKNOWN", 1)]))
    trade.tick()
    later(trade, {"quantities": {"MUG": 4}})
    trade.rows("UPDATE watermark SET until = until + interval '1 hour' RETURNING 1")  # the list does not show it
    trade.set(items={"links": {"BP B0NOTKNOWN": "BOWL"}})

    for _ in range(2):
        trade.pass_time(minutes=10)
        trade.tick()

    assert trade.answers() == []
    assert "MUG: 4 instead of 10" in trade.exceptions()["sale_changed_by_hand"]


def test_a_person_who_names_an_answered_order_has_it_placed_again_too(trade):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    later(trade, {"void": True})
    trade.tick()
    assert trade.sales() == []

    trade.tick("PO000001")

    assert [allocated(sale) for sale in trade.sales()] == [{"MUG": 10}]
    assert len(trade.answers()) == 1


def test_a_sale_that_is_voided_before_it_was_authorised_is_left_to_a_person_and_the_order_is_answered(begin):
    trade = begin(InterruptedTrade)
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.moments = Moments(kill, named="before authorise")
    with pytest.raises(Killed):
        trade.tick()
    trade.moments = None
    change(trade, {"void": True})

    trade.let_claims_lapse()
    trade.tick()

    assert "It was voided before it was authorised." in trade.exceptions()["sale_changed_by_hand"]
    assert trade.sales() == []
    assert trade.answers() == []
    trade.pass_time(hours=12)
    trade.tick()
    assert trade.answer_to("PO000001").lines == {"1": (("IR", Decimal(10)),)}


@pytest.mark.parametrize("what", [{"void": True}, {"undo": True}])
def test_a_void_or_an_undo_by_hand_is_seen_however_soon_it_comes(trade, what):
    trade.drop(order("PO000001", [TEN_MUGS]))
    trade.tick()
    change(trade, what)

    trade.tick()

    assert "was changed by hand" in trade.exceptions()["sale_changed_by_hand"]
