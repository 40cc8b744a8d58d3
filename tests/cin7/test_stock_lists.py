"""All of a company's availability: each row once, few calls more than pages, and no doubt that is not told."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.cin7.availability import read_everything, read_of_skus
from include.cin7.page_borders import Border, Row
from include.cin7.reference import fetch_locations
from include.cin7.stock_rows import FINDINGS_KEPT, RowFault, StockReading, StockRow
from include.errors import RejectedError
from include.sandbox.cin7.world import build_world
from tests.cin7.odd_server import Reply
from tests.sandbox.cin7_process import COMPANY, ELSEWHERE, LOCATION

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEY = "ProductAvailabilityList"
PLACES = (LOCATION, ELSEWHERE)


def sku_of(number):
    return f"SKU-{number:04}"


def company(products, **more):
    return COMPANY | {
        "products": [{"SKU": sku_of(number)} for number in range(products)],
        "stock": [{"sku": sku_of(number), "location": place, "on_hand": 5 + number % 7}
                  for number in range(products) for place in PLACES],
    } | more  # fmt: skip


class Desk:
    """The sandbox's desk without HTTP. `between` is called with the number of each reading, before it is answered."""

    def __init__(self, world, between=lambda number: None) -> None:
        self.world = world
        self.calls = 0
        self._between = between

    def get(self, path, query=None):
        self.calls += 1
        self._between(self.calls)
        params = {name.lower(): str(value) for name, value in query.items()}
        return self.world.desk.read(params, NOW, self.world.behaviour)

    def move(self, kind, number, quantity, location=LOCATION, **more):
        told = {"kind": kind, "sku": sku_of(number), "location": location, "quantity": quantity} | more
        self.world.move_stock(told, NOW)

    def truth(self):
        return summed(each for rows in self.world.stock.rows.values() for each in rows)


def summed(rows):
    total = defaultdict(Decimal)
    for row in rows:
        total[row.sku] += row.available
    return {sku: units for sku, units in total.items() if units}


def read(reader, reading=None, page_size=10):
    reading = reading or StockReading()
    return list(read_everything(reader, reading, page_size=page_size)), reading


def page_of(*rows, total=None):
    return Reply(body=json.dumps({"Total": len(rows) if total is None else total, KEY: rows}))


def row(sku="MUG", **more):
    return {"SKU": sku, "Location": LOCATION, "OnHand": 9, "Allocated": 2, "Available": 7} | more


def test_a_row_comes_with_all_that_cin7_says_of_it(odd, odd_client):
    odd.always(body=page_of(row(Bin="A-01", Batch="B7", ExpiryDate="2026-12-24T00:00:00", Available=6.5)).body)

    (told,), reading = read(odd_client)

    assert told == StockRow("MUG", LOCATION, "A-01", "B7", date(2026, 12, 24), Decimal(9), Decimal(2), Decimal("6.5"))
    assert (reading.pages, reading.calls, reading.findings) == (1, 1, [])
    assert reading.is_sure("MUG")


def test_a_list_that_stands_still_is_read_in_as_many_calls_as_it_has_pages(cin7, client):
    cin7.become(company(600))

    rows, reading = read(client, page_size=100)

    assert len(rows) == 1_200
    assert cin7.get("counts")["by_kind"] == {"GET /ref/productavailability": 12}
    assert (reading.calls, reading.doubtful, reading.is_all_doubtful) == (12, set(), False)


def test_a_row_that_was_pulled_onto_a_page_already_read_is_found_by_one_call_more():
    desk = Desk(build_world(company(300)))
    desk._between = lambda number: number == 30 and desk.move("adjustment", 7, 0)

    rows, reading = read(desk)

    assert len({(each.sku, each.location) for each in rows}) == len(rows) == 600
    assert (reading.pages, reading.calls, desk.calls) == (60, 61, 61)
    assert reading.doubtful == set()


def test_where_there_is_no_call_to_spare_the_skus_at_the_border_are_in_doubt():
    desk = Desk(build_world(company(100)))
    desk._between = lambda number: number == 8 and desk.move("adjustment", 7, 0)

    rows, reading = read(desk)

    assert (len(rows), reading.calls) == (199, 20)
    assert reading.doubtful == {sku_of(34), sku_of(35)}
    assert not reading.is_sure(sku_of(35))
    assert reading.is_sure(sku_of(7))


def test_a_row_that_comes_again_with_another_number_puts_its_sku_in_doubt():
    desk = Desk(build_world(company(100)))

    def between(number):
        if number == 8:
            desk.move("receipt", 7, 5, bin="A-01")  # pushes the last row onto the next page
            desk.move("sale", 34, 5, location=ELSEWHERE)

    desk._between = between

    rows, reading = read(desk)

    assert len(rows) == 200
    assert reading.doubtful == {sku_of(34)}


def test_a_list_whose_skus_do_not_lie_together_leaves_all_in_doubt_once_a_row_is_missing(odd, odd_client):
    rows = [row(f"S{number % 9}", Bin=str(number)) for number in range(40)]
    odd.in_turn(page_of(*rows[:10], total=40), page_of(*rows[11:21], total=39), page_of(*rows[21:31], total=39),
                page_of(*rows[31:], total=39))  # fmt: skip

    _, reading = read(odd_client)

    assert reading.is_all_doubtful
    assert not reading.is_sure("S8")


def test_a_list_that_says_it_has_more_than_it_gives_leaves_its_end_in_doubt(odd, odd_client):
    odd.in_turn(page_of(*[row(f"S{number}") for number in range(10)], total=12), page_of(total=12))

    _, reading = read(odd_client)

    assert reading.doubtful == {"S9"}


def test_a_row_that_moved_far_down_the_list_does_not_hide_that_another_was_missed(odd, odd_client):
    rows = [row(f"S{number}") for number in range(30)]
    odd.in_turn(page_of(*rows[:10], total=30), page_of(rows[2], *rows[11:20], total=30), page_of(*rows[20:], total=30))

    _, reading = read(odd_client)

    assert {"S9", "S2"} <= reading.doubtful


UNSTABLE = {"unstable_pages": True}


@given(st.integers(0, 10_000), st.sampled_from([10, 20, 7]))
@settings(max_examples=15)
def test_where_pages_shift_what_is_sure_is_whole_or_was_not_seen_at_all(seed, page_size):
    desk = Desk(build_world(company(700, behaviour=UNSTABLE)))
    for _ in range(seed % 5):
        desk.world.desk.read({"page": "2"}, NOW, desk.world.behaviour)  # other shifts than the last time

    rows, reading = read(desk, page_size=page_size)

    truth = desk.truth()
    told = summed(rows)
    assert [sku for sku in told if reading.is_sure(sku) and told[sku] != truth[sku]] == []
    assert [sku for sku in told if told[sku] > truth[sku]] == []
    assert desk.calls == reading.calls <= reading.pages * 1.02


CHANGES = st.lists(st.tuples(st.integers(1, 70), st.sampled_from(["adjustment", "receipt"]), st.integers(0, 349)),
                   max_size=25, unique_by=lambda change: change[0])  # fmt: skip


@given(CHANGES)
@settings(max_examples=40)
def test_one_change_between_two_pages_never_goes_by_unseen(changes):
    """A row goes, or one comes: what was sure and not touched itself is told as it is, or not at all."""
    desk = Desk(build_world(company(350)))
    due = {at: (kind, number) for at, kind, number in changes}

    def between(call):
        if call in due:
            kind, number = due[call]
            desk.move(kind, number, 0 if kind == "adjustment" else 3, bin=None if kind == "adjustment" else "A-02")

    desk._between = between

    rows, reading = read(desk)

    truth, told = desk.truth(), summed(rows)
    touched = {sku_of(number) for _, _, number in changes}
    unsure = [sku for sku in told if sku not in touched and reading.is_sure(sku) and told[sku] != truth[sku]]
    assert unsure == []
    assert len({(each.sku, each.location, each.bin) for each in rows}) == len(rows)
    assert desk.calls <= reading.pages * 1.02


@pytest.mark.parametrize("page_size", [100, 1_000])
def test_a_second_look_has_the_border_well_inside(page_size):
    for number in range(1, 600):
        border = Border(number * page_size, Row(1, "A"), Row(2, "B"), 1, follows_repeats=False)
        size, page = border.window(page_size)

        assert size < page_size
        assert (page - 1) * size < border.place < page * size


# --- rows that are wrong --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "fault", "given_on", "doubtful"),
    [
        (row(Available=-4, OnHand=-2), RowFault.NEGATIVE, True, set()),
        (row(None), RowFault.NO_SKU, False, set()),
        (row("  "), RowFault.NO_SKU, False, {"  "}),
        (row(Location="Atlantis"), RowFault.UNKNOWN_LOCATION, False, set()),
        (row(Available="many"), RowFault.UNREADABLE, False, {"MUG"}),
        (row(Available=[7]), RowFault.UNREADABLE, False, {"MUG"}),
        (row(ExpiryDate="soon"), RowFault.UNREADABLE, False, {"MUG"}),
        (None, RowFault.UNREADABLE, False, set()),
        ("MUG", RowFault.UNREADABLE, False, set()),
    ],
)
def test_a_row_that_is_wrong_is_told_and_the_rest_goes_on(odd, odd_client, told, fault, given_on, doubtful):
    odd.always(body=page_of(told, row("PLATE")).body)

    rows, reading = read(odd_client, StockReading([LOCATION]))

    (finding,) = reading.findings
    assert (finding.fault, dict(reading.counts)) == (fault, {fault: 1})
    assert [each.sku for each in rows] == (["MUG", "PLATE"] if given_on else ["PLATE"])
    assert reading.doubtful == doubtful


def test_a_number_that_is_none_passes_into_no_sum(odd, odd_client):
    odd.always(body=f'{{"{KEY}": [{{"SKU": "MUG", "Location": "x", "Available": NaN}}]}}')

    rows, reading = read(odd_client)

    assert (rows, reading.counts) == ([], {RowFault.UNREADABLE: 1})


def test_a_location_is_known_whatever_its_case(odd, odd_client):
    odd.always(body=page_of(row()).body)

    rows, reading = read(odd_client, StockReading([LOCATION.upper()]))

    assert (len(rows), reading.findings) == (1, [])


def test_all_faults_are_counted_and_some_are_kept(odd, odd_client):
    odd.always(body=page_of(*[row(Bin=str(number), Available=-1) for number in range(FINDINGS_KEPT + 5)]).body)

    _, reading = read(odd_client, page_size=10_000)

    assert (len(reading.findings), reading.counts[RowFault.NEGATIVE]) == (FINDINGS_KEPT, FINDINGS_KEPT + 5)


# --- by SKU ---------------------------------------------------------------------------------------------------------


def test_skus_are_read_again_with_one_call_each(cin7, client):
    reading = StockReading()

    rows = list(read_of_skus(client, {"PLATE", "BOWL"}, reading))

    assert [(each.sku, each.location, each.bin, each.available) for each in rows] == [
        ("PLATE", LOCATION, "A-01", 4), ("PLATE", LOCATION, "A-02", 3), ("PLATE", ELSEWHERE, None, 50)]  # fmt: skip
    assert cin7.get("counts")["by_kind"] == {"GET /ref/productavailability": 2}
    assert reading.calls == 2


def test_what_a_loose_filter_lets_through_is_left_out(odd, odd_client):
    odd.always(body=page_of(row(), row("MUG XL")).body)

    assert [each.sku for each in read_of_skus(odd_client, ["MUG"], StockReading())] == ["MUG"]


def test_a_filter_that_is_not_heeded_is_no_reason_to_read_all_for_each(odd, odd_client):
    odd.answer = lambda asked: page_of(*[row(f"S{asked.query['Page']}-{number}") for number in range(1_000)],
                                       total=500_000)  # fmt: skip

    with pytest.raises(RejectedError, match="does not heed the filter by SKU: asked for MUG"):
        list(read_of_skus(odd_client, ["MUG"], StockReading()))

    assert len(odd.asked) == 1


def test_the_locations_of_the_account_are_known_without_their_bins(odd, odd_client):
    odd.always(body=json.dumps({"LocationList": [
        {"ID": 1, "Name": "Main"}, {"ID": 2, "Name": "A-01", "ParentID": 1},
        {"ID": 3, "Name": "Old", "Deprecated": True},
    ]}))  # fmt: skip

    assert [(each.name, each.is_deprecated) for each in fetch_locations(odd_client)] == [("Main", False), ("Old", True)]
