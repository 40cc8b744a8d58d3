"""Which sales are read, how often, and what happens when they cannot be."""

from __future__ import annotations

from include.errors import RejectedError, TransientError
from tests.ship_notices.warehouse import Line, fulfilment, items_of, leave, packed, ship


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
