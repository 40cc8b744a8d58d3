"""What people undo, move and correct after goods were packed: the notice says what is on the truck, and only once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from include.database.connection import connect
from include.errors import RejectedError
from include.exceptions.queue import list_open
from include.identifiers import build_sscc
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

PALLET_SSCC = build_sscc(3, "0614141", 77)
TRUCK = [shipped(carrier="Old Dominion", tracking=None)]


def references(notice, qualifier):
    return [segment[2] for segment in notice if segment[:2] == ["REF", qualifier]]


def test_a_shipment_undone_while_its_packing_stands_does_not_leave(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    warehouse.pass_time(minutes=1)
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    leave(warehouse)
    before = warehouse.written()

    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)

    assert before == []
    assert len(warehouse.written()) == 1
    assert warehouse.exceptions() == {}


def test_a_shipment_undone_after_its_notice_left_is_told_and_the_entry_goes_when_it_is_shipped_again(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    told = warehouse.exceptions()
    warehouse.pass_time(minutes=1)

    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()

    assert set(told) == {"shipment_undone"}
    assert warehouse.exceptions() == {}
    assert len(warehouse.written()) == 1


def test_many_boxes_of_a_notice_that_are_undone_are_one_entry(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    boxes = [packed("MUG", 2, box=f"Box {number}") for number in (1, 2, 3)]
    ship(warehouse, sale, *boxes)
    warehouse.tick()
    leave(warehouse)

    warehouse.say(sale, fulfilment(1, boxes))
    warehouse.tick()

    with connect(warehouse.database) as connection:
        (entry,) = list_open(connection)
    assert all(f"'Box {number}'" in entry.what_happened for number in (1, 2, 3))


def test_an_entry_about_an_undone_box_goes_when_the_box_is_packed_as_notified(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    for quantity in (6, 5, 6):
        warehouse.pass_time(minutes=1)
        ship(warehouse, sale, packed("MUG", quantity))
        warehouse.tick()
        leave(warehouse)

    assert warehouse.exceptions() == {}
    assert len(warehouse.written()) == 1


def test_lines_of_a_box_in_another_order_are_the_same_packing(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6), Line("BOWL", 2))
    ship(warehouse, sale, packed("MUG", 6), packed("BOWL", 2))
    warehouse.tick()
    leave(warehouse)

    ship(warehouse, sale, packed("BOWL", 2), packed("MUG", 2), packed("MUG", 4))
    warehouse.tick()

    assert warehouse.exceptions() == {}


def test_a_replacement_says_what_is_packed_now(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    ship(warehouse, sale, packed("MUG", 6), packed("MUG", 6, "Box 2"))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()
    warehouse.answer("accepted")
    ship(warehouse, sale, packed("MUG", 5))
    warehouse.tick()
    told = set(warehouse.exceptions())

    warehouse.enter(sent["shipment_number"], send_again=True)
    warehouse.tick()

    _, second = warehouse.written()
    assert told == {"shipment_undone"}
    assert items_of(second) == {("4AB7XY2P", "1"): (5, "EA")}
    assert len(marks_of(second)) == 1
    assert warehouse.exceptions() == {}


def test_a_notice_to_be_replaced_is_not_withdrawn_in_silence_when_all_of_it_is_undone(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()
    warehouse.answer("accepted")
    warehouse.say(sale, voided=True)
    warehouse.tick()

    warehouse.enter(sent["shipment_number"], send_again=True)
    watched = warehouse.tick()

    assert "shipment_undone" in warehouse.exceptions()
    assert len(warehouse.written()) == 1
    assert watched.stalled == ()


def test_goods_of_another_order_do_not_join_a_notice_that_is_sent_anew(warehouse):
    first, second = (warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB"))
    ship(warehouse, first, packed("MUG", 6), boxes=TRUCK, notes=FREIGHT)
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()
    warehouse.answer("accepted")
    warehouse.enter(sent["shipment_number"], seal_number="S123", send_again=True)
    ship(warehouse, second, packed("MUG", 6), boxes=TRUCK, notes=FREIGHT)

    warehouse.tick()
    leave(warehouse)

    assert [sorted(items_of(each)) for each in warehouse.written()] == [
        [("4AAAAAAA", "1")], [("4AAAAAAA", "1")], [("4BBBBBBB", "1")]]  # fmt: skip


def test_what_is_corrected_in_the_notes_before_the_notice_left_is_what_it_says(begin):
    warehouse = begin(notices={"gather_minutes": 30})
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6), boxes=TRUCK, notes="BOL: WRONG0001 PRO 11111111 ARN 222222 SEAL 33")
    warehouse.tick()
    warehouse.pass_time(minutes=1)

    ship(warehouse, sale, packed("MUG", 6), boxes=TRUCK, notes="BOL: RIGHT0001 PRO 44444444 ARN 555555 SEAL 66")
    warehouse.tick()
    warehouse.pass_time(minutes=30)
    warehouse.tick()

    (notice,) = warehouse.written()
    assert [references(notice, each) for each in ("BM", "CN", "BX", "SN")] == [
        ["RIGHT0001"], ["44444444"], ["555555"], ["66"]]  # fmt: skip


def test_the_tracking_number_that_a_person_entered_is_not_overwritten(begin):
    warehouse = begin(notices={"gather_minutes": 30})
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.enter(staged["shipment_number"], tracking={"Box 1": "1ZRIGHT"})
    warehouse.pass_time(minutes=31)
    ship(warehouse, sale, packed("MUG", 6))

    warehouse.tick()

    (notice,) = warehouse.written()
    assert set(references(notice, "CN")) == {"1ZRIGHT"}


def test_an_order_that_goes_to_another_centre_after_packing_is_notified_there(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    warehouse.rows('UPDATE purchase_order SET ship_to = ship_to || \'{"identifier": "MDW2"}\' RETURNING 1')
    warehouse.pass_time(minutes=1)
    ship(warehouse, sale, packed("MUG", 6))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert [segment[4] for segment in notice if segment[:2] == ["N1", "ST"]] == ["MDW2"]


def test_what_was_entered_before_a_shipment_joined_its_truck_goes_with_it(warehouse):
    first, second = (warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB"))
    warehouse.say(second, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.enter(
        staged["shipment_number"],
        pallets={"P1": ["Box 1"]},
        scac="SAIA",
        delivery_on=(warehouse.now.date() + timedelta(9)),
    )
    warehouse.tick()
    (pallet,) = warehouse.rows("SELECT sscc FROM pallet")
    warehouse.pass_time(minutes=1)
    for sale in (first, second):
        ship(warehouse, sale, packed("MUG", 6), boxes=TRUCK, notes=FREIGHT)

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert pallet["sscc"] in marks_of(notice)
    assert ["TD5", "", "2", "SAIA"] in notice
    assert ["DTM", "017", f"{warehouse.now.date() + timedelta(9):%Y%m%d}"] in notice


def test_a_carton_of_two_orders_that_was_notified_with_the_first_holds_the_second_back(warehouse):
    first, second = (warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB"))
    for sale in (first, second):
        warehouse.say(sale, fulfilment(1, [packed("MUG", 6, BOX_SSCC)]))
    warehouse.tick()
    for sale in (first, second):
        warehouse.pass_time(minutes=1)
        ship(warehouse, sale, packed("MUG", 6, BOX_SSCC))
        warehouse.tick()
        leave(warehouse)

    assert [marks_of(each) for each in warehouse.written()] == [[BOX_SSCC]]
    assert "was used by another shipment" in warehouse.exceptions()["incomplete_notice"].what_happened


def test_one_sscc_written_in_two_ways_is_one_carton_on_one_notice(warehouse):
    sales = [warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB")]
    for sale, box in zip(sales, (f"SSCC {BOX_SSCC}", f"(00){BOX_SSCC}"), strict=True):
        ship(warehouse, sale, packed("MUG", 6, box))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert [segment[2] for segment in notice if segment[0] == "TD1"] == ["1"]


def test_a_fulfilment_voided_and_made_anew_with_the_same_boxes_is_notified_once_with_the_same_sscc(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6, BOX_SSCC))
    warehouse.tick()
    warehouse.pass_time(minutes=1)
    ship(warehouse, sale, packed("MUG", 6, BOX_SSCC), number=2)

    warehouse.tick()
    leave(warehouse)

    assert [marks_of(each) for each in warehouse.written()] == [[BOX_SSCC]]


def test_a_notified_fulfilment_made_anew_with_the_same_boxes_is_no_second_shipment(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.say(sale, voided=False)
    warehouse.tick()
    warehouse.pass_time(minutes=1)

    ship(warehouse, sale, packed("MUG", 6), number=2)
    warehouse.tick()
    leave(warehouse)

    assert len(warehouse.written()) == 1
    assert warehouse.exceptions() == {}


def test_a_withdrawn_notice_is_not_sent_again(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.pass_time(minutes=1)
    warehouse.say(sale, voided=True)
    warehouse.tick()

    with pytest.raises(RejectedError, match="withdrawn"):
        warehouse.enter(staged["shipment_number"], send_again=True)


def test_the_choice_to_send_as_packed_does_not_hold_for_what_is_packed_later(begin):
    warehouse = begin(notices={"gather_minutes": 30})
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 7))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.enter(staged["shipment_number"], send_as_packed=True)
    warehouse.pass_time(minutes=31)
    ship(warehouse, sale, packed("MUG", 70))

    warehouse.tick()

    assert warehouse.written() == []
    assert "quantity_mismatch" in warehouse.exceptions()


def test_a_pallet_may_bear_the_sscc_of_a_box_that_is_undone(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6, BOX_SSCC), packed("MUG", 6, "Box 2")]))
    warehouse.tick()
    (staged,) = warehouse.notices()
    warehouse.enter(staged["shipment_number"], pallets={BOX_SSCC: ["Box 2"]})
    warehouse.tick()
    warehouse.pass_time(minutes=1)

    warehouse.say(sale, fulfilment(1, [packed("MUG", 6, "Box 2")]))
    warehouse.tick()

    assert warehouse.fault is None
    assert len(warehouse.rows("SELECT FROM carton")) == 1


@pytest.mark.parametrize("is_taken_apart", [True, False])
def test_a_pallet_keeps_the_sscc_of_its_name_or_gets_it_again(begin, is_taken_apart):
    warehouse = begin(notices={"pallet_pattern": r"^(\d{18})/"})
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    box = f"{PALLET_SSCC}/1"
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6, box)]))
    warehouse.tick()
    warehouse.pass_time(minutes=1)
    if is_taken_apart:
        warehouse.say(sale, fulfilment(1, [packed("MUG", 6, "Box 1")]))
        warehouse.tick()
        warehouse.pass_time(minutes=1)
    ship(warehouse, sale, packed("MUG", 6, box), boxes=[replace(TRUCK[0], box=box)], notes=FREIGHT)

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert PALLET_SSCC in marks_of(notice)
