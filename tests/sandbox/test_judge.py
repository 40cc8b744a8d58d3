"""Each word of the verdict over hand-written reports and events: a case that counts nothing beside one that counts.

KETTLE is an each; CASE is a SKU assembled from six of it, so that both share one stock. Times are hours of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from include.sandbox.judge import Verdict, judge

Json = dict[str, Any]
NUMBER, PLACE = "4TEST001", "Main"
DROPPED, ANSWERED = 1.0, 4.0


def at(hour: float) -> str:
    day, minutes = divmod(round(hour * 60), 24 * 60)
    return f"2026-11-{25 + day}T{minutes // 60:02}:{minutes % 60:02}:00+00:00"


def line(
    quantity: int, number: str = "1", sku: str | None = "KETTLE", eaches: int = 1, fault: str | None = None
) -> Json:
    return {"line_number": number, "quantity": str(quantity), "sku": sku, "eaches": str(eaches), "fault": fault}


def revision(*lines: Json, hour: float = DROPPED, answered: float | None = ANSWERED, **more: Any) -> Json:
    told = {
        "dropped_at": at(hour),
        "fetched_at": at(hour),
        "wants_answer": True,
        "acknowledge_by": at(hour + 24),
        "answered_at": None if answered is None else at(answered),
        "withdrawn_at": None,
        "lines": list(lines),
    }
    return told | more  # fmt: skip


def answered(*said: tuple[int, int, int], hour: float = ANSWERED, of: int = 0, is_accepted: bool = True) -> Json:
    """An answer to the revision of that number: accepted, back-ordered and refused of line 1, line 2 and so on."""
    lines = [{"line_number": str(place), "accepted": str(one[0]), "back_ordered": str(one[1]), "refused": str(one[2])}
             for place, one in enumerate(said, 1)]  # fmt: skip
    return {"at": at(hour), "revision": of, "is_accepted": is_accepted, "lines": lines}


def order(revisions: list[Json], answers: list[Json], **more: Any) -> Json:
    is_open = any(each["wants_answer"] and not each["answered_at"] for each in revisions)
    told = {
        "purchase_order_number": NUMBER,
        "acknowledged_at": None if is_open else at(ANSWERED),
        "revisions": revisions,
        "answers": answers,
    }
    return told | more  # fmt: skip


class Day:
    """Cin7's events, written by hand in their order."""

    def __init__(self) -> None:
        self.events: list[Json] = []

    def read(self, hour: float, *, as_of: float | None = None, place: str = PLACE, **available: int) -> Day:
        return self._add("availability", hour, as_of=at(as_of or hour), available={place: available})

    def stock(self, hour: float, change: int, sku: str = "KETTLE", place: str = PLACE) -> Day:
        return self._add("stock", hour, sku=sku, location=place, change=change, reason="other channel")

    def sale(
        self, hour: float, quantity: int = 0, backorder: int = 0, *, kind: str = "authorised", sku: str = "KETTLE",
        sale_id: str = "one", by: str = "api", reference: str = NUMBER,
    ) -> Day:  # fmt: skip
        order_status = {"undone": "DRAFT", "voided": "VOIDED", "created": "NOT AVAILABLE"}.get(kind, "AUTHORISED")
        status = "VOIDED" if kind == "voided" else "ORDERED"
        lines = [{"sku": sku, "quantity": quantity, "backorder": backorder}] if quantity else []
        return self._add(kind, hour, sale_id=sale_id, customer_reference=reference, location=PLACE, by=by, lines=lines,
                         status=status, order_status=order_status)  # fmt: skip

    def judged(self, *orders: Json, now: float = 30, trimmed: tuple[str, ...] = (), **report: Any) -> Verdict:
        told = {"now": at(now), "location": PLACE, "orders": list(orders), **report}
        components = {"CASE": [{"sku": "KETTLE", "quantity": 6}]}
        return judge(told, {"now": at(now), "components": components, "events": self.events}, trimmed)

    def _add(self, kind: str, hour: float, **more: Any) -> Day:
        self.events.append({"n": len(self.events) + 1, "at": at(hour), "kind": kind, **more})
        return self


def counts(verdict: Verdict) -> Mapping[str, Decimal | int]:
    names = ("late", "missing", "over_confirmed", "under_confirmed", "doubled")
    return {name: getattr(verdict, name) for name in names if getattr(verdict, name)}


def test_an_order_answered_in_full_and_in_time_is_only_counted() -> None:
    verdict = Day().read(2, KETTLE=24).sale(3, 24).judged(order([revision(line(24))], [answered((24, 0, 0))]))

    assert (verdict.orders, verdict.acknowledged, counts(verdict), verdict.laws_broken) == (1, 1, {}, ())
    assert verdict.findings == ()


@pytest.mark.parametrize(
    ("answer_hour", "now", "expected"),
    [
        (25.0, 30, {}),
        (25.1, 30, {"late": 1}),
        (None, 24.9, {}),
        (None, 25.1, {"missing": 1}),
    ],
)
def test_late_and_missing_are_told_by_the_end_of_the_window(
    answer_hour: float | None, now: float, expected: dict[str, int]
) -> None:
    answers = [] if answer_hour is None else [answered((24, 0, 0), hour=answer_hour)]
    day = Day().sale(3, 24)

    verdict = day.judged(order([revision(line(24), answered=answer_hour)], answers), now=now)

    assert counts(verdict) == expected
    assert verdict.laws_broken == ((5,) if expected else ())
    assert verdict.acknowledged == (answer_hour is not None)


def test_a_change_wants_its_answer_in_a_window_of_its_own() -> None:
    states = [revision(line(24)), revision(line(30), hour=6, answered=None)]
    day = Day().sale(3, 24)

    in_time = day.judged(order(states, [answered((24, 0, 0))]), now=29.9)
    too_late = day.judged(order(states, [answered((24, 0, 0))]), now=30.1)

    assert (counts(in_time), in_time.acknowledged) == ({}, 0)
    assert counts(too_late) == {"missing": 1}


def test_an_order_that_was_cancelled_in_its_window_is_not_missing() -> None:
    in_time = revision(line(24), answered=None, withdrawn_at=at(9))
    too_late = revision(line(24), answered=None, withdrawn_at=at(26))

    assert counts(Day().judged(order([in_time], []))) == {}
    assert counts(Day().judged(order([too_late], []))) == {"late": 1}


@pytest.mark.parametrize(
    ("day", "beyond"),
    [
        (Day().sale(3, 24), 0),
        (Day().sale(3, 24, 4), 4),
        (Day(), 24),
        (Day().sale(3, 24, kind="created"), 24),
        (Day().sale(3, 24).sale(3.5, 24, kind="undone"), 24),
        (Day().sale(3, 24).sale(3.5, kind="voided"), 24),
        (Day().sale(3, 24).sale(5, kind="voided"), 0),
        (Day().sale(4.5, 24), 24),
        (Day().sale(3, 20).sale(3.5, 4, sale_id="two"), 0),
        (Day().sale(3, 24, reference="4OTHER01"), 24),
        (Day().sale(2, 24, by="hand").sale(3, 24, kind="header", by="hand"), 0),
        (Day().sale(3, 4, sku="CASE"), 0),
        (Day().sale(3, 3, sku="CASE"), 6),
    ],
)
def test_over_confirmed_is_what_is_accepted_and_not_allocated_when_the_answer_leaves(day: Day, beyond: int) -> None:
    verdict = day.judged(order([revision(line(24))], [answered((24, 0, 0))]))

    assert counts(verdict) == ({"over_confirmed": beyond} if beyond else {})
    assert (4 in verdict.laws_broken) == bool(beyond)


def test_cases_and_eaches_of_one_product_are_confirmed_out_of_one_allocation() -> None:
    lines = line(2, sku="CASE", eaches=6), line(10, "2")
    told = order([revision(*lines)], [answered((2, 0, 0), (10, 0, 0))])

    assert counts(Day().sale(3, 22).judged(told)) == {}
    assert counts(Day().sale(3, 20).judged(told)) == {"over_confirmed": 2}


@pytest.mark.parametrize(
    ("day", "units"),
    [
        (Day().read(2, KETTLE=20).sale(3, 20), 0),
        (Day().read(2, KETTLE=22).sale(3, 20), 2),
        (Day().read(2, KETTLE=90).sale(3, 20), 4),
        (Day().sale(3, 20), 0),
        (Day().read(2, KETTLE=90).read(2.5, KETTLE=20).sale(3, 20), 0),
        (Day().read(2, KETTLE=20).sale(3, 20).read(4.5, KETTLE=90), 0),
        (Day().sale(1.5, 20).read(2, KETTLE=3), 3),
        (Day().read(2, KETTLE=24).stock(2.1, -4).sale(3, 20), 0),
        (Day().read(2, KETTLE=24).stock(2.1, -3).sale(3, 20), 1),
        (Day().read(2, KETTLE=24).sale(2.5, 4, sale_id="x", reference="4OTHER01").sale(3, 20), 0),
        (Day().read(2, KETTLE=24).sale(2.5, 4, sale_id="x", reference="4OTHER01")
         .sale(3, 20).sale(3.9, kind="voided", sale_id="x", reference="4OTHER01"), 0),
        (Day().read(2, KETTLE=24).sale(3, 24).sale(3.2, 24, kind="undone").sale(3.5, 20), 4),
        (Day().sale(1.5, 24).read(2, KETTLE=0).sale(2.5, 24, kind="undone").sale(3, 20), 0),
        (Day().read(2, KETTLE=20).stock(2.1, 50).sale(3, 20), 0),
        (Day().read(2, KETTLE=24).stock(2.1, 50).stock(2.2, -50).sale(3, 20), 4),
        (Day().read(2, KETTLE=0, place="Elsewhere").sale(3, 20), 0),
        (Day().read(2, KETTLE=24).stock(2.1, -4, place="Elsewhere").sale(3, 20), 4),
        (Day().read(2, KETTLE=24, CASE=4).sale(2.5, 1, sku="CASE", sale_id="x", reference="4OTHER01").sale(3, 20), 0),
    ],
)  # fmt: skip
def test_under_confirmed_is_what_is_refused_though_the_last_reading_showed_it_free(day: Day, units: int) -> None:
    told = order([revision(line(24))], [answered((20, 0, 4))])

    verdict = day.judged(told)

    assert counts(verdict) == ({"under_confirmed": units} if units else {})
    assert verdict.laws_broken == ((4,) if units else ())


def test_a_snapshot_is_as_old_as_it_says_however_late_it_is_served() -> None:
    told = order([revision(line(24))], [answered((20, 0, 4))])

    seen = Day().read(2, KETTLE=24).stock(2.1, -4).read(2.5, as_of=2, KETTLE=24).sale(3, 20)
    at_that_instant = Day().read(2, KETTLE=24).stock(2, -4).sale(3, 20)
    before_it = Day().stock(2, -4).read(2, KETTLE=24).sale(3, 20)

    assert [counts(each.judged(told)) for each in (seen, at_that_instant)] == [{}, {}]
    assert counts(before_it.judged(told)) == {"under_confirmed": 4}


def test_units_put_off_count_like_units_refused() -> None:
    told = order([revision(line(24))], [answered((20, 4, 0))])

    assert counts(Day().read(2, KETTLE=20).sale(3, 24, 4).judged(told)) == {}
    assert counts(Day().read(2, KETTLE=24).sale(3, 24, 4).judged(told)) == {"under_confirmed": 4}


@pytest.mark.parametrize(("free", "units"), [(59, 0), (60, 6), (65, 6), (71, 12)])
def test_only_whole_units_of_amazons_could_have_been_promised(free: int, units: int) -> None:
    told = order([revision(line(12, eaches=6))], [answered((9, 0, 3))])

    verdict = Day().read(2, KETTLE=free).sale(3, 54).judged(told)

    assert verdict.under_confirmed == units


@pytest.mark.parametrize(
    ("day", "units"),
    [
        (Day().read(2, CASE=10, KETTLE=60).sale(3, 9, sku="CASE"), 6),
        (Day().read(2, KETTLE=60).sale(3, 9, sku="CASE"), 6),
        (Day().read(2, CASE=10).sale(3, 9, sku="CASE"), 6),
        (Day().read(2, CASE=10).read(2.5, KETTLE=59).sale(3, 9, sku="CASE"), 0),
        (Day().read(2, CASE=9, KETTLE=59).sale(3, 54), 0),
    ],
)
def test_what_a_case_is_made_of_counts_as_its_stock(day: Day, units: int) -> None:
    told = order([revision(line(10, sku="CASE", eaches=6))], [answered((9, 0, 1))])

    assert day.judged(told).under_confirmed == units


def test_the_same_free_units_are_not_counted_for_two_lines() -> None:
    lines = line(10), line(2, "2", sku="CASE", eaches=6)
    told = order([revision(*lines)], [answered((0, 0, 10), (0, 0, 2))])

    assert Day().read(2, KETTLE=12, CASE=2).judged(told).under_confirmed == 10
    assert Day().read(2, KETTLE=17, CASE=2).judged(told).under_confirmed == 16


@pytest.mark.parametrize("fault", ["unmapped", "price", "unit"])
def test_a_line_refused_for_another_reason_is_not_refused_for_want_of_stock(fault: str) -> None:
    sku = None if fault == "unmapped" else "KETTLE"

    verdict = Day().read(2, KETTLE=90).judged(order([revision(line(24, sku=sku, fault=fault))], [answered((0, 0, 24))]))

    assert counts(verdict) == {}


def test_what_an_earlier_answer_refused_is_not_refused_anew() -> None:
    states = [revision(line(24), line(6, "2")), revision(line(24), line(4, "2"), hour=6, answered=9)]
    day = Day().read(2, KETTLE=26).sale(3, 26).read(8, KETTLE=90).sale(8.1, 26, kind="undone").sale(8.2, 24)
    first = answered((20, 0, 4), (6, 0, 0))

    kept = day.judged(order(states, [first, answered((20, 0, 4), (4, 0, 0), hour=9, of=1)]))
    refused_more = day.judged(order(states, [first, answered((18, 0, 6), (4, 0, 0), hour=9, of=1)]), trimmed=(NUMBER,))

    assert counts(kept) == {}
    assert counts(refused_more) == {"under_confirmed": 2}


@pytest.mark.parametrize(
    ("day", "units"),
    [
        (Day().sale(2, 24), 0),
        (Day().sale(2, 24).sale(3, 24, sale_id="two"), 24),
        (Day().sale(2, 24).sale(3, 4, sale_id="two"), 4),
        (Day().sale(2, 24).sale(2.5, kind="voided").sale(3, 24, sale_id="two"), 0),
        (Day().sale(2, 24).sale(2.5, 24, kind="undone").sale(3, 24, sale_id="two"), 0),
        (Day().sale(2, 24).sale(2.5, 24, sale_id="two", kind="created"), 0),
        (Day().sale(2, 24).sale(3, 24, sale_id="two", by="hand"), 0),
        (Day().sale(2, 24, by="hand").sale(3, 24, sale_id="two"), 24),
        (Day().sale(2, 40, by="hand"), 0),
        (Day().sale(2, 40, by="hand").sale(3, 5, sale_id="two"), 5),
        (Day().sale(2, 24).sale(3, 24, sale_id="two", reference="4OTHER01"), 0),
        (Day().sale(2, 24).sale(3, 2, sku="CASE", sale_id="two"), 12),
        (Day().sale(2, 24, 24).sale(3, 24, sale_id="two"), 24),
    ],
)
def test_doubled_is_what_the_api_authorised_beyond_what_is_ordered(day: Day, units: int) -> None:
    verdict = day.judged(order([revision(line(24))], [answered((24, 0, 0))]), trimmed=(NUMBER,))

    assert verdict.doubled == units
    assert (3 in verdict.laws_broken) == bool(units)


def test_a_unit_doubled_again_and_again_is_counted_once() -> None:
    day = Day().sale(2, 24)
    for hour, units in ((2.1, 24), (2.3, 24), (2.5, 4)):
        day.sale(hour, units, sale_id="two").sale(hour + 0.1, kind="voided", sale_id="two")

    assert day.judged(order([revision(line(24))], [answered((24, 0, 0))])).doubled == 24


def test_a_sale_for_the_difference_is_no_double_and_one_for_the_whole_is() -> None:
    states = [revision(line(24)), revision(line(30), hour=6, answered=9)]
    answers = [answered((24, 0, 0)), answered((30, 0, 0), hour=9, of=1)]

    assert Day().sale(2, 24).sale(8, 6, sale_id="two").judged(order(states, answers)).doubled == 0
    assert Day().sale(2, 24).sale(5, 6, sale_id="two").judged(order(states, answers)).doubled == 6
    assert Day().sale(2, 24).sale(8, 30, sale_id="two").judged(order(states, answers)).doubled == 24


@pytest.mark.parametrize(("fetched", "units"), [(None, 0), (7.5, 0), (6.5, 14)])
def test_a_cut_counts_once_the_vendor_has_had_it_for_an_hour(fetched: float | None, units: int) -> None:
    cut = revision(line(10), hour=6, answered=None, fetched_at=None if fetched is None else at(fetched))

    assert Day().sale(8, 24).judged(order([revision(line(24)), cut], []), now=9).doubled == units


@pytest.mark.parametrize(
    ("said", "day", "is_broken"),
    [
        ((20, 0, 4), Day().sale(3, 20), False),
        ((20, 0, 4), Day().sale(3, 24, 4), True),
        ((20, 4, 0), Day().sale(3, 24, 4), False),
        ((0, 0, 24), Day().sale(3, 24, 24), True),
        ((0, 0, 24), Day().sale(3, 24, 24).sale(3.5, kind="voided"), False),
        ((20, 0, 4), Day().sale(3, 20).sale(5, 4, sale_id="two"), False),
    ],
)
def test_refused_units_may_stand_on_no_sale_when_the_answer_leaves(
    said: tuple[int, int, int], day: Day, is_broken: bool
) -> None:
    told = order([revision(line(24))], [answered(said)])

    assert day.judged(told).laws_broken == ((3,) if is_broken else ())
    assert day.judged(told, trimmed=(NUMBER,)).laws_broken == ()


def test_a_double_after_a_resend_breaks_law_2_too() -> None:
    day = Day().sale(2, 24).sale(6, 24, sale_id="two")
    parts = [revision(line(24))], [answered((24, 0, 0))]

    assert day.judged(order(*parts)).laws_broken == (3,)
    assert day.judged(order(*parts, resent_at=[at(5)])).laws_broken == (2, 3)
    assert day.judged(order(*parts, resent_at=[at(7)])).laws_broken == (3,)


def test_what_amazon_found_is_in_the_verdict() -> None:
    told = order([revision(line(24))], [answered((24, 0, 0))], faults=["answered again"], laws_broken=[9])
    interchange = {"faults": ["interchange 7 was answered by another 997"], "laws_broken": [2]}

    verdict = Day().sale(3, 24).judged(told, faults=["rubbish"], laws_broken=[], interchanges=[interchange])

    assert verdict.laws_broken == (2, 9)
    assert len(verdict.findings) == 3


def test_a_cancelled_order_that_still_stands_on_a_sale_is_found() -> None:
    states = [revision(line(24)), revision(line(0), hour=6, answered=None, wants_answer=False)]
    told = order(states, [answered((24, 0, 0))], is_cancelled=True)

    assert "still stands" in Day().sale(3, 24).judged(told).findings[0]
    assert Day().sale(3, 24).sale(7, kind="voided").judged(told).findings == ()
