"""Every way in which an 855 can be wrong is noticed, named, and keeps the order unacknowledged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from include.sandbox.amazon.reading import Unreadable, read_interchanges
from tests.sandbox.amazon_vendor import START, Play, Segments, an_order, answer, day_after, interchange, recount

Spoil = Callable[[Segments], Any]


def change(place: int, position: int, value: str) -> Spoil:
    """Another value for an element of the segment at that place: BAK, PO1, ACK, ACK, PO1, ACK, CTT."""

    def spoil(segments: Segments) -> None:
        segments[place][position] = value

    return spoil


def leave_out_a_line(segments: Segments) -> None:
    del segments[4:6]
    recount(segments)


def answer_a_line_twice(segments: Segments) -> None:
    segments[4:4] = segments[1:4]
    recount(segments)


def name_an_unordered_line(segments: Segments) -> None:
    segments[6:6] = [["PO1", "9", *segments[4][2:]], segments[5]]
    recount(segments)


def repeat_a_status(segments: Segments) -> None:
    segments.insert(5, segments[5])


def echo_another_quantity(segments: Segments) -> None:
    segments[4][2] = segments[5][2] = "9"
    recount(segments)


BUSINESS = [
    (leave_out_a_line, "line 2 is not answered"),
    (answer_a_line_twice, "line 1 is answered twice"),
    (name_an_unordered_line, "line 9 was never ordered"),
    (change(2, 2, "19"), "line 1 answers 23 of 24 ordered"),
    (repeat_a_status, "line 2 answers 20 of 10 ordered"),
    (echo_another_quantity, "line 2 echoes 9 CA, ordered are 10 CA"),
    (change(1, 3, "CA"), "line 1 echoes 24 CA, ordered are 24 EA"),
    (change(2, 3, "CA"), "line 1 is answered in another unit than EA"),
    (change(1, 7, "B000KETTLF"), "line 1 names BP B000KETTLF, ordered is BP B000KETTLE"),
    (change(1, 6, "VN"), "line 1 names VN B000KETTLE, ordered is BP B000KETTLE"),
    (change(1, 1, "01"), "line 01 was never ordered"),
    (change(1, 4, "0"), "line 1 has the price 0, the order's is 18.40"),
    (change(1, 4, "-18.4"), "line 1 has the price -18.4, the order's is 18.40"),
    (change(1, 4, "18.41"), "line 1 has the price 18.41, the order's is 18.40"),
    (change(3, 1, "IB"), "line 1 is back-ordered, which the order does not allow"),
    (change(3, 1, "BP"), "line 1 is back-ordered, which the order does not allow"),
    (change(0, 2, "AD"), "BAK02 says that nothing changed"),
    (change(0, 4, day_after(START.date(), 4)), "the answer is dated 20261129"),
]
STRUCTURAL = [
    (change(2, 1, "R1"), "'R1' is no line status"),
    (change(2, 1, "AR"), "'AR' is no line status"),
    (change(2, 2, "-20"), "ACK*IA*-20*EA has no quantity"),
    (change(2, 2, "2e1"), "ACK*IA*2e1*EA has no quantity"),
    (change(2, 3, ""), "has no quantity with a unit"),
    (lambda segments: segments[2].append("068"), "has a date without its qualifier"),
    (change(1, 4, ""), "lacks what the guide requires"),
    (change(1, 5, "XX"), "'XX' is no price basis"),
    (change(0, 1, "06"), "is no heading"),
    (change(0, 2, "ZZ"), "is no heading"),
    (change(6, 1, "3"), "CTT01 is 3 and there are 2 lines"),
    (change(6, 2, "35"), "CTT02 is 35 and the quantities add up to 34"),
    (lambda segments: segments.pop(), "CTT must stand once and last"),
    (lambda segments: segments.pop(5), "line 2 has no ACK"),
    (lambda segments: segments.insert(1, ["ACK", "IA", "1", "EA"]), "an ACK stands before any PO1"),
    (lambda segments: segments.insert(1, ["PID", "F", "", "", "", "x"]), "PID has no place"),
]
ENVELOPE = [
    ({"sender": "SOMEONE"}, "goes from ZZ/SOMEONE"),
    ({"receiver": "AMAZONCA"}, "goes to ZZ/AMAZONCA"),
    ({"mode": "T"}, "ISA15 is T"),
    ({"release": "00501"}, "ISA11/12 are U/00501"),
    ({"group_release": "005010"}, "GS08 is 005010"),
    ({"count": 3}, "SE is 3/0001 and should be 9/0001"),
]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)
    play = Play(tmp_path)
    play.send(1, an_order())
    play.step(1)
    play.fetch()
    return play


def a_right_answer() -> Segments:
    return answer(an_order(), {"1": [("IA", 20), ("IR", 4)]})


def test_the_answer_that_the_others_are_spoilt_from_is_right(play: Play) -> None:
    play.answer(2, a_right_answer(), release="00401")

    told = play.order(3)
    assert (told["faults"], told["acknowledged_at"] is not None) == ([], True)


@pytest.mark.parametrize(("spoil", "fault"), BUSINESS, ids=[fault for _, fault in BUSINESS])
def test_an_answer_that_does_not_fit_the_order_is_noticed(play: Play, spoil: Spoil, fault: str) -> None:
    segments = a_right_answer()
    spoil(segments)

    play.answer(2, segments)

    assert_not_accepted(play, fault, verdict=b"AK9*A*1*1*1~")


@pytest.mark.parametrize(("spoil", "fault"), STRUCTURAL, ids=[fault for _, fault in STRUCTURAL])
def test_an_answer_that_the_guide_forbids_is_refused(play: Play, spoil: Spoil, fault: str) -> None:
    segments = a_right_answer()
    spoil(segments)

    play.answer(2, segments)

    assert_not_accepted(play, fault, verdict=b"AK9*R*1*1*0~")


@pytest.mark.parametrize(("envelope", "fault"), ENVELOPE, ids=[fault for _, fault in ENVELOPE])
def test_an_answer_in_a_wrong_envelope_is_noticed(play: Play, envelope: dict[str, Any], fault: str) -> None:
    play.answer(2, a_right_answer(), **envelope)

    assert_not_accepted(play, fault, verdict=b"AK9*")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        (b"GE*1*1~", b"GE*2*1~", "GE is 2/1"),
        (b"IEA*1*000000001~", b"IEA*1*000000002~", "IEA is 1/000000002"),
        (b"IEA*1*000000001~", b"", "the IEA is missing"),
        (b"GE*1*1~", b"", "has no GE"),
        (b"SE*9*0001~", b"", "has no SE"),
        (b"*X*004010~", b"*T*004010~", "GS07 is 'T'"),
    ],
)
def test_an_envelope_that_does_not_close_is_noticed(play: Play, before: bytes, after: bytes, fault: str) -> None:
    content = interchange(a_right_answer())
    assert content.count(before) == 1

    play.publish("855_000000001.edi", content.replace(before, after), 2)

    assert_not_accepted(play, fault, verdict=b"AK9*R*1*1*0~")


def test_a_back_order_is_accepted_where_the_order_allows_it(tmp_path: Path) -> None:
    play = Play(tmp_path)
    order = an_order(back_order=True)
    play.send(1, order)
    play.step(1)

    play.answer(2, answer(order, {"1": [("IA", 20), ("IB", 4)]}))

    told = play.order(3)
    assert (told["faults"], told["lines"][0]["back_ordered"]) == ([], "4")


def test_a_refused_answer_may_be_followed_by_a_right_one(play: Play) -> None:
    play.answer(2, a_right_answer(), count=4)
    play.answer(3, a_right_answer(), number=2)

    told = play.order(4)
    assert [each["is_accepted"] for each in told["answers"]] == [False, True]
    assert told["acknowledged_at"]


@pytest.mark.parametrize("content", [b"", b"\r\n", b"ISA*00*", b"GS*PR~", b"ISA" + b"*" * 102 + b"~"])
def test_what_begins_with_no_isa_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_interchanges(content)


def test_several_interchanges_with_delimiters_of_their_own_are_read() -> None:
    one = interchange(a_right_answer())
    other = one.replace(b"*", b"|").replace(b"~", b"'\r\n").replace(b"000000001", b"000000002")

    found = read_interchanges(one + b"\r\n" + other)

    assert [each.control_number for each in found] == ["000000001", "000000002"]
    assert [each.faults for each in found] == [[], []]
    assert found[0].groups[0].sets[0].segments == found[1].groups[0].sets[0].segments
    assert b"".join(each.content for each in found).count(b"ISA") == 2


def assert_not_accepted(play: Play, fault: str, verdict: bytes) -> None:
    told = play.order(3)
    assert [each for each in told["faults"] if fault in each]
    assert told["acknowledged_at"] is None
    play.step(5)
    assert verdict in b"".join(play.fetch())
