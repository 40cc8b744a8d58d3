"""Entries about shipping say what is so, go when it is so no more, and nothing stands still without one."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from include.documents import sending as documents
from include.errors import RejectedError
from include.exceptions.kinds import Kind
from include.exceptions.queue import resolve
from include.ship_notices import finding, sending
from tests.ship_notices.warehouse import NOON, TODAY, Line, leave, packed, ship


def test_an_entry_about_an_unshipped_order_goes_when_less_is_confirmed(warehouse):
    warehouse.order("4AB7XY2P", Line("MUG", 6), window_end=TODAY)
    warehouse.tick()
    before = warehouse.exceptions()
    warehouse.rows("UPDATE purchase_order_line SET accepted = 0 RETURNING 1")

    warehouse.tick()

    assert set(before) == {"order_not_shipped"}
    assert warehouse.exceptions() == {}


def test_an_entry_about_an_unshipped_order_goes_when_its_window_moves(warehouse):
    warehouse.order("4AB7XY2P", Line("MUG", 6), window_end=TODAY)
    warehouse.tick()
    warehouse.rows("UPDATE purchase_order SET window_end = %(day)s RETURNING 1", day=TODAY + timedelta(days=20))

    warehouse.tick()

    assert warehouse.exceptions() == {}


def test_an_order_of_which_nothing_is_left_to_ship_is_not_at_rest(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.pass_time(days=4)
    warehouse.tick()
    before = warehouse.exceptions()
    warehouse.rows("UPDATE purchase_order_line SET accepted = 6 RETURNING 1")

    warehouse.tick()

    assert set(before) == {"order_not_shipped"}
    assert warehouse.exceptions() == {}


def test_an_order_at_rest_near_the_end_of_its_window_is_told_once(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 12), window_end=TODAY)
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.pass_time(days=4)
    warehouse.tick()
    before = warehouse.rows("SELECT what FROM exception_event")

    warehouse.tick()

    assert warehouse.rows("SELECT what FROM exception_event") == before


def test_a_refused_notice_is_told_with_its_deadline_and_its_money(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.answer("rejected")

    warehouse.tick()

    entry = warehouse.exceptions()["incomplete_notice"]
    assert (str(entry.money), entry.deadline) == ("25.50 USD", NOON + timedelta(minutes=30))


def test_a_refused_notice_whose_entry_somebody_closed_stands_still(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.answer("rejected")
    warehouse.pass_time(hours=1)
    told = warehouse.tick()
    with warehouse.desk() as desk:
        resolve(desk.connection, None, [Kind.INCOMPLETE_NOTICE], subject="notice 1", why="?", now=warehouse.now)
        desk.connection.commit()

    closed = warehouse.tick()

    assert told.stalled == ()
    (name,) = closed.stalled
    assert name.startswith("the shipment ")


def test_a_notice_that_was_sent_and_is_to_be_replaced_is_not_called_late(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    warehouse.answer("accepted")
    warehouse.pass_time(days=8)
    (sent,) = warehouse.notices()
    warehouse.enter(sent["shipment_number"], seal_number="S1", send_again=True)

    warehouse.tick()

    told = warehouse.exceptions()
    assert set(told) == {"incomplete_notice"}
    assert "more than 7 days ago" in told["incomplete_notice"].what_happened
    assert len(warehouse.written()) == 1


def test_a_notice_does_not_leave_without_its_labels(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    with warehouse.desk() as desk:
        finding.find(desk, limit=10)
    warehouse.pass_time(minutes=10)
    with warehouse.desk() as desk:
        write = partial(documents.write_document, desk.connection, warehouse.relationship)
        sending.send_due(desk, write, limit=10)

    assert len(warehouse.written()) == 1
    assert warehouse.rows("SELECT labels FROM label_sheet") == [{"labels": 1}]


def test_a_notice_accepted_with_errors_stands_and_its_fields_are_told_once(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    finding_of_it = {"segment": "TD5", "position": 0, "element": 3, "code": "7", "sentence": "No."}
    warehouse.answer("accepted_with_errors", [finding_of_it])
    warehouse.rows("UPDATE document SET acknowledged_at = %(now)s RETURNING 1", now=warehouse.now)
    warehouse.tick()
    told = warehouse.exceptions()["incomplete_notice"]
    with warehouse.desk() as desk:
        resolve(desk.connection, None, [Kind.INCOMPLETE_NOTICE], subject=told.subject, why="?", now=warehouse.now)
        desk.connection.commit()

    watched = warehouse.tick()

    assert "with errors in carrier" in told.what_happened
    assert (watched.notices_by_state, warehouse.exceptions()) == ({"sent": 1}, {})


def test_a_notice_to_be_sent_anew_whose_sale_cannot_be_read_waits_with_the_entry_about_the_sale(warehouse):
    sale = warehouse.order("4AB7XY2P", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    leave(warehouse)
    (sent,) = warehouse.notices()
    warehouse.refusals[sale] = RejectedError("There is no such sale.")
    warehouse.enter(sent["shipment_number"], seal_number="S1", send_again=True)
    warehouse.pass_time(hours=2)

    watched = warehouse.tick()

    assert (len(warehouse.written()), watched.stalled) == (1, ())
    assert set(warehouse.exceptions()) == {"inventory_system_refused"}
