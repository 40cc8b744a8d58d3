"""Whatever arrives is read to its end, byte by byte, and answered in a form that both validators pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.engine.orders import interchange
from include.x12 import second_opinion
from include.x12.envelope import (
    Event,
    InterchangeAcknowledgement,
    InterchangeEnd,
    InterchangeHeader,
    TransactionSet,
    Unreadable,
)
from tests.x12.readers import amazon, answers_to, findings_of, only, plain, read, sets_of

CRASHERS = sorted((Path(__file__).parent / "crashers").glob("*.edi"))
BLANK = b" \t\r\n\x00\x1a\xef\xbb\xbf"

ONE = interchange(1, 2)
GOOD = {
    "two orders": interchange(2, 2),
    "two interchanges": ONE + ONE,
    "lines": ONE.replace(b"~", b"~\r\n"),
    "other delimiters": ONE.replace(b"*", b"|").replace(b"~", b"\n"),
    "release 5010": ONE.replace(b"*U*00401*", b"*^*00501*").replace(b"*X*004010", b"*X*005010"),
    "two groups": ONE.replace(b"IEA*1*", b"GS*FA*A*B*20261124*1500*2*X*004010~GE*0*2~IEA*2*"),
}
PIECES = [
    *(b"*", b"~", b"~~", b"\n", b"\r\n", b" ", b"", b"ISA", b"ISA*", b"ST*", b"SE*", b"GS*", b"GE*", b"IEA*", b"TA1*"),
    *(b"ST*850*0001~", b"SE*3*0001~", b"GE*1*1~", b"IEA*1*000000001~", b"GS*PO*A*B*20261124*1500*1*X*004010~"),
    *(
        b"TA1*000000001*261124*1500*R*001~",
        b"9" * 5000,
        b"1E9999",
        b"NaN",
        b"-1",
        b"\x00",
        b"\xc3",
        b"\xff",
        b"\xc3\xa9",
    ),
    *(b"\xd9\xa3", b"A" * 90, b"PO1*1*1*EA~", b"CTT*1~", b"../../", ONE[:106], ONE[:50]),
]


def name_of(case):
    return case.stem


@st.composite
def mutations(draw):
    """A good file, changed in a few places."""
    content = draw(st.sampled_from(list(GOOD.values())))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 0, 1, 2, 7, 30, 200]))
        piece = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
        content = content[:start] + piece + content[start + length :]
    return content


def assert_no_byte_is_lost(content: bytes, events: list[Event]) -> None:
    """Interchanges and unreadable stretches follow one another, with nothing but blanks between."""
    position = 0
    for event in events:
        if isinstance(event, (InterchangeEnd, Unreadable)):
            assert event.offset >= position
            assert not content[position : event.offset].strip(BLANK)
            position = event.offset + event.length
    assert not content[position:].strip(BLANK)


def assert_each_set_is_whole(content: bytes, events: list[Event]) -> None:
    """Its segments, written again, are the bytes that it was read from: blanks and the letters of encodings aside."""
    for received in sets_of(events):
        delimiters = received.interchange.delimiters
        again = delimiters.segment.join(map(delimiters.element.join, received.segments))
        raw = content[received.offset : received.offset + received.length]
        blank = f" \t\r\n{delimiters.segment}".encode("latin-1")
        assert plain_bytes(again.encode(), blank) == plain_bytes(raw, blank)


def plain_bytes(text: bytes, blank: bytes) -> bytes:
    return bytes(byte for byte in text if byte < 0x80 and byte not in blank)


def assert_answers_can_be_sent(events: list[Event]) -> None:
    for answer in answers_to(events):
        assert answer is None or second_opinion.check(answer) == ()


@pytest.mark.parametrize("case", CRASHERS, ids=name_of)
@pytest.mark.parametrize("guide_for", [plain, amazon], ids=["plain guide", "Amazon's guide"])
def test_what_once_broke_us_is_read_and_answered(case, guide_for):
    content = case.read_bytes()

    events = read(content, guide_for)

    assert_no_byte_is_lost(content, events)
    assert_each_set_is_whole(content, events)
    assert_answers_can_be_sent(events)


@pytest.mark.parametrize("case", CRASHERS, ids=name_of)
def test_what_once_broke_us_is_refused_unless_it_is_right(case):
    events = read(case.read_bytes())

    verdicts = {only(events, TransactionSet).verdict, only(events, InterchangeEnd).verdict}

    assert ("R" in verdicts) == (case.stem != "name-that-ends-in-isa")


@pytest.mark.parametrize("case", CRASHERS, ids=name_of)
def test_no_sentence_is_longer_than_a_person_reads(case):
    assert all(len(finding.sentence) < 300 for finding in findings_of(read(case.read_bytes())))


def test_a_ta1_inside_a_set_is_no_word_on_what_we_sent():
    content = next(case for case in CRASHERS if case.stem == "ta1-inside-a-set").read_bytes()

    assert not [event for event in read(content) if isinstance(event, InterchangeAcknowledgement)]


def test_a_set_without_a_group_comes_in_a_group_that_begins_and_ends():
    content = next(case for case in CRASHERS if case.stem == "set-without-a-group").read_bytes()

    kinds = [type(event).__name__ for event in read(content)]

    assert kinds == ["InterchangeHeader", "GroupHeader", "TransactionSet", "GroupEnd", "InterchangeEnd"]


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_no_change_of_a_good_file_raises_or_loses_a_byte(content):
    events = read(content, amazon)

    assert_no_byte_is_lost(content, events)
    assert_each_set_is_whole(content, events)
    headers = sum(isinstance(event, InterchangeHeader) for event in events)
    assert headers == sum(isinstance(event, InterchangeEnd) for event in events)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(mutations())
def test_whatever_arrives_the_answer_can_be_sent(content):
    assert_answers_can_be_sent(read(content))


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_any_bytes_at_all_are_read(content):
    assert_no_byte_is_lost(content, read(content))


@settings(max_examples=100)
@given(st.sampled_from(list(GOOD.values())), st.data())
def test_a_digit_changed_in_an_envelope_is_always_noticed(content, data):
    """Counts and control numbers stand twice, so that no digit of a trailer can change unseen."""
    trailers = [name for name in (b"SE", b"GE", b"IEA") if name in content]
    at = content.index(data.draw(st.sampled_from(trailers)) + content[3:4])
    digits = [i for i in range(at, content.index(content[105:106], at)) if content[i : i + 1].isdigit()]
    place = data.draw(st.sampled_from(digits))
    other = data.draw(st.sampled_from([d for d in b"0123456789" if d != content[place]]))

    events = read(content[:place] + bytes([other]) + content[place + 1 :])

    assert findings_of(events)
