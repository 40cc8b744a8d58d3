"""From what was packed and shipped to the notices that say so: what leaves, and what shares a notice."""

from __future__ import annotations

from decimal import Decimal

from include.identifiers import as_sscc
from tests.ship_notices.warehouse import (
    BOX_SSCC,
    FREIGHT,
    Line,
    fulfilment,
    items_of,
    leave,
    marks_of,
    packed,
    ship,
    shipped,
)


def test_law_6_what_was_packed_and_shipped_is_notified_once(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12), Line("BOWL", 3))
    ship(warehouse, sale, packed("MUG", 12), packed("BOWL", 2, "Box 2"))

    warehouse.tick()
    leave(warehouse)
    leave(warehouse)

    (notice,) = warehouse.written()
    assert items_of(notice) == {("4AB7XY2P", "1"): (Decimal(12), "EA"), ("4AB7XY2P", "2"): (Decimal(2), "EA")}
    assert len(set(marks_of(notice))) == 2
    assert all(as_sscc(mark) and mark[1:8] == "0614141" for mark in marks_of(notice))
    assert warehouse.exceptions() == {}


def test_packed_and_not_shipped_is_staged_and_does_not_leave(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 12)]))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.notices()
    assert (notice["state"], warehouse.written()) == ("staged", [])
    assert len(warehouse.rows("SELECT FROM carton WHERE sscc IS NOT NULL")) == 1


def test_cases_are_notified_in_cases(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 10, unit="CA", eaches=6))
    ship(warehouse, sale, packed("MUG", 36), packed("MUG", 24, "Box 2"))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert items_of(notice) == {("4AB7XY2P", "1"): (Decimal(10), "CA")}


def test_lines_of_one_sku_are_told_apart_again(warehouse):
    lines = Line("MUG", 2, unit="CA", eaches=6), Line("MUG", 5), Line("MUG", 3)
    sale = warehouse.order("4AB7XY2P", *lines)
    ship(warehouse, sale, packed("MUG", 10), packed("MUG", 10, "Box 2"))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert items_of(notice) == {
        ("4AB7XY2P", "1"): (Decimal(2), "CA"),
        ("4AB7XY2P", "2"): (Decimal(5), "EA"),
        ("4AB7XY2P", "3"): (Decimal(3), "EA"),
    }


def test_one_order_in_three_parts_on_three_days_gives_three_notices(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 30))
    parts = []
    for number in (1, 2, 3):
        day = warehouse.now.date()
        boxes = [shipped("Box 1", tracking=f"1Z{number}", day=day)]
        parts.append(fulfilment(number, [packed("MUG", 10)], boxes=boxes))
        warehouse.say(sale, *parts)
        warehouse.tick()
        leave(warehouse)
        warehouse.pass_time(days=1)

    notices = warehouse.written()

    assert [items_of(each) for each in notices] == [{("4AB7XY2P", "1"): (Decimal(10), "EA")}] * 3
    assert len({segment[2] for each in notices for segment in each if segment[0] == "BSN"}) == 3
    (order,) = warehouse.rows("SELECT state FROM purchase_order")
    assert order["state"] == "shipped"


def test_what_shares_centre_carrier_bill_of_lading_and_day_leaves_as_one_notice(warehouse):
    sales = [warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB", "4CCCCCCC")]
    other = warehouse.order("4DDDDDDD", Line("MUG", 6), centre="MDW2")
    for sale in (*sales, other):
        boxes = [shipped(carrier="Old Dominion", tracking=None)]
        ship(warehouse, sale, packed("MUG", 6), boxes=boxes, notes=FREIGHT)

    warehouse.tick()
    leave(warehouse)

    together, apart = sorted(warehouse.written(), key=lambda each: len(items_of(each)), reverse=True)
    assert sorted(items_of(together)) == [("4AAAAAAA", "1"), ("4BBBBBBB", "1"), ("4CCCCCCC", "1")]
    assert sorted(items_of(apart)) == [("4DDDDDDD", "1")]


def test_a_shipment_waits_for_others_of_its_truck_for_the_set_time_alone(begin):
    warehouse = begin(notices={"gather_minutes": 20})
    first = warehouse.order("4AAAAAAA", Line("MUG", 6))
    second = warehouse.order("4BBBBBBB", Line("MUG", 6))
    boxes = [shipped(carrier="Old Dominion", tracking=None)]
    ship(warehouse, first, packed("MUG", 6), boxes=boxes, notes=FREIGHT)
    warehouse.tick()
    warehouse.pass_time(minutes=15)
    ship(warehouse, second, packed("MUG", 6), boxes=boxes, notes=FREIGHT)

    warehouse.tick()
    before = len(warehouse.written())
    warehouse.pass_time(minutes=5)
    warehouse.tick()

    (notice,) = warehouse.written()
    assert before == 0
    assert len(items_of(notice)) == 2


def test_a_box_that_names_an_sscc_carries_it_and_a_carton_of_two_orders_stands_under_both(warehouse):
    sales = [warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB")]
    for sale in sales:
        ship(warehouse, sale, packed("MUG", 6, f"SSCC {BOX_SSCC}"))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert marks_of(notice) == [BOX_SSCC, BOX_SSCC]
    assert [segment[2] for segment in notice if segment[0] == "TD1"] == ["1"]


def test_boxes_stand_on_the_pallet_that_a_person_puts_them_on(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    lines = [packed("MUG", 6), packed("MUG", 6, "Box 2")]
    boxes = [shipped(box, carrier="Old Dominion", tracking=None) for box in ("Box 1", "Box 2")]
    warehouse.say(sale, fulfilment(1, lines))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.enter(staged["shipment_number"], pallets={"P1": ["Box 1", "Box 2"]})
    warehouse.pass_time(minutes=1)
    ship(warehouse, sale, *lines, boxes=boxes, notes=FREIGHT)

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    levels = [segment[3] for segment in notice if segment[0] == "HL"]
    assert levels == ["S", "O", "T", "P", "I", "P", "I"]
    assert len(set(marks_of(notice))) == 3


def test_a_box_named_after_its_pallet_stands_on_it(begin):
    warehouse = begin(notices={"pallet_pattern": r"^(P\d+)/"})
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    boxes = [shipped(box, carrier="old dominion", tracking=None) for box in ("P1/1", "P1/2")]
    ship(warehouse, sale, packed("MUG", 6, "P1/1"), packed("MUG", 6, "P1/2"), boxes=boxes, notes=FREIGHT)

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert [segment[3] for segment in notice if segment[0] == "HL"] == ["S", "O", "T", "P", "I", "P", "I"]
