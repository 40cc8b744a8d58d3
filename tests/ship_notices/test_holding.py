"""What holds a notice is told with where to enter it, and what a person enters lets it leave."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.ship_notices.warehouse import NOON, TODAY, Line, fulfilment, items_of, leave, packed, ship, shipped


@pytest.mark.parametrize(
    ("lines", "boxes", "settings", "kind", "words"),
    [
        ([packed("MUG", 6)], [shipped(tracking=None)], {}, "incomplete_notice", "tracking number"),
        ([packed("MUG", 6)], [shipped(carrier="Bob's Van")], {}, "incomplete_notice", "no carrier"),
        ([packed("MUG", 6, "")], [shipped("")], {}, "incomplete_notice", "packed in no box"),
        ([packed("MUG", 6)], [shipped()], {"company_prefix": None}, "incomplete_notice", "has no SSCC"),
        ([packed("MUG", 6)], [shipped()], {"ship_from": None}, "incomplete_notice", "shipped from"),
        ([packed("MUG", 6)], [shipped()], {"is_collect": True}, "incomplete_notice", "ARN"),
        ([packed("MUG", 7)], [shipped()], {}, "quantity_mismatch", "6 of what was confirmed are left"),
        ([packed("MUG", 6), packed("SPOON", 1)], [shipped()], {}, "quantity_mismatch", "no line of it"),
        ([packed("MUG", 6)], [shipped(carrier="Old Dominion")], {}, "incomplete_notice", "bill of lading"),
        ([packed("MUG", 6)], [shipped(day=TODAY - timedelta(days=8))], {}, "incomplete_notice", "is shipped on"),
    ],
)  # fmt: skip
def test_what_a_notice_lacks_holds_it_and_is_told_with_where_to_enter_it(begin, lines, boxes, settings, kind, words):
    warehouse = begin(notices=settings)
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, *lines, boxes=boxes)

    warehouse.tick()
    leave(warehouse)

    entry = warehouse.exceptions()[kind]
    assert warehouse.written() == []
    assert words in entry.what_happened
    assert (entry.purchase_order_number, entry.money.currency) == ("4AB7XY2P", "USD")
    assert entry.deadline == NOON + timedelta(minutes=30)
    assert entry.next_step


def test_what_is_wrong_with_the_packing_is_told_before_the_truck_leaves(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 7)]))

    warehouse.tick()

    assert set(warehouse.exceptions()) == {"quantity_mismatch"}


def test_a_case_order_packed_in_eaches_that_do_not_divide_is_held(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 2, unit="CA", eaches=6))
    ship(warehouse, sale, packed("MUG", 10))

    warehouse.tick()
    leave(warehouse)

    assert warehouse.written() == []
    assert "of which 4 are no whole CA of 6" in warehouse.exceptions()["quantity_mismatch"].what_happened


def test_a_box_whose_goods_fit_no_line_is_told_as_that_alone(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 2, unit="CA", eaches=6))
    boxes = [shipped("Box 1"), shipped("Box 2", tracking="1Z2")]
    ship(warehouse, sale, packed("MUG", 6), packed("MUG", 1, "Box 2"), boxes=boxes)

    warehouse.tick()
    leave(warehouse)

    assert "incomplete_notice" not in warehouse.exceptions()
    assert "of which 1 are no whole CA of 6" in warehouse.exceptions()["quantity_mismatch"].what_happened


def test_what_is_mended_leaves_and_its_exception_goes(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6), boxes=[shipped(tracking=None)])
    warehouse.tick()
    leave(warehouse)
    (held,) = warehouse.notices()

    warehouse.enter(held["shipment_number"], tracking={"Box 1": "1Z999"})
    warehouse.tick()

    (notice,) = warehouse.written()
    assert ["REF", "CN", "1Z999"] in notice
    assert warehouse.exceptions() == {}


def test_a_person_may_send_as_packed_and_the_document_says_what_was_packed(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 7))
    warehouse.tick()
    leave(warehouse)
    (held,) = warehouse.notices()

    warehouse.enter(held["shipment_number"], send_as_packed=True)
    warehouse.tick()

    (notice,) = warehouse.written()
    assert items_of(notice) == {("4AB7XY2P", "1"): (Decimal(7), "EA")}
    (sent,) = warehouse.notices()
    assert sent["send_as_packed"] == "olivia"


def test_what_a_person_entered_is_not_overwritten_by_what_is_read(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.enter(staged["shipment_number"], scac="FDEG", delivery_on=date(2026, 12, 1))
    warehouse.pass_time(minutes=1)
    ship(warehouse, sale, packed("MUG", 6))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert ["TD5", "", "2", "FDEG"] in notice
    assert ["DTM", "017", "20261201"] in notice
