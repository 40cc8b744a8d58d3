"""A notice that was sent and is to say something else: only while it may; a person may leave it at what was sent."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from include.errors import RejectedError
from tests.ship_notices.warehouse import Line, fulfilment, items_of, packed, shipped

ORDER = "4AB7XY2P"
DAY_OF_ARRIVAL = 3  # days after the shipping, as the relationship has it


def ship(warehouse, sale, *lines):
    """Everything in these boxes is on its way."""
    boxes = [shipped(box, tracking=f"1Z{box[-1]}") for box in dict.fromkeys(line.box for line in lines)]
    warehouse.say(sale, fulfilment(1, lines, boxes=boxes))


def run(warehouse):
    """Two ticks with the gathering of a truck between them."""
    warehouse.tick()
    warehouse.pass_time(minutes=11)
    return warehouse.tick()


def purposes(warehouse):
    """BSN01 of every notice written."""
    return [next(segment[1] for segment in notice if segment[0] == "BSN") for notice in warehouse.written()]


def answer(warehouse, place, verdict):
    """The partner's word on the n-th notice, now."""
    rows = warehouse.rows("SELECT document_id FROM document WHERE transaction_set = '856' ORDER BY document_id")
    warehouse.rows(
        "UPDATE document SET state = %(verdict)s, acknowledged_at = %(now)s WHERE document_id = %(id)s RETURNING 1",
        verdict=verdict, now=warehouse.now, id=rows[place]["document_id"],
    )  # fmt: skip


@pytest.fixture
def sent(warehouse):
    """A sale of ours that was notified: twelve mugs in two boxes."""
    sale = warehouse.order(ORDER, Line("MUG", 12))
    ship(warehouse, sale, packed("MUG", 6), packed("MUG", 6, "Box 2"))
    run(warehouse)
    assert purposes(warehouse) == ["00"]
    return sale


def number(warehouse):
    (notice,) = warehouse.notices()
    return notice["shipment_number"]


# --- rules that need to know the world ------------------------------------------------------------------------------


def test_856_14_a_notice_of_an_order_that_goes_elsewhere_by_now_is_held(warehouse):
    sale = warehouse.order(ORDER, Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    warehouse.rows('UPDATE purchase_order SET ship_to = ship_to || \'{"identifier": "MDW2"}\' RETURNING 1')
    warehouse.pass_time(minutes=11)
    warehouse.tick()
    before, told = warehouse.written(), warehouse.exceptions()["incomplete_notice"]

    ship(warehouse, sale, packed("MUG", 6))  # somebody touched the sale
    run(warehouse)

    (notice,) = warehouse.written()
    assert before == []
    assert f"Order {ORDER} goes to MDW2, but the shipment to PHX6" in told.what_happened
    assert "where the order goes now" in told.next_step
    assert [segment[4] for segment in notice if segment[:2] == ["N1", "ST"]] == ["MDW2"]
    assert warehouse.exceptions() == {}


@pytest.mark.parametrize(("days", "is_sent"), [(DAY_OF_ARRIVAL, True), (DAY_OF_ARRIVAL + 1, False)])
def test_856_11_a_replacement_leaves_until_the_day_on_which_the_goods_are_expected(warehouse, sent, days, is_sent):
    warehouse.pass_time(days=days)

    warehouse.enter(number(warehouse), seal_number="S1", send_again=True)
    run(warehouse)

    assert purposes(warehouse) == (["00", "05"] if is_sent else ["00"])
    assert ("expected to have arrived" in str(warehouse.exceptions())) is not is_sent


def test_856_11_who_knows_that_the_truck_is_late_enters_it_and_the_replacement_leaves(warehouse, sent):
    warehouse.pass_time(days=DAY_OF_ARRIVAL + 1)
    warehouse.enter(number(warehouse), seal_number="S1", send_again=True)
    run(warehouse)
    told = warehouse.exceptions()["incomplete_notice"]

    warehouse.enter(number(warehouse), delivery_on=warehouse.now.date() + timedelta(days=1))
    run(warehouse)

    assert "later `appointment_at` or `delivery_on`" in told.next_step
    assert purposes(warehouse) == ["00", "05"]
    assert warehouse.exceptions() == {}


def test_856_11_after_its_appointment_goods_are_taken_to_be_there(warehouse, sent):
    appointment = warehouse.now + timedelta(hours=8)
    warehouse.pass_time(hours=9)

    warehouse.enter(number(warehouse), appointment_at=appointment, send_again=True)
    run(warehouse)

    assert purposes(warehouse) == ["00"]
    assert "expected to have arrived" in warehouse.exceptions()["incomplete_notice"].what_happened


# --- a replacement that is given up ---------------------------------------------------------------------------------


def test_a_replacement_that_may_not_leave_is_given_up_and_what_was_sent_stays_in_force(warehouse, sent):
    answer(warehouse, 0, "accepted")
    warehouse.pass_time(days=8)
    warehouse.enter(number(warehouse), seal_number="S1", send_again=True)
    run(warehouse)
    told = set(warehouse.exceptions())
    (original,) = warehouse.rows("SELECT document_id FROM document WHERE transaction_set = '856'")

    warehouse.enter(number(warehouse), keep_as_sent=True)
    watched = run(warehouse)

    (notice,) = warehouse.notices()
    assert told == {"incomplete_notice"}
    assert (notice["state"], notice["document_id"]) == ("sent", original["document_id"])
    assert purposes(warehouse) == ["00"]
    assert (warehouse.exceptions(), watched.stalled) == ({}, ())


def test_what_differs_from_the_notice_that_stays_in_force_is_told(warehouse, sent):
    answer(warehouse, 0, "accepted")
    warehouse.pass_time(days=8)
    ship(warehouse, sent, packed("MUG", 5))
    warehouse.enter(number(warehouse), send_again=True)
    run(warehouse)

    warehouse.enter(number(warehouse), keep_as_sent=True)
    run(warehouse)

    assert purposes(warehouse) == ["00"]
    assert set(warehouse.exceptions()) == {"shipment_undone"}
    assert f"of line 1 of {ORDER} it says 12, and 5 are packed" in (
        warehouse.exceptions()["shipment_undone"].what_happened
    )


def test_where_a_replacement_was_refused_the_notice_before_it_can_stay_in_force(warehouse, sent):
    answer(warehouse, 0, "accepted")
    warehouse.enter(number(warehouse), seal_number="S1", send_again=True)
    run(warehouse)
    answer(warehouse, 1, "rejected")
    warehouse.tick()

    warehouse.enter(number(warehouse), keep_as_sent=True)
    watched = run(warehouse)

    assert purposes(warehouse) == ["00", "05"]
    assert (watched.notices_by_state, watched.stalled) == ({"sent": 1}, ())
    assert "incomplete_notice" not in warehouse.exceptions()


@pytest.mark.parametrize("verdict", [None, "rejected"])
def test_where_nothing_is_in_force_or_nothing_is_replaced_there_is_nothing_to_keep(warehouse, sent, verdict):
    if verdict:
        answer(warehouse, 0, verdict)
        warehouse.tick()

    with pytest.raises(RejectedError, match="no replacement"):
        warehouse.enter(number(warehouse), keep_as_sent=True)


# --- answers that cross ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on_replacement", [None, "accepted", "accepted_with_errors"])
def test_a_replacement_of_a_notice_that_is_refused_afterwards_is_open_again_and_leaves_as_an_original(
    warehouse, sent, on_replacement
):
    warehouse.enter(number(warehouse), seal_number="S1", send_again=True)
    run(warehouse)
    if on_replacement:
        answer(warehouse, 1, on_replacement)
    warehouse.pass_time(minutes=1)
    answer(warehouse, 0, "rejected")
    watched = run(warehouse)
    before, told = purposes(warehouse), warehouse.exceptions()

    warehouse.enter(number(warehouse), send_again=True)
    run(warehouse)

    assert before == ["00", "05"]
    assert watched.notices_by_state == {"reopened": 1}
    assert "which replaces nothing now" in told["incomplete_notice"].what_happened
    assert purposes(warehouse) == ["00", "05", "00"]
    assert items_of(warehouse.written()[-1]) == {(ORDER, "1"): (Decimal(12), "EA")}
    assert warehouse.exceptions() == {}


def test_a_replacement_that_is_refused_after_the_notice_was_accepted_replaces_it_again(warehouse, sent):
    answer(warehouse, 0, "accepted")
    warehouse.enter(number(warehouse), seal_number="S1", send_again=True)
    run(warehouse)
    answer(warehouse, 1, "rejected")
    warehouse.tick()

    warehouse.enter(number(warehouse), seal_number="S2", send_again=True)
    run(warehouse)

    assert purposes(warehouse) == ["00", "05", "05"]
    assert warehouse.exceptions() == {}
