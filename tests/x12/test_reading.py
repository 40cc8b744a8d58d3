"""Reading: envelopes, odd but legal files, broken ones, and memory that does not grow with the file."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from benchmarks.engine.orders import interchange
from include.x12.envelope import (
    GroupEnd,
    GroupHeader,
    InterchangeAcknowledgement,
    InterchangeEnd,
    InterchangeHeader,
    TransactionSet,
    Unreadable,
)
from include.x12.interchange_acknowledgement import explain
from include.x12.reading import read_interchanges
from tests.x12.readers import amazon, findings_of, only, plain, read, sets_of

GOOD = interchange(2, 3)


def test_events_come_in_the_order_of_the_file():
    kinds = [type(event) for event in read(GOOD)]

    assert kinds == [InterchangeHeader, GroupHeader, TransactionSet, TransactionSet, GroupEnd, InterchangeEnd]


def test_headers_say_who_wrote_to_whom():
    header, group = read(GOOD)[:2]

    assert (header.sender_qualifier, header.sender_id, header.receiver_id) == ("ZZ", "AMAZON", "VENDOR1")
    assert (header.control_number, header.release, header.usage_indicator) == ("000000001", "00401", "P")
    assert header.written_at.isoformat() == "2026-11-24T15:00:00"
    assert (group.functional_identifier, group.sender, group.release) == ("PO", "AMAZON", "004010")


def test_offsets_and_lengths_cut_the_sets_out_of_the_file():
    for received in sets_of(read(b"\r\n" + GOOD.replace(b"~", b"~\r\n"))):
        cut = (b"\r\n" + GOOD.replace(b"~", b"~\r\n"))[received.offset : received.offset + received.length]
        assert cut.startswith(b"ST*850*")
        assert cut.rstrip().endswith(b"~")
        assert cut.count(b"~") == len(received.segments)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 105, 106, 107, 1000])
def test_the_size_of_the_chunks_changes_nothing(size):
    class Dripping(io.BytesIO):
        def read(self, _=-1):
            return super().read(size)

    content = b"junk" + GOOD + b"\n\n" + GOOD.replace(b"*", b"|")

    assert list(read_interchanges(Dripping(content), plain)) == read(content)


@pytest.mark.parametrize("delimiters", ["*~>", "|\n:", "\x1d\x1c\x1f", "*~+", "^!@"])
def test_any_legal_delimiters_are_read_from_the_isa(delimiters):
    element, segment, component = delimiters
    content = GOOD.decode().replace("*P*>", f"*P*{component}")
    content = content.translate(str.maketrans("*~", element + segment))

    events = read(content.encode())

    assert [received.verdict for received in sets_of(events)] == ["A", "A"]
    assert findings_of(events) == []


def test_both_releases_are_read_in_one_run():
    later = GOOD.replace(b"*U*00401*", b"*^*00501*").replace(b"*X*004010", b"*X*005010")

    events = read(GOOD + later, amazon)

    assert [received.group.release for received in sets_of(events)] == ["004010"] * 2 + ["005010"] * 2
    assert findings_of(events) == []
    assert [e.delimiters.repetition for e in events if isinstance(e, InterchangeHeader)] == [None, "^"]


def test_an_industry_version_has_the_guide_of_its_release():
    events = read(GOOD.replace(b"*X*004010", b"*X*004010VICS"))

    assert findings_of(events) == []
    assert events[1].version == "004010VICS"


def test_bytes_of_either_encoding_are_kept():
    utf8 = GOOD.replace(b"NORTH CENTRE", "DÉPÔT".encode(), 1)
    mixed = utf8.replace(b"PHOENIX", "MÜNCHEN".encode("latin-1"), 1)
    (first, _) = sets_of(read(mixed))

    named = {segment[0]: segment for segment in first.segments}
    assert named["N1"][2] == "DÉPÔT"
    assert named["N4"][1] == "MÜNCHEN"


def test_text_between_interchanges_is_reported_and_the_rest_is_read():
    events = read(b"hello" + GOOD + b"-- end of mail --\r\n" + GOOD + b"\x1a")

    lost = [event for event in events if isinstance(event, Unreadable)]
    assert [(event.offset, event.length) for event in lost] == [(0, 5), (5 + len(GOOD), 19)]
    assert len(sets_of(events)) == 4


@pytest.mark.parametrize("content", [b"", b"\r\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_has_no_events(content):
    assert read(content) == []


@pytest.mark.parametrize("content", [b"\x00\x01\x02" * 50, b"PK\x03\x04 not an interchange", b"ISA*00*", GOOD[:90]])
def test_unreadable_bytes_are_one_event(content):
    (event,) = read(content)

    assert isinstance(event, Unreadable)
    assert event.length == len(content)
    assert event.findings[0].sentence


def test_an_isa_of_the_wrong_width_is_read_and_refused():
    short = GOOD.replace(b"AMAZON         *ZZ*VENDOR1        ", b"AMAZON*ZZ*VENDOR1", 1)
    events = read(short)

    end = only(events, InterchangeEnd)
    assert len(sets_of(events)) == 2
    assert (end.verdict, end.note_code) == ("R", "006")
    assert "instead of 106" in end.findings[0].sentence


def test_a_cut_off_file_is_refused_at_every_level():
    events = read(GOOD[: len(GOOD) // 2])

    assert only(events, TransactionSet).verdict == "R"
    assert (only(events, GroupEnd).verdict, only(events, InterchangeEnd).note_code) == ("R", "023")


@pytest.mark.parametrize("cut", range(110, len(interchange(1, 1))))
def test_a_file_cut_off_anywhere_never_passes(cut):
    content = interchange(1, 1)[:cut]
    if content + b"~" == interchange(1, 1):
        return  # only the last terminator is gone, which many leave out

    ends = [event for event in read(content) if isinstance(event, InterchangeEnd)]

    assert [end.verdict for end in ends] == ["R"]


def test_a_new_isa_closes_an_interchange_without_its_trailers():
    events = read(GOOD[: len(GOOD) // 2] + GOOD)

    assert [event.verdict for event in events if isinstance(event, InterchangeEnd)] == ["R", "A"]
    assert [received.verdict for received in sets_of(events)][-2:] == ["A", "A"]


def test_data_that_looks_like_an_isa_is_data():
    content = GOOD.replace(b"NORTH CENTRE", b"VISA*ZZ*X", 1).replace(b"REF*PD*DEAL7", b"REF*PD*ISA", 1)

    assert only(read(content), InterchangeEnd).verdict == "A"


@pytest.mark.parametrize(
    ("old", "new", "level", "code"),
    [
        ("GE*2*1~", "", "group", "3"),
        ("GE*2*1~", "GE*2*7~", "group", "4"),
        ("GE*2*1~", "GE*3*1~", "group", "5"),
        ("*1500*1*X*", "*1500*X1*X*", "group", "6"),
        ("IEA*1*000000001~", "", "interchange", "023"),
        ("IEA*1*000000001~", "IEA*2*000000001~", "interchange", "021"),
        ("IEA*1*000000001~", "IEA*1*000000009~", "interchange", "001"),
        ("GE*2*1~", "GE*2*1~ZZ*1~", "interchange", "022"),
        ("*261124*1500*U", "*261399*1500*U", "interchange", "014"),
        ("*0*P*>", "*0*X*>", "interchange", "020"),
    ],
)
def test_a_fault_of_the_envelopes_has_its_code(old, new, level, code):
    content = GOOD.decode().replace(old, new, 1).encode()

    assert (level, code) in [(finding.level, finding.code) for finding in findings_of(read(content))]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("ST*850*0001", "ST*856*0001", "1"),
        ("ST*850*0001", "ST*855*0001", "6"),
        ("ST*850*0001", "ST*850*1", "7"),
        ("ST*850*0002", "ST*850*0001", "23"),
    ],
)
def test_a_fault_of_the_set_header_has_its_code(old, new, code):
    found = findings_of(read(GOOD.decode().replace(old, new, 1).encode()))

    assert ("set", code) in [(finding.level, finding.code) for finding in found]


def test_one_wrong_set_leaves_the_others_alone():
    events = read(GOOD.replace(b"CTT*3", b"CTT*9", 1))

    assert [received.verdict for received in sets_of(events)] == ["R", "A"]
    end = only(events, GroupEnd)
    assert (end.verdict, end.received, end.accepted) == ("P", 2, 1)


def test_findings_are_capped_and_counted_beyond():
    content = interchange(1, 500).replace(b"*EA*", b"*EACH*")

    (received,) = sets_of(read(content, findings_cap=20))

    assert len(received.findings) == 20
    assert received.finding_count == 500


def test_a_received_ta1_is_an_event_that_explains_itself():
    content = b"".join((GOOD.split(b"~")[0], b"~TA1*000000042*261124*1459*R*023~IEA*0*000000001~"))

    received = only(read(content), InterchangeAcknowledgement)

    assert (received.control_number, received.verdict, received.note_code) == ("000000042", "R", "023")
    assert "000000042 was refused" in explain(received)


def test_memory_does_not_grow_with_the_file():
    def peak(orders: int) -> int:
        content = io.BytesIO(interchange(orders))
        tracemalloc.start()
        for _ in read_interchanges(content, amazon):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(1)

    assert peak(2000) < peak(200) * 1.1 + 50_000


def test_twenty_thousand_lines_in_one_order_are_read():
    (received,) = sets_of(read(interchange(1, 20_000), amazon))

    assert received.verdict == "A"
    assert len(received.segments) == 20_013
