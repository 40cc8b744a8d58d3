"""Labels of a shipment that was withdrawn can be printed no more, and those of its cartons elsewhere still can."""

from __future__ import annotations

import pytest

from tests.ship_notices.warehouse import Line, fulfilment, packed, shipped


@pytest.fixture
def warehouse(begin, tmp_path):
    return begin(notices={"label_folder": str(tmp_path)})


def printable(warehouse, tmp_path):
    """The shipments whose labels lie in the table, and in the folder."""
    rows = warehouse.rows("SELECT shipment_number FROM label_sheet JOIN ship_notice USING (notice_id) ORDER BY 1")
    return [row["shipment_number"] for row in rows], sorted(path.name for path in tmp_path.iterdir())


def test_labels_of_a_withdrawn_shipment_are_gone_and_the_others_stay(warehouse, tmp_path):
    gone, stays = (warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB"))
    for sale in (gone, stays):
        warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    before = printable(warehouse, tmp_path)
    warehouse.pass_time(minutes=1)
    warehouse.say(gone, voided=True)

    warehouse.tick()

    (notice,) = warehouse.notices()
    left = notice["shipment_number"]
    assert [len(each) for each in before] == [2, 4]
    assert printable(warehouse, tmp_path) == ([left], [f"{left}.pdf", f"{left}.zpl"])


def test_cartons_that_moved_to_the_notice_of_their_truck_have_their_labels_there_alone(warehouse, tmp_path):
    sales = [warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB")]
    for sale in sales:
        warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    warehouse.pass_time(minutes=1)
    for sale in sales:
        boxes = [shipped(carrier="Old Dominion", tracking=None)]
        warehouse.say(sale, fulfilment(1, [packed("MUG", 6)], boxes=boxes, notes="BOL VNDR1000 PRO 12345678"))

    warehouse.tick()

    (notice,) = warehouse.notices()
    truck = notice["shipment_number"]
    assert printable(warehouse, tmp_path) == ([truck], [f"{truck}.pdf", f"{truck}.zpl"])
    assert warehouse.rows("SELECT labels FROM label_sheet") == [{"labels": 2}]
