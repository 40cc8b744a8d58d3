"""The 856: its bytes by golden files, written and read back as a property, and both validators' word on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.amazon.notice_rules import check_notice
from include.amazon.notices import Circumstances, NoticeSettings, Pallet, ShipmentType
from include.amazon.x12_856 import parse_notice, write_notice
from include.x12 import second_opinion
from include.x12.writing import UnfitForSendingError, write_interchange
from tests.amazon.golden_files import cases, expected, name_of
from tests.amazon.made_notices import NOW, as_notice, carton, item, notice, notices, order, parcels, sscc
from tests.x12.outgoing import envelope, group
from tests.x12.readers import amazon, findings_of, plain, read, sets_of

STANDARD = NoticeSettings()


def written(values, chosen=STANDARD, guide_for=amazon):
    body = write_notice(values, chosen)
    return write_interchange(envelope("00501"), [group("856", body, version="005010")], guide_for=guide_for)


def told_by(content, chosen=STANDARD, guide_for=amazon):
    (received,) = sets_of(read(content, guide_for))
    return parse_notice(received.segments, chosen)


def segments(values, kind, chosen=STANDARD):
    return [segment for segment in write_notice(values, chosen) if segment[0] == kind]


@pytest.mark.parametrize("path", cases("856"), ids=name_of)
def test_an_856_is_written_as_its_golden_file_stands(path):
    told = expected(path)
    values, chosen = as_notice(told["notice"]), NoticeSettings(**told["settings"])
    guide_for = amazon if told["guide"] == "amazon" else plain

    content = written(values, chosen, guide_for)

    assert content.decode() == path.read_text().replace("\n", "")
    assert second_opinion.check(content) == ()
    assert told_by(content, chosen, guide_for) == values


def test_there_are_golden_files():
    assert len(cases("856")) == 9


@settings(max_examples=60)
@given(notices(), st.sampled_from(["", "00"]), st.sampled_from(["UTC", "America/Los_Angeles"]))
def test_a_notice_that_breaks_no_rule_is_written_read_back_equal_and_passed_by_both(values, prefix, zone):
    chosen = NoticeSettings(sscc_prefix=prefix, zone=zone)
    assert not [fault for fault in check_notice(values, Circumstances(NOW), chosen) if not fault.is_warning]

    content = written(values, chosen)

    assert findings_of(read(content, amazon)) == []
    assert second_opinion.check(content) == ()
    assert told_by(content, chosen) == values


@given(notices())
@settings(max_examples=30)
def test_every_loop_and_unit_is_counted(values):
    body = write_notice(values, STANDARD)

    (total,) = (segment for segment in body if segment[0] == "CTT")
    assert int(total[1]) == sum(segment[0] == "HL" for segment in body)
    assert Decimal(total[2]) == sum(values.shipped().values())


def test_a_carton_of_two_orders_stands_under_each_and_counts_once():
    values = notice(order(carton(1), carton(2)), order(carton(1), number="5ABCD123"))

    assert segments(values, "TD1") == [["TD1", "CTN", "2"]]
    assert [segment[2] for segment in segments(values, "MAN")] == [sscc(1), sscc(2), sscc(1)]


def test_cartons_without_an_sscc_count_each():
    assert segments(notice(order(carton(None), carton(None))), "TD1") == [["TD1", "CTN", "2"]]


def test_pallets_are_counted_where_there_are_any():
    stacked = [Pallet(sscc(100), (carton(1),)), Pallet(None, (carton(2),))]

    assert segments(notice(order(pallets=stacked)), "TD1")[1:] == [["TD1", "PLT", "2"]]


def test_parcels_without_a_pro_number_are_known_by_the_first_tracking_number():
    values = parcels(carton(1, tracking_number="1Z01"), carton(2, tracking_number="1Z02"))

    references = segments(values, "REF")

    assert references == [["REF", "CN", "1Z01"], ["REF", "CN", "1Z01"], ["REF", "CN", "1Z02"]]
    assert told_by(written(values)) == values


def test_a_truckload_is_read_as_less_because_no_856_says_which():
    values = notice(shipment_type=ShipmentType.TRUCKLOAD)

    assert told_by(written(values)) == replace(values, shipment_type=ShipmentType.LESS_THAN_TRUCKLOAD)


def test_the_moment_is_written_in_the_relationships_zone():
    at = datetime(2026, 12, 1, 1, 5, 9, tzinfo=timezone(timedelta(hours=1)))

    (beginning,) = segments(notice(written_at=at), "BSN", NoticeSettings(zone="America/Los_Angeles"))

    assert beginning[3:5] == ["20261130", "160509"]
    assert told_by(written(notice(written_at=at))).written_at == at


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        notice(written_at=datetime(2026, 12, 1))  # noqa: DTZ001 - it is what must be refused


def test_what_is_missing_is_left_out_and_its_guide_says_so():
    body = write_notice(notice(shipped_on=None, scac=None), STANDARD)

    assert ["DTM", "011"] not in [segment[:2] for segment in body]
    with pytest.raises(UnfitForSendingError, match=r"TD5|DTM"):
        written(notice(shipped_on=None, scac=None))


@pytest.mark.parametrize("text", ["", "BSN*00*X", "HL*1**S~N1*SF", "HL*1**S~HL*2*1*O~HL*3*2*P~HL*4*3*I~SN1**x"])
def test_a_notice_that_says_little_is_read_all_the_same(text):
    values = parse_notice([line.split("*") for line in f"ST*856*0001~{text}~SE*2*0001".split("~")], STANDARD)

    assert values.shipped_on is None


def test_an_sscc_with_its_application_identifier_is_read_as_the_same():
    values = notice(order(carton(1)))

    assert told_by(written(values, NoticeSettings(sscc_prefix="00"))) == values


def test_a_thousand_cartons_are_written_and_passed():
    values = notice(order(*(carton(serial, item("1", str(serial))) for serial in range(1, 1001))))

    content = written(values)

    assert second_opinion.check(content) == ()
    assert told_by(content) == values
