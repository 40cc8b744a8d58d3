"""The 850: what each golden file tells, and what holds of any order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.amazon.orders import OrderType
from include.amazon.x12_850 import parse_purchase_order
from tests.amazon.golden_files import as_json, cases, expected, name_of
from tests.x12.readers import amazon, plain, read, sets_of

HEAD = [["ST", "850", "0001"], ["BEG", "00", "NE", "4ABCD123", "", "20261124"]]
LINE = ["PO1", "1", "5", "EA", "9.99", "PE", "BP", "B0EXAMPLE1"]
WINDOW = [["DTM", "064", "20261201"], ["DTM", "063", "20261208"]]


def order_of(*segments):
    return parse_purchase_order([*HEAD, *segments])


@pytest.mark.parametrize("path", cases("850"), ids=name_of)
def test_an_850_tells_what_its_golden_file_says(path):
    content = path.read_bytes()
    (received,) = sets_of(read(content, amazon if b"*AMAZON " in content else plain))

    assert received.verdict in ("A", "E")
    assert as_json(parse_purchase_order(received.segments)) == expected(path)


def test_there_are_golden_files():
    assert len(cases("850")) == 10


@pytest.mark.parametrize("kind", list(OrderType))
def test_every_order_type_is_known(kind):
    order = parse_purchase_order([["BEG", "00", kind.value, "4ABCD123", "", "20261124"], LINE])

    assert order.order_type is kind


@pytest.mark.parametrize(
    ("dates", "start", "end"),
    [
        (["064 20261201", "063 20261208"], "2026-12-01", "2026-12-08"),
        (["037 20261130", "038 20261210"], "2026-11-30", "2026-12-10"),
        (["010 20261129", "001 20261211"], "2026-11-29", "2026-12-11"),
        (["010 20261129", "002 20261205"], "2026-11-29", "2026-12-05"),
        (["002 20261205"], "2026-12-05", "2026-12-05"),
        (["002 20261205", "064 20261201", "063 20261208"], "2026-12-01", "2026-12-08"),
        (["118 20261202"], "2026-12-02", None),
        (["063 20261201", "064 20261208"], "2026-12-08", "2026-12-01"),
        (["064 ", "037 20261130"], "2026-11-30", None),
        ([], None, None),
    ],
)
def test_the_window_is_the_first_pair_of_dates_that_a_guide_names(dates, start, end):
    order = order_of(*(["DTM", *each.split(" ")] for each in dates), LINE)

    assert (
        order.window_start and order.window_start.isoformat(),
        order.window_end and order.window_end.isoformat(),
    ) == (
        start,
        end,
    )


@pytest.mark.parametrize(("code", "is_allowed"), [("Y", True), ("N", False), ("P2", False), (None, False)])
def test_back_orders_are_allowed_only_where_csh_says_yes(code, is_allowed):
    assert order_of(*([["CSH", code]] if code else []), LINE).back_order_allowed is is_allowed


def test_the_first_of_what_is_said_twice_holds():
    order = order_of(
        ["REF", "CR", "FIRST"], ["REF", "CR", "SECOND"], ["CSH", "N"], ["CSH", "Y"], *WINDOW, *WINDOW, LINE
    )

    assert (order.vendor_code, order.back_order_allowed) == ("FIRST", False)


def test_what_stands_in_a_loop_of_the_heading_is_not_the_orders_own():
    order = order_of(
        ["SAC", "C", "D240"], ["CUR", "BY", "EUR"],
        ["N9", "L1", "NOTE"], ["DTM", "064", "20270101"],
        ["AMT", "TT", "1"], ["REF", "CR", "OF-THE-AMOUNT"], ["DTM", "063", "20270102"],
        ["N1", "BT", "", "92", "HQ"], ["REF", "CR", "OF-THE-PARTY"],
        ["SPI", "00"], ["N1", "ST", "", "92", "ELSEWHERE"],
        LINE,
    )  # fmt: skip

    assert (order.currency, order.vendor_code, order.window_start, order.window_end) == (None,) * 4
    assert order.ship_to is None


def test_a_header_segment_that_stands_late_is_the_orders_own():
    order = order_of(["N1", "ST", "", "92", "PHX6"], ["CSH", "Y"], *WINDOW, LINE)

    assert order.back_order_allowed is True
    assert order.window_end is not None


def test_what_stands_at_a_line_is_not_the_orders_own():
    order = order_of(
        *WINDOW, LINE, ["DTM", "064", "20270101"], ["N1", "ST", "", "92", "ELSE"], ["REF", "PD", "X"], LINE
    )

    assert order.window_start is not None
    assert order.window_start.year == 2026
    assert (order.ship_to, order.deal, len(order.lines)) == (None, None, 2)


def test_a_purpose_of_cancelling_or_lines_of_zero_cancel_the_order():
    zero = [*LINE[:2], "0", *LINE[3:]]

    assert order_of(zero, [*zero[:1], "2", *zero[2:]]).is_cancelled
    assert parse_purchase_order([["BEG", "01", "NE", "4ABCD123", "", "20261124"], LINE]).is_cancelled
    assert not order_of(LINE, zero).is_cancelled


def test_lines_without_a_quantity_cancel_nothing():
    order = order_of(["PO1", "1", "", "", "9.99", "", "BP", "B0EXAMPLE1"])

    assert not order.is_cancelled
    assert order.unclear == ("Line 1 has no quantity.",)


@pytest.mark.parametrize("text", ["", "1E400000000000000000000", "NaN", "Infinity", "sNaN", "TEN", "1_0 0"])
def test_what_is_no_number_is_none_and_raises_nothing(text):
    (line,) = order_of(["PO1", "1", "5", "EA", text, "PE", "BP", "B0EXAMPLE1"]).lines

    assert line.unit_price is None


def test_an_id_without_its_qualifier_is_left_out_and_the_first_stays_first():
    (line,) = order_of([*LINE[:6], "BP", "B0EXAMPLE1", "", "LOST", "VN", "", "UP", "012345678905", "VN"]).lines

    assert [str(each) for each in line.identifiers] == ["BP B0EXAMPLE1", "UP 012345678905"]


@given(
    quantity=st.decimals(min_value="-99999", max_value="9999999999", places=3),
    price=st.decimals(min_value="-9999", max_value="9999999999", places=4),
)
def test_numbers_are_exact(quantity, price):
    (line,) = order_of(["PO1", "1", f"{quantity:f}", "EA", f"{price:f}", "PE", "BP", "B0EXAMPLE1"]).lines

    assert (line.quantity, line.unit_price) == (quantity, price)
    assert isinstance(line.quantity, Decimal)


@given(st.lists(st.sampled_from(["1", "2", "", "7"]), min_size=1, max_size=6))
def test_no_line_is_dropped_or_nameless(numbers):
    order = order_of(*(["PO1", number, *LINE[2:]] for number in numbers))

    assert len(order.lines) == len(numbers)
    assert [line.line_number for line in order.lines] == [
        number or str(place) for place, number in enumerate(numbers, 1)
    ]


def test_twenty_thousand_lines_are_parsed():
    order = order_of(*(["PO1", str(place), *LINE[2:]] for place in range(1, 20_001)))

    assert len({line.line_number for line in order.lines}) == 20_000


def test_the_set_that_the_reader_gives_is_parsed_in_any_delimiters():
    path = next(path for path in cases("850") if path.stem == "eaches-prepaid")
    content = path.read_bytes().replace(b"*", b"|").replace(b"~\n", b"\n")

    (received,) = sets_of(read(content, amazon))

    assert as_json(parse_purchase_order(received.segments)) == expected(path)
