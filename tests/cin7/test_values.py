"""What Cin7's JSON means, in all the ways that it is written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from include.cin7.values import AvailabilityRow, Product, Sale, SaleLine, SaleRow, day, instant, number
from include.errors import RejectedError

MOMENT = datetime(2026, 11, 24, 15, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("written", [
    "2026-11-24T15:04:05",
    "2026-11-24T15:04:05Z",
    *(f"2026-11-24T15:04:05.{'0' * digits}{zone}" for digits in range(2, 8) for zone in ("", "Z")),
    "2026-11-24T17:04:05.0000000+02:00",
])  # fmt: skip
def test_an_instant_is_read_with_and_without_a_z_and_with_any_digits(written):
    assert instant(written) == MOMENT


def test_the_seventh_digit_of_a_second_is_dropped():
    assert instant("2026-11-24T15:04:05.1234567Z") == MOMENT.replace(microsecond=123456)


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_instant_is_none(nothing):
    assert instant(nothing) is None
    assert day(nothing) is None


def test_a_midnight_is_a_day_of_the_tenants_calendar():
    assert day("2026-11-24T00:00:00") == date(2026, 11, 24)


@pytest.mark.parametrize("written", ["24/11/2026", "soon"])
def test_what_is_no_date_is_told(written):
    with pytest.raises(RejectedError, match="where a date belongs"):
        instant(written)


@pytest.mark.parametrize(
    ("told", "meant"), [(None, 0), ("", 0), (0, 0), ("10.0000000000", 10), (Decimal("0.1"), Decimal("0.1"))]
)
def test_a_number_is_read_exactly(told, meant):
    assert number(told) == meant


@pytest.mark.parametrize("status", ["PICKING", "Picked", "PARTIALLY PICKED"])
def test_a_sale_is_picked_by_its_combined_status(status):
    assert Sale.from_json({"ID": "1", "CombinedPickingStatus": status}).is_picked


def test_a_sale_is_picked_by_a_task_and_not_by_a_void_one():
    def tasks(status):
        picks = [{"Pick": None}, {"Pick": {"Status": status}}]
        return {"ID": "1", "CombinedPickingStatus": "NOT PICKED", "Fulfilments": picks}

    assert Sale.from_json(tasks("Authorised")).is_picked
    assert not Sale.from_json(tasks("VOIDED")).is_picked


def test_ids_are_lower_case_and_statuses_upper_case():
    row = SaleRow.from_json({"SaleID": "AB-CD", "Status": "Ordered", "OrderStatus": "Authorised"})

    assert (row.sale_id, row.status, row.order_status) == ("ab-cd", "ORDERED", "AUTHORISED")


def test_a_line_without_a_back_order_is_allocated_whole():
    line = SaleLine.from_json({"SKU": "MUG", "Quantity": 2, "Price": 1})

    assert (line.quantity, line.back_ordered, line.price) == (2, 0, 1)


def test_an_empty_row_is_harmless():
    assert AvailabilityRow.from_json({}).available == 0
    assert Product.from_json({}, None, {}).sku == ""
    assert Sale.from_json({}).lines == ()
    assert SaleRow.from_json({}).sale_id == ""


def test_a_date_with_an_offset_is_the_day_that_is_written():
    assert day("2026-11-24T00:00:00+10:00") == date(2026, 11, 24)
