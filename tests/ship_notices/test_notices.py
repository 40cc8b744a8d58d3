"""From what was packed and shipped to the notice that says so: what leaves, what is held, and what is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from include.errors import RejectedError, TransientError
from include.identifiers import as_sscc
from include.ship_notices import finding
from tests.ship_notices.warehouse import NOON, Line, fulfilment, items_of, marks_of, packed, shipped

TODAY = NOON.date()
BOX_SSCC = "006141410000000012"
FREIGHT = "BOL: VNDR10001234 PRO 77123456"


def ship(warehouse, sale, *lines, number=1, **more):
    """Everything in these boxes is on its way, each box with a tracking number of its own."""
    boxes = [shipped(box, tracking=f"1Z{box[-6:]}") for box in dict.fromkeys(line.box for line in lines)]
    warehouse.say(sale, fulfilment(number, lines, boxes=more.pop("boxes", boxes), **more))


def leave(warehouse):
    """The truck is gathered and the next tick runs."""
    warehouse.pass_time(minutes=10)
    return warehouse.tick()


# --- what leaves ----------------------------------------------------------------------------------------------------


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


# --- what is held, and told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "boxes", "settings", "kind", "words"),
    [
        ([packed("MUG", 6)], [shipped(tracking=None)], {}, "incomplete_notice", "tracking number"),
        ([packed("MUG", 6)], [shipped(carrier="Bob's Van")], {}, "incomplete_notice", "no carrier"),
        ([packed("MUG", 6, "")], [shipped("")], {}, "incomplete_notice", "packed in no box"),
        ([packed("MUG", 6)], [shipped()], {"company_prefix": None}, "incomplete_notice", "has no SSCC"),
        ([packed("MUG", 6)], [shipped()], {"ship_from": None}, "incomplete_notice", "shipped from"),
        ([packed("MUG", 6)], [shipped()], {"is_collect": True}, "incomplete_notice", "ARN"),
        ([packed("MUG", 7)], [shipped()], {}, "quantity_mismatch", "6 were confirmed"),
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


def test_a_box_of_two_hundred_signs_gets_an_sscc_of_ours(warehouse):
    box = "Pick face 7, please handle with care, " * 5 + BOX_SSCC[:10]
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6, box[:200]))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert len(marks_of(notice)) == 1 and as_sscc(marks_of(notice)[0])


def test_a_box_whose_check_digit_is_wrong_gets_an_sscc_of_ours(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6, BOX_SSCC[:-1] + "9"))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert marks_of(notice) != [BOX_SSCC[:-1] + "9"]


def test_an_sscc_that_was_used_within_the_year_holds_the_notice(warehouse):
    first = warehouse.order("4AAAAAAA", Line("MUG", 6))
    ship(warehouse, first, packed("MUG", 6, BOX_SSCC))
    warehouse.tick()
    leave(warehouse)
    second = warehouse.order("4BBBBBBB", Line("MUG", 6))
    ship(warehouse, second, packed("MUG", 6, BOX_SSCC))

    warehouse.tick()
    leave(warehouse)

    assert len(warehouse.written()) == 1
    assert "SSCC" in warehouse.exceptions()["incomplete_notice"].what_happened


def test_an_sscc_may_be_used_again_after_a_year(warehouse):
    first = warehouse.order("4AAAAAAA", Line("MUG", 6))
    ship(warehouse, first, packed("MUG", 6, BOX_SSCC))
    warehouse.tick()
    leave(warehouse)
    warehouse.pass_time(days=366)
    second = warehouse.order("4BBBBBBB", Line("MUG", 6))
    ship(warehouse, second, packed("MUG", 6, BOX_SSCC), boxes=[shipped(BOX_SSCC, day=warehouse.now.date())])

    warehouse.tick()
    leave(warehouse)

    assert [marks_of(each) for each in warehouse.written()] == [[BOX_SSCC], [BOX_SSCC]]


def test_a_sale_that_is_none_of_ours_costs_no_call(warehouse):
    warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say("99999999-0000-4000-8000-000000000000", fulfilment(1, [packed("MUG", 6)]))

    warehouse.tick()

    assert warehouse.fetched == []


def test_a_sale_is_read_once_for_each_change(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))

    warehouse.tick()
    warehouse.tick()
    leave(warehouse)

    assert warehouse.fetched == [sale]


def test_a_sale_that_cannot_be_read_is_told_and_the_others_go_on(warehouse):
    bad, good = warehouse.order("4AAAAAAA", Line("MUG", 6)), warehouse.order("4BBBBBBB", Line("MUG", 6))
    warehouse.refusals[bad] = RejectedError("Cin7 answered 'x' where a number belongs.")
    for sale in (bad, good):
        ship(warehouse, sale, packed("MUG", 6))

    warehouse.tick()
    leave(warehouse)

    (notice,) = warehouse.written()
    assert list(items_of(notice)) == [("4BBBBBBB", "1")]
    assert warehouse.exceptions()["inventory_system_refused"].purchase_order_number == "4AAAAAAA"


def test_an_inventory_system_that_is_down_is_told_and_the_next_tick_heals(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.refusals[sale] = TransientError("Cin7 does not answer.")
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    told = warehouse.exceptions()
    warehouse.refusals.clear()

    leave(warehouse)
    leave(warehouse)

    assert set(told) == {"inventory_system_down"}
    assert len(warehouse.written()) == 1
    assert warehouse.exceptions() == {}


# --- undone and changed ---------------------------------------------------------------------------------------------


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


def test_a_sent_notice_is_changed_only_by_a_persons_word(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()

    with pytest.raises(RejectedError, match="is sent already"):
        warehouse.enter(sent["shipment_number"], pro_number="77123456")

    assert len(warehouse.written()) == 1


def test_a_replacement_says_so_and_has_its_own_document(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()
    warehouse.answer("accepted")

    warehouse.enter(sent["shipment_number"], delivery_on=date(2026, 12, 2), send_again=True)
    warehouse.tick()

    first, second = warehouse.written()
    assert [segment[1:3] for each in (first, second) for segment in each if segment[0] == "BSN"] == [
        ["00", sent["shipment_number"]], ["05", sent["shipment_number"]]]  # fmt: skip
    assert marks_of(first) == marks_of(second)


def test_a_notice_that_the_partner_refused_is_open_again_with_its_fields_named_and_is_an_original_again(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (first,) = warehouse.written()
    starts = next(n for n, segment in enumerate(first) if segment[0] == "ST")
    place = next(n for n, segment in enumerate(first) if segment[0] == "TD5") - starts + 1
    warehouse.answer("rejected", [{"segment": "TD5", "position": place, "element": 3, "code": "7", "sentence": "No."}])

    warehouse.tick()
    (reopened,) = warehouse.notices()
    told = warehouse.exceptions()["incomplete_notice"].what_happened
    warehouse.enter(reopened["shipment_number"], scac="UPSS", send_again=True)
    warehouse.tick()

    assert reopened["state"] == "reopened"
    assert "names carrier" in told
    assert [segment[1] for segment in warehouse.written()[1] if segment[0] == "BSN"] == ["00"]


# --- in time --------------------------------------------------------------------------------------------------------


def test_a_notice_that_should_have_left_is_late(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6), boxes=[shipped(tracking=None)])
    warehouse.tick()
    warehouse.pass_time(minutes=31)

    warehouse.tick()

    assert "was due at 2026-11-24 12:30 UTC" in warehouse.exceptions()["late_notice"].what_happened


def test_an_appointment_makes_the_notice_due_six_hours_before_it(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    (staged,) = warehouse.notices()

    warehouse.enter(staged["shipment_number"], appointment_at=NOON + timedelta(hours=5))
    warehouse.tick()

    (staged,) = warehouse.notices()
    assert staged["due_at"] == NOON - timedelta(hours=1)


def test_confirmed_and_not_shipped_near_the_windows_end_is_told_and_goes_when_it_is_shipped(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6), window_end=TODAY + timedelta(days=2))
    warehouse.order("4FARAWAY", Line("MUG", 6), window_end=TODAY + timedelta(days=9))

    warehouse.tick()
    before = warehouse.exceptions()["order_not_shipped"]
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)

    assert "4AB7XY2P: 6 confirmed units are not shipped" in before.what_happened
    assert str(before.money) == "25.50 USD"
    assert warehouse.exceptions() == {}


def test_an_order_shipped_in_part_and_at_rest_is_told(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.pass_time(days=4)

    warehouse.tick()

    assert "was shipped in part" in warehouse.exceptions()["order_not_shipped"].what_happened


# --- side by side ---------------------------------------------------------------------------------------------------


def test_law_9_two_workers_on_one_shipment_send_one_notice(warehouse):
    sales = [warehouse.order(f"4AAAAA{n:02}", Line("MUG", 6)) for n in range(6)]
    for sale in sales:
        ship(warehouse, sale, packed("MUG", 6), boxes=[shipped(carrier="Old Dominion", tracking=None)], notes=FREIGHT)
    with warehouse.desk() as desk:
        finding.sweep(desk)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: warehouse.tick(), range(3)))
    warehouse.pass_time(minutes=10)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: warehouse.tick(), range(3)))

    (notice,) = warehouse.written()
    assert len(items_of(notice)) == 6
    assert len(set(marks_of(notice))) == 6


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
