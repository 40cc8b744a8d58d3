"""A shipment that names boxes which nobody packed: a person hears of it at once, and the other boxes go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.ship_notices.warehouse import Line, fulfilment, items_of, packed, shipped

ORDER = "4AB7XY2P"
LINES = [packed("MUG", 6), packed("MUG", 6, "Box 2")]


def say(warehouse, sale, *boxes, is_shipped=False):
    """Two boxes were packed, and these are on their way."""
    told = fulfilment(1, LINES, boxes=[shipped(box, tracking=f"1Z{box[-1]}") for box in boxes])
    warehouse.say(sale, replace(told, is_shipped=is_shipped))


def run(warehouse):
    warehouse.tick()
    warehouse.pass_time(minutes=11)
    return warehouse.tick()


@pytest.fixture
def sale(warehouse):
    return warehouse.order(ORDER, Line("MUG", 12))


def test_a_box_that_was_never_packed_is_told_with_its_name_while_the_packed_one_is_notified(warehouse, sale):
    say(warehouse, sale, "Box 1", "Bxo 2")
    warehouse.tick()
    told = warehouse.exceptions()["incomplete_notice"]
    run(warehouse)

    (notice,) = warehouse.written()
    assert "'Bxo 2'" in told.what_happened
    assert told.purchase_order_number == ORDER
    assert told.deadline == warehouse.sales[sale].modified_at + timedelta(minutes=30)
    assert items_of(notice) == {(ORDER, "1"): (6, "EA")}
    assert set(warehouse.exceptions()) == {"incomplete_notice"}


def test_a_shipment_of_such_boxes_alone_is_told_and_nothing_leaves(warehouse, sale):
    say(warehouse, sale, "Bxo 1", "Bxo 2")

    run(warehouse)

    assert warehouse.written() == []
    assert "'Bxo 1', 'Bxo 2'" in warehouse.exceptions()["incomplete_notice"].what_happened


@pytest.mark.parametrize("comes", ["Box 2", ""])
def test_the_entry_goes_when_the_name_is_put_right_or_the_line_is_gone(warehouse, sale, comes):
    say(warehouse, sale, "Box 1", "Bxo 2")
    run(warehouse)

    say(warehouse, sale, *filter(None, ["Box 1", comes]))
    run(warehouse)

    assert warehouse.exceptions() == {}
    assert len(warehouse.written()) == (2 if comes else 1)


def test_the_entry_goes_when_the_sale_is_voided(warehouse, sale):
    say(warehouse, sale, "Bxo 2")
    run(warehouse)
    warehouse.say(sale, voided=True)

    run(warehouse)

    assert warehouse.exceptions() == {}


def test_what_is_shipped_whole_is_on_its_way_whatever_its_lines_call_the_boxes(warehouse, sale):
    say(warehouse, sale, "Box 1", "Bxo 2", is_shipped=True)

    warehouse.tick()

    assert "were not packed" not in str(warehouse.exceptions())
    assert warehouse.rows("SELECT FROM carton WHERE shipped_on IS NULL") == []
