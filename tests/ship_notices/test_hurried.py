"""A webhook hurries the reading of a sale, and loses no later change of it, whatever the clocks say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.ship_notices.warehouse import Changed, Line, fulfilment, packed, ship


def test_a_change_is_seen_after_a_webhook_though_the_clock_there_is_behind(warehouse):
    sale = warehouse.order("4AAAAAAA", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.changed.clear()
    _hurry(warehouse)
    behind = warehouse.now - timedelta(minutes=2)
    warehouse.sales[sale] = replace(warehouse.sales[sale], modified_at=behind)
    warehouse.tick()
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.changed[:] = [Changed(sale, behind + timedelta(minutes=1))]
    warehouse.sales[sale] = replace(warehouse.sales[sale], modified_at=behind + timedelta(minutes=1))

    warehouse.tick()

    assert warehouse.fetched == [sale, sale]


def test_a_webhook_hurries_though_the_clock_there_is_ahead(warehouse):
    sale = warehouse.order("4AAAAAAA", Line("MUG", 6))
    ahead = warehouse.now + timedelta(minutes=2)
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.changed[:] = [Changed(sale, ahead)]
    warehouse.tick()
    _hurry(warehouse)

    warehouse.tick()

    assert warehouse.fetched == [sale, sale]


def _hurry(warehouse):
    warehouse.rows(
        "INSERT INTO webhook_call (erp, event, sale_key, received_at) SELECT 'cin7_core', 'x', sale_key, %(now)s "
        "FROM sale RETURNING 1",
        now=warehouse.now,
    )
