"""What is late, due sooner, or confirmed and not shipped."""

from __future__ import annotations

from datetime import timedelta

from tests.ship_notices.warehouse import NOON, TODAY, Line, fulfilment, leave, packed, ship, shipped


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
