"""What changes in the inventory system before a notice left is in it, and what changes after that is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from include.ship_notices import finding
from tests.ship_notices.warehouse import BOX_SSCC, NOON, Line, fulfilment, items_of, leave, packed, ship, shipped


@pytest.mark.parametrize("is_voided", [True, False])
def test_what_is_undone_before_its_notice_left_is_taken_back(warehouse, is_voided):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6, BOX_SSCC))
    warehouse.tick()
    warehouse.pass_time(minutes=5)
    warehouse.say(sale, voided=is_voided)

    warehouse.tick()
    leave(warehouse)

    assert (warehouse.notices(), warehouse.written(), warehouse.exceptions()) == ([], [], {})
    assert warehouse.rows("SELECT FROM sscc") == []


def test_what_is_undone_after_its_notice_left_is_told(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.say(sale, voided=True)

    warehouse.tick()

    entry = warehouse.exceptions()["shipment_undone"]
    assert "Box 1" in entry.what_happened
    assert len(warehouse.written()) == 1


def test_what_is_packed_anew_before_the_truck_leaves_is_what_the_notice_says(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 12)]))
    warehouse.tick()
    warehouse.pass_time(minutes=1)
    ship(warehouse, sale, packed("MUG", 5), packed("MUG", 4, "Box 2"))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert items_of(notice) == {("4AB7XY2P", "1"): (Decimal(9), "EA")}


def test_boxes_that_stay_behind_wait_for_their_own_notice(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    lines = [packed("MUG", 6), packed("MUG", 6, "Box 2")]
    warehouse.say(sale, replace(fulfilment(1, lines, boxes=[shipped("Box 1")]), is_shipped=False))
    warehouse.tick()
    leave(warehouse)

    first = [items_of(each) for each in warehouse.written()]
    later = warehouse.now.date()
    warehouse.say(sale, fulfilment(1, lines, boxes=[shipped("Box 1"), shipped("Box 2", tracking="1Z2", day=later)]))
    warehouse.tick()
    leave(warehouse)

    assert first == [{("4AB7XY2P", "1"): (Decimal(6), "EA")}]
    assert [items_of(each) for each in warehouse.written()][1:] == first


def test_a_reading_older_than_the_last_one_is_left_alone(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    older = warehouse.sales[sale]
    warehouse.tick()
    warehouse.pass_time(minutes=1)
    ship(warehouse, sale, packed("MUG", 5))
    warehouse.tick()

    with warehouse.desk() as desk:
        (row,) = warehouse.rows("SELECT sale_key FROM sale")
        finding.take_in(desk, row["sale_key"], NOON, older, read_at=NOON)
        desk.connection.commit()

    assert [line["quantity"] for line in warehouse.rows("SELECT quantity FROM packed_line")] == [Decimal(5)]
