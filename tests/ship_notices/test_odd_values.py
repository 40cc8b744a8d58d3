"""Odd values of the inventory system and of people: one shipment's stay with it, and the others go on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter

from include.cin7 import fulfilments
from include.errors import RejectedError
from include.orchestration import fulfilment as steps
from include.ship_notices.completing import Entries
from tests.ship_notices.warehouse import Line, fulfilment, items_of, leave, packed, ship, shipped


@pytest.fixture
def pair(warehouse):
    """Two orders: what is odd about the first must not hold up the second."""
    return warehouse.order("4AAAAAAA", Line("MUG", 6)), warehouse.order("4BBBBBBB", Line("MUG", 6))


def told(warehouse):
    return [key[0] for notice in warehouse.written() for key in items_of(notice)]


@pytest.mark.parametrize("day", [date.max, date.min, date(2062, 1, 1)])
@pytest.mark.parametrize("expires_on", [None, date.max, date.min])
def test_a_shipping_date_that_is_none_holds_that_notice_alone(warehouse, pair, day, expires_on):
    ship(warehouse, pair[0], packed("MUG", 6, expires_on=expires_on), boxes=[shipped(day=day)])
    ship(warehouse, pair[1], packed("MUG", 6))

    warehouse.tick()
    leave(warehouse)

    assert told(warehouse) == ["4BBBBBBB"]
    assert "shipped on" in warehouse.exceptions()["incomplete_notice"].what_happened


def test_an_expiry_date_at_the_end_of_time_does_no_harm(warehouse, pair):
    ship(warehouse, pair[0], packed("MUG", 6, lot="L1", expires_on=date.max))
    ship(warehouse, pair[1], packed("MUG", 6))

    warehouse.tick()
    leave(warehouse)

    assert told(warehouse) == ["4AAAAAAA", "4BBBBBBB"]


@pytest.mark.parametrize(
    "box",
    ["", "Box, 1", "Bo\ufffdx", "Box\x07\x1f", "📦" * 50, "x" * 2_000, "Box*1~2>3", " Box 1 "],
)  # fmt: skip
def test_a_box_may_have_any_name(warehouse, pair, box):
    ship(warehouse, pair[0], packed("MUG", 6, box), boxes=[shipped(box)])
    ship(warehouse, pair[1], packed("MUG", 6))

    watched = warehouse.tick()
    leave(warehouse)

    assert told(warehouse) == (["4AAAAAAA"] if box else []) + ["4BBBBBBB"]
    assert watched.stalled == ()


@pytest.mark.parametrize("name", ["x" * 81, "a*b", "a~b", "1Z>9", "\U0001f4e6", "\ud800"])
def test_a_tracking_number_that_no_856_can_say_holds_that_notice_alone(warehouse, pair, name):
    ship(warehouse, pair[0], packed("MUG", 6), boxes=[shipped(tracking=name.encode("utf-8", "replace").decode())])
    ship(warehouse, pair[1], packed("MUG", 6))

    warehouse.tick()
    leave(warehouse)

    assert "4BBBBBBB" in told(warehouse)
    assert warehouse.watched.stalled == ()


@pytest.mark.parametrize(
    "entries",
    [
        {"weight": 0},
        {"weight": -1},
        {"weight": "NaN"},
        {"weight": "1E+400"},
        {"weight": "0.0000000000001"},
        {"shipment_type": "rail"},
        {"bill_of_lading": "B" * 51},
        {"bill_of_lading": "A*B"},
        {"pro_number": "A\x00B"},
        {"scac": "x\ud800"},
        {"seal_number": "\n"},
        {"appointment_at": "0001-01-01T00:00:00Z"},
        {"appointment_at": "2026-11-25T10:00:00"},
        {"delivery_on": "9999-12-31"},
        {"tracking": {"Box 1": "x" * 81}},
        {"tracking": {"Box 1": "a~b"}},
        {"tracking": {"Box 9": "1Z"}},
        {"tracking": {"Box 1": 7}},
        {"tracking": ["Box 1"]},
        {"pallets": {"P" * 5_000: ["Box 1"]}},
        {"pallets": {"P\x00": ["Box 1"]}},
        {"pallets": {"P1": ["Box 9"]}},
        {"pallets": {"P1": "Box 1"}},
        {"unknown": 1},
    ],
    ids=lambda entries: ascii(entries)[:40],
)  # fmt: skip
def test_an_entry_that_cannot_be_used_is_refused_with_a_sentence(warehouse, entries):
    sale = warehouse.order("4AAAAAAA", Line("MUG", 6))
    warehouse.say(sale, fulfilment(1, [packed("MUG", 6)]))
    warehouse.tick()
    (staged,) = warehouse.notices()

    with pytest.raises(RejectedError), warehouse.desk() as desk:
        steps._complete_notice(desk, staged["shipment_number"], entries, "olivia")

    assert warehouse.notices() == [staged]


def test_entries_that_can_be_used_are_taken(warehouse):
    entries = {
        "scac": "UPSN", "shipment_type": "truckload", "bill_of_lading": "VNDR1000/1-234", "weight": "12.5",
        "delivery_on": "2026-11-30", "appointment_at": "2026-11-25T10:00:00-08:00", "tracking": {"Box 1": "1Z 9-1"},
        "pallets": {"P 1": ["Box 1"]},
    }  # fmt: skip

    made = TypeAdapter(Entries).validate_python(entries)

    assert (made.weight, made.shipment_type) == (Decimal("12.5"), "truckload")
    assert made.appointment_at.astimezone(UTC) == datetime(2026, 11, 25, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "told",
    [
        {"Fulfilments": [None]},
        {"Fulfilments": "none"},
        {"Fulfilments": [{"Pick": [], "Pack": "PACKED", "Ship": 7}]},
        {"Fulfilments": [{"Pack": {"Lines": [None]}}]},
        {"Fulfilments": [{"FulfillmentNumber": "NaN"}]},
        {"Fulfilments": [{"FulfillmentNumber": "Infinity"}]},
        {"Fulfilments": [{"Pack": {"Lines": [{"Quantity": "NaN"}]}}]},
        {"LastModifiedOn": "0001-01-01T00:00:00+10:00"},
        {"Invoices": ["x"]},
    ],
    ids=str,
)  # fmt: skip
def test_a_sale_that_is_worded_otherwise_is_refused_as_a_whole(told):
    with pytest.raises(RejectedError):
        fulfilments.read_sale({"ID": "x"} | told)


def test_notices_that_are_held_do_not_keep_the_others_from_leaving(warehouse):
    sales = [warehouse.order(f"4AAAAA{n:02}", Line("MUG", 6)) for n in range(4)]
    for sale in sales[:3]:
        ship(warehouse, sale, packed("MUG", 6), boxes=[shipped(tracking=None)])
    warehouse.tick(send_limit=2)
    leave(warehouse)
    ship(warehouse, sales[3], packed("MUG", 6))
    for _ in range(3):
        warehouse.pass_time(minutes=10)
        warehouse.tick(send_limit=2)

    assert told(warehouse) == ["4AAAAA03"]
