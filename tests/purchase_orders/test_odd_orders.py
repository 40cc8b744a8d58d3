"""Orders that are odd as a whole: held for a person where that helps, and answered in time all the same."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from include.documents import inbound
from include.purchase_orders import preparing, registration
from tests.purchase_orders.conftest import COMPANY, PRODUCTS
from tests.purchase_orders.trade import NOW, Line, allocated, order

MUG = "B00000MUG1"
GOOD = [Line(MUG, 10)]
PAST, FUTURE = f"{NOW - timedelta(days=9):%Y%m%d}", f"{NOW + timedelta(days=9):%Y%m%d}"


@pytest.mark.parametrize(
    ("odd", "kind", "sentence"),
    [
        (order("PO000001", GOOD, start=FUTURE, end=PAST), "invalid_order", "Its window begins on"),
        (order("PO000001", GOOD, start=PAST, end=PAST), "window_infeasible", "Its window ended on"),
        (order("PO1", GOOD), "invalid_order", "is not eight letters and digits"),
        ([order("PO000001", GOOD)[0], "CUR*BY*EUR", *order("PO000001", GOOD)[1:]], "invalid_order", "It is in EUR"),
    ],
)
def test_an_odd_order_is_placed_and_its_answer_waits_until_the_rule_gives_it(trade, odd, kind, sentence):
    trade.drop(odd, order("PO000009", GOOD))

    trade.tick()

    assert sentence in trade.exceptions()[kind]
    assert len(trade.sales()) == 2
    assert [answer.purchase_order_number for answer in trade.answers()] == ["PO000009"]
    trade.pass_time(hours=12.1)
    trade.tick()
    assert {answer.lines["1"] for answer in trade.answers()} == {(("IA", Decimal(10)),)}


def test_an_unknown_centre_never_delays_the_answer(begin):
    trade = begin(ship_to={"line1": "1 Somewhere", "country": "US"})
    trade.drop(order("PO000001", GOOD, ship_to="92*ZZZ9"))

    trade.tick()

    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}
    assert trade.sales()[0]["ShippingAddress"]["Line1"] == "1 Somewhere"
    assert "92 ZZZ9" in trade.exceptions()["unknown_ship_to"]


def test_an_order_is_served_from_the_location_of_its_centre(begin):
    trade = begin(locations={"MDW2": "Reno"})
    trade.cin7.post("stock", {"sku": "MUG", "location": "Reno", "set": 3})
    trade.drop(order("PO000001", [Line(MUG, 3)], ship_to="92*MDW2"), order("PO000002", [Line(MUG, 3)]))

    trade.tick()

    assert {sale["CustomerReference"]: sale["Location"] for sale in trade.sales()} == {
        "PO000001": "Reno",
        "PO000002": "Main Warehouse",
    }
    assert all(allocated(sale) == {"MUG": 3} for sale in trade.sales())


def test_two_orders_with_one_number_in_a_file_are_an_order_and_its_change(trade):
    trade.drop(order("PO000001", GOOD), order("PO000001", [Line(MUG, 4)]))

    trade.tick()

    (sale,) = trade.sales()
    assert allocated(sale) == {"MUG": 4}
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(4)),)}


def test_line_numbers_that_stand_twice_hold_the_answer_for_a_person(trade):
    doubled = [segment.replace("PO1*2*", "PO1*1*") for segment in order("PO000001", [*GOOD, Line(MUG, 2)])]
    trade.drop(doubled, order("PO000002", GOOD))

    trade.tick()

    assert "Line numbers stand twice: 1." in trade.exceptions()["invalid_order"]
    assert [answer.purchase_order_number for answer in trade.answers()] == ["PO000002"]


def test_text_that_is_not_ascii_reaches_the_sale_and_harms_nothing(trade):
    named = [
        segment.replace("N1*ST**", "N1*ST*Dépôt Nord 倉庫*") for segment in order("PO000001", GOOD, ship_to="92*XX1")
    ]
    named.insert(6, "N3*1 rue de l'Été")
    named.insert(7, "N4*Lyon**69001*FR")
    trade.drop(named)

    trade.tick()

    address = trade.sales()[0]["ShippingAddress"]
    assert (address["Company"], address["Line1"]) == ("Dépôt Nord 倉庫", "1 rue de l'Été")
    assert trade.answer_to("PO000001").lines == {"1": (("IA", Decimal(10)),)}


def test_an_order_from_before_the_start_date_is_neither_placed_nor_answered(begin):
    trade = begin(start_date=(NOW + timedelta(days=1)).date())
    trade.drop(order("PO000001", GOOD))

    trade.tick()
    trade.pass_time(hours=25)
    settled = trade.tick()

    assert trade.sales() == []
    assert trade.answers() == []
    assert settled.stalled == ()
    assert trade.exceptions() == {}
    trade.drop(order("PO000001", [Line(MUG, 3)]))
    trade.tick()
    assert (trade.sales(), trade.answers()) == ([], [])
    assert "from before the start date" in trade.exceptions()["change_by_hand"]


def test_an_order_that_is_cancelled_when_it_first_comes_makes_no_sale(trade):
    trade.drop(order("PO000001", GOOD, purpose="01"))

    trade.tick()

    assert trade.sales() == []
    assert trade.answers() == []
    assert trade.rows("SELECT state FROM purchase_order") == [{"state": "cancelled"}]


def test_an_order_in_the_plain_guide_of_another_retailer_is_placed_and_answered(begin):
    trade = begin(guide="base")
    plain = [
        f"BEG*00*SA*45-0012345**{NOW:%Y%m%d}",
        "PER*BD*Jo Doe*TE*5550100",
        f"DTM*010*{FUTURE}",
        "N1*ST*Store 12*92*0012",
        "N3*12 High Street",
        "N4*Springfield*IL*62701*US",
        "PO1**5*EA*4.25**VN*MUG",
        "PID*F****A mug",
        "CTT*1",
    ]
    trade.drop(plain)

    trade.tick()

    (sale,) = trade.sales("45-0012345")
    assert allocated(sale) == {"MUG": 5}
    assert sale["ShippingAddress"]["City"] == "Springfield"
    assert trade.answer_to("45-0012345").lines == {"1": (("IA", Decimal(5)),)}


def test_a_change_of_an_order_that_never_came_is_told(trade):
    change = [f"BCH*04*NE*PO000001***{NOW:%Y%m%d}", f"POC*1*QI*5*5*EA*4.25*PE*BP*{MUG}"]
    trade.drop(change, set_identifier="860", group="PC")

    trade.tick()

    assert "never came here" in trade.exceptions()["invalid_order"]


@pytest.mark.parametrize(
    ("tenant", "settings", "sentence"),
    [
        ({"me": {"LockDate": "2099-01-01T00:00:00"}}, {}, "lock date is 2099-01-01"),
        ({}, {"tax_rule": "VAT"}, "is not nil (20 %)"),
        ({"customer": {"IsOnCreditHold": True}}, {}, "is on credit hold"),
    ],
)
def test_what_stands_in_the_way_of_every_sale_is_told_once_and_nothing_is_placed(
    begin, become, tenant, settings, sentence
):
    become(customers=[COMPANY["customers"][0] | tenant.get("customer", {})], me=tenant.get("me", {}))
    trade = begin(**settings)
    trade.drop(order("PO000001", GOOD), order("PO000002", GOOD))

    trade.tick()

    assert trade.sales() == []
    assert "2 orders cannot be placed" in trade.exceptions()["configuration"]
    assert sentence in trade.exceptions()["configuration"]


@pytest.mark.slow
def test_twenty_thousand_lines_in_one_order_are_one_sale_and_one_answer(trade):
    asins = [MUG, "B00000BOWL", "B0000KNIFE"]
    lines = [Line(asins[n % 3], 1, price=PRODUCTS[asins[n % 3]][1]) for n in range(20_000)]
    for sku in ("MUG", "BOWL", "KNIFE"):
        trade.cin7.post("stock", {"sku": sku, "set": 50_000})
    trade.drop(order("PO000001", lines))

    trade.tick()

    (sale,) = trade.sales()
    assert sum(allocated(sale).values()) == 20_000
    answer = trade.answer_to("PO000001")
    assert len(answer.lines) == 20_000
    assert set(answer.lines.values()) == {(("IA", Decimal(1)),)}


def test_orders_that_are_held_keep_none_from_being_placed_that_is_due(trade):
    held, due = [Line("B0000SPOON", 5, price="1.00")], [Line(MUG, 1)]
    trade.drop(*(order(f"PO{n:06d}", held) for n in range(1, 4)))
    trade.tick()
    trade.drop(order("PO000009", due))
    trade.receive()

    with trade.desk() as desk:
        for document in inbound.load_to_take_up(desk.connection, "amazon_test", ["850"], limit=9):
            registration.register(desk.connection, desk.relationship, desk.address_book, document, desk.now())
        placing = preparing.prepare(desk, "run b", only=(), limit=3)

    assert len(placing) == 1


def test_the_window_of_a_change_escalates_as_that_of_the_order_did(trade):
    trade.cin7.behave(down=True)
    trade.drop(order("PO000001", GOOD))
    trade.tick()
    trade.pass_time(hours=23)
    trade.tick()
    trade.cin7.behave(down=False)
    trade.tick()
    trade.tick()
    assert trade.exceptions() == {}

    trade.cin7.behave(down=True)
    trade.drop(order("PO000001", [Line(MUG, 12)]))
    trade.tick()
    trade.pass_time(hours=23)
    trade.rows("UPDATE purchase_order SET clock_started_at = now(), acknowledge_by = now() + interval '24 hours'"
               " RETURNING 1")  # fmt: skip
    trade.tick()

    assert "95 % over" in trade.exceptions()["acknowledgement_at_risk"]


def test_answering_now_places_nothing_that_an_obstacle_stands_in_the_way_of(begin):
    trade = begin(tax_rule="VAT")
    trade.drop(order("PO000001", GOOD))
    trade.tick()

    trade.tick("PO000001", answer_now=True)

    assert trade.sales() == []
    assert trade.answers() == []
    assert "is not nil" in trade.exceptions()["configuration"]


def test_money_at_stake_is_what_amazon_would_pay_for_cases_priced_by_the_each(trade):
    trade.drop(order("PO000001", [Line("B0000SPOON", 10, unit="CA", price="1.00")]))

    trade.tick()

    assert trade.rows("SELECT money_at_stake FROM exception_entry") == [{"money_at_stake": Decimal(60)}]
