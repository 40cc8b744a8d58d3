"""The 846: its bytes by golden files, what is written is read again the same, and who finds what is spoiled."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.amazon.stock_report_rules import FeedState, check_stock_report
from include.amazon.stock_reports import LARGEST, StockReportSettings, split
from include.amazon.x12_846 import parse_stock_report, write_stock_report
from include.errors import RejectedError
from include.x12 import second_opinion
from include.x12.writing import write_interchange
from tests.amazon.golden_files import as_json, cases, expected, name_of
from tests.amazon.stock_report_values import NOW, REPORTS, SETTINGS, WITH_DAYS, as_report, level, report
from tests.x12.outgoing import envelope, group
from tests.x12.readers import amazon, findings_of, plain, read, sets_of


def written(told, chosen=SETTINGS):
    return write_interchange(envelope("00401"), [group("846", write_stock_report(told, chosen))], guide_for=amazon)


def parsed(content, chosen=SETTINGS):
    (received,) = sets_of(read(content, amazon))
    return parse_stock_report(received.segments, chosen, report_number="R-1")


@pytest.mark.parametrize("path", cases("846"), ids=name_of)
def test_an_846_is_written_as_its_golden_file_stands_and_read_as_its_values(path):
    told = expected(path)
    values, chosen = as_report(told["report"]), StockReportSettings(**told["settings"])

    content = written(values, chosen)

    assert content.decode() == path.read_text().replace("\n", "")
    assert second_opinion.check(content) == ()
    assert check_stock_report(values, FeedState(NOW, standing=values.feed_id), chosen) == ()
    assert parsed(content, chosen) == values
    assert as_json(values) == told["report"]


def test_there_are_golden_files():
    assert len(cases("846")) == 4


@settings(max_examples=50)
@given(REPORTS, st.booleans(), st.sampled_from(["UTC", "America/Phoenix", "Asia/Kolkata"]))
def test_what_is_written_is_read_again_the_same_and_both_validators_pass_it(values, is_full, zone):
    chosen = replace(WITH_DAYS, zone=zone)
    values = replace(values, is_full=is_full)

    content = written(values, chosen)

    assert parsed(content, chosen) == values
    assert findings_of(read(content, amazon)) == findings_of(read(content, plain)) == []
    assert second_opinion.check(content) == ()


def test_a_day_of_restocking_is_told_only_where_the_relationship_has_a_code_for_it():
    told = report(level(quantity="0", restock_on=date(2026, 12, 1)))

    assert [each[0] for each in write_stock_report(told, SETTINGS)] == ["BIA", "N1", "LIN", "QTY", "CTT"]
    assert ["DTM", "018", "20261201"] in write_stock_report(told, WITH_DAYS)


def believed(parts) -> dict[str, int]:
    """What Amazon believes when the parts came one after the other."""
    told: dict[str, int] = {}
    for part in parts:
        told = {} if part.is_full else told
        told |= {each.identifier.value: each.quantity for each in part.levels}
    return told


@settings(max_examples=50)
@given(REPORTS, st.booleans(), st.integers(1, 7))
def test_parts_of_a_report_say_together_what_it_says_and_none_erases_another(values, is_full, largest):
    values = replace(values, is_full=is_full)

    parts = split(values, largest)

    assert believed(parts) == believed([values])
    assert [each for part in parts for each in part.levels] == list(values.levels)
    assert [part.is_full for part in parts] == [is_full] + [False] * (len(parts) - 1)
    assert {part.feed_id for part in parts} == {values.feed_id}
    assert len({part.report_number for part in parts}) == len(parts)
    assert all(len(part.levels) <= largest for part in parts)


def test_a_report_that_fits_is_left_as_it_is():
    whole = report()

    assert split(whole, 2) == (whole,)


def test_no_part_can_hold_nothing():
    with pytest.raises(ValueError, match="one level at least"):
        split(report(), 0)


@pytest.mark.slow
def test_the_largest_part_passes_both_validators_and_one_item_more_neither():
    content = written(report(*(level(f"BP B{place:09}", str(place)) for place in range(LARGEST))))
    last = f"LIN*{LARGEST}*BP*B{LARGEST - 1:09}~QTY*33*{LARGEST - 1}*EA~".encode()
    counted = content.replace(b"CTT*10000~SE*20005", b"CTT*10001~SE*20007")

    (fault,) = findings_of(read(counted.replace(last, last * 2), amazon))

    assert second_opinion.check(content) == ()
    assert fault.sentence == "The segment LIN stands more than 10000 times."
    assert second_opinion.check(counted.replace(last, last * 2))


CONTENT = written(report(level(restock_on=date(2026, 12, 1)), level("EN 4006381333931", "0")), WITH_DAYS).decode()
SPOILED = {
    "BIA missing": ("BIA*00*IP*FEED20261125*20261125*0600~", ""),
    "purpose unknown": ("BIA*00", "BIA*05"),
    "purpose missing": ("BIA*00", "BIA*"),
    "report type too long": ("*IP*", "*IPX*"),
    "feed id missing": ("*FEED20261125*", "**"),
    "feed id too long": ("FEED20261125", "F" * 51),
    "date impossible": ("*20261125*0600", "*20261325*0600"),
    "time impossible": ("*0600~N1", "*2560~N1"),
    "time too short": ("*0600~N1", "*06~N1"),
    "vendor missing": ("N1*VN*Vendor Goods LLC*92*VNDR1~", ""),
    "vendor without its qualifier": ("*92*VNDR1", "**VNDR1"),
    "items missing": (CONTENT[CONTENT.index("LIN*") : CONTENT.index("CTT")], ""),
    "item missing": ("LIN*1*BP*B0EXAMPLE1~", ""),
    "item without its qualifier": ("*BP*B0EXAMPLE1", "**B0EXAMPLE1"),
    "item without an id": ("*BP*B0EXAMPLE1", "*BP"),
    "day no date": ("*018*20261201", "*018*20261301"),
    "quantity missing": ("QTY*33*12*EA~", ""),
    "quantity left out": ("QTY*33*12*EA", "QTY*33**EA"),
    "quantity no number": ("QTY*33*12", "QTY*33*MANY"),
    "quantity qualifier too long": ("QTY*33*12", "QTY*333*12"),
    "unit missing": ("QTY*33*12*EA", "QTY*33*12"),
    "unit too long": ("12*EA", "12*EACH"),
    "quantity before its item": ("LIN*1*BP*B0EXAMPLE1~", "QTY*33*12*EA~LIN*1*BP*B0EXAMPLE1~"),
    "count wrong": ("CTT*2~", "CTT*3~"),
    "CTT missing": ("CTT*2~", ""),
    "CTT before the items": ("LIN*1", "CTT*2~LIN*1"),
    "segment unknown": ("CTT*2~", "CTT*2~ZZZ*1~"),
}


def spoiled(change):
    """The interchange with that change, its SE01 right again."""
    text = CONTENT.replace(*change, 1)
    body = text[text.index("~ST*") + 1 : text.index("~SE*") + 1]
    return text.replace("SE*10*", f"SE*{body.count('~') + 1}*").encode()


@pytest.mark.parametrize("change", SPOILED.values(), ids=SPOILED)
def test_what_is_spoiled_is_found_by_amazons_guide_and_by_the_second_validator(change):
    content = spoiled(change)

    assert change[0] in CONTENT
    assert findings_of(read(content, amazon))
    assert second_opinion.check(content)


@pytest.mark.parametrize("missing", ["BIA*", "N1*", "QTY*"])
def test_a_report_that_does_not_tell_what_every_report_needs_is_refused(missing):
    body = [each.split("*") for each in CONTENT.split("~")[2:-4] if not each.startswith(missing)]

    with pytest.raises(RejectedError, match="does not tell"):
        parse_stock_report(body, SETTINGS)


def test_a_moment_is_told_in_the_relationships_zone_to_the_minute():
    chosen = replace(SETTINGS, zone="America/Los_Angeles")
    at = datetime(2026, 11, 25, 6, 0, 59, tzinfo=UTC)

    content = written(report(written_at=at), chosen)

    assert b"*20261124*2200~N1" in content
    assert parsed(content, chosen).written_at == at - timedelta(seconds=59)
