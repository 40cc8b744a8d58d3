"""The second validator: pyx12 with our maps passes what we write and refuses what is spoiled, whoever wrote it."""

from __future__ import annotations

import logging

import pytest
import pyx12.map_if

from benchmarks.engine.orders import interchange
from include.x12 import second_opinion
from include.x12.delimiters import Delimiters
from include.x12.writing import write_interchange
from tests.x12.outgoing import BODIES, RELEASES, envelope, group
from tests.x12.readers import amazon, answers_to, read

ANSWER = write_interchange(envelope(), [group("855")])
LINE = "PO1*1*5*EA*9.99*NT*BP*B012345678~"

SPOILED = {
    "SE01 wrong": ("SE*7*", "SE*8*"),
    "SE02 wrong": ("SE*7*0001", "SE*7*0002"),
    "SE missing": ("SE*7*0001~", ""),
    "GE01 wrong": ("GE*1*", "GE*2*"),
    "GE02 wrong": ("GE*1*1", "GE*1*9"),
    "GE missing": ("GE*1*1~", ""),
    "IEA01 wrong": ("IEA*1*", "IEA*2*"),
    "IEA02 wrong": ("IEA*1*000000017", "IEA*1*000000018"),
    "IEA missing": ("IEA*1*000000017~", ""),
    "ISA15 unknown": ("*P*>", "*X*>"),
    "group of another kind": ("GS*PR", "GS*PO"),
    "group of an unknown kind": ("GS*PR", "GS*ZZ"),
    "set of another kind": ("ST*855", "ST*850"),
    "set of an unknown kind": ("ST*855", "ST*856"),
    "BAK missing": ("BAK*00*AC*T0000001*20261124~", ""),
    "order number missing": ("*T0000001*", "**"),
    "date impossible": ("20261201", "20261332"),
    "date too short": ("20261201", "2026120"),
    "quantity no number": ("PO1*1*5*", "PO1*1*FIVE*"),
    "unit too long": ("*EA*9.99", "*EACH*9.99"),
    "price missing": ("*9.99*", "**"),
    "id without its qualifier": ("*BP*B012345678", "**B012345678"),
    "id too long": ("B012345678", "B" * 49),
    "ACK missing": ("ACK*IA*3*EA*068*20261201~ACK*IR*2*EA~", ""),
    "ACK01 unknown": ("ACK*IA", "ACK*ZZ"),
    "ACK03 missing": ("ACK*IR*2*EA", "ACK*IR*2"),
    "ACK05 missing": ("*068*20261201", "*068"),
    "line missing": (LINE, ""),
    "CTT missing": ("CTT*1*5~", ""),
    "CTT before the lines": (LINE, f"CTT*1*5~{LINE}"),
    "segment unknown": ("CTT*1*5~", "CTT*1*5~ZZZ*1~"),
    "segment empty": ("CTT*1*5~", "CTT*1*5~~"),
    "something behind the end": ("*000000017~", "*000000017~junk"),
}


@pytest.mark.parametrize(("release", "version"), RELEASES.items())
@pytest.mark.parametrize("kind", BODIES)
def test_what_we_write_is_passed(kind, release, version):
    assert second_opinion.check(write_interchange(envelope(release), [group(kind, version=version)])) == ()


@pytest.mark.parametrize("change", SPOILED.values(), ids=SPOILED)
def test_what_is_spoiled_is_refused_with_a_sentence(change):
    content = ANSWER.decode()
    at = content.rindex(change[0]) if change[0].startswith("*0000") else content.index(change[0])

    doubts = second_opinion.check((content[:at] + change[1] + content[at + len(change[0]) :]).encode())

    assert doubts
    assert all(doubt.sentence for doubt in doubts)


def test_a_fault_is_named_by_its_place():
    (doubt,) = second_opinion.check(ANSWER.replace(b"PO1*1*5*", b"PO1*1*FIVE*"))

    assert (doubt.segment_identifier, doubt.segment_position, doubt.element_position) == ("PO1", 3, 2)
    assert doubt.bad_value == "FIVE"


def test_a_spoiled_document_spoils_no_later_one():
    for old, new in SPOILED.values():
        second_opinion.check(ANSWER.decode().replace(old, new, 1).encode())

    assert second_opinion.check(ANSWER) == ()


def test_a_set_that_pyx12_takes_no_notice_of_is_found():
    """It logs `Segment ST*856 not found`, reports no error, and calls the interchange right."""
    doubts = second_opinion.check(ANSWER.replace(b"ST*855", b"ST*856"))

    assert "pyx12 knows 0 of 1 transaction sets." in [doubt.sentence for doubt in doubts]


@pytest.mark.parametrize("logger", ["pyx12", "pyx12.error_handler"])
def test_a_silenced_log_hides_no_doubt(logger, monkeypatch):
    monkeypatch.setattr(logging.getLogger(logger), "disabled", True)

    assert second_opinion.check(ANSWER.replace(b"ST*855", b"ST*856"))
    assert second_opinion.check(ANSWER.replace(b"*P*>", b"*X*>"))


def test_nothing_of_a_document_reaches_the_log(caplog):
    second_opinion.check(ANSWER.replace(b"ACK*IA", b"ACK*ZZ"))

    assert caplog.records == []


@pytest.mark.parametrize(
    "chosen",
    [
        Delimiters("|", "\n", ":"),
        Delimiters("^", "!", "@"),
        Delimiters(":", "*", "~"),
        Delimiters("\x1d", "\x1c", "\x1f"),
    ],
    ids=repr,
)
def test_other_delimiters_are_passed(chosen):
    content = write_interchange(envelope(delimiters=chosen), [group("855"), group("997", number=2)])

    assert second_opinion.check(content) == ()


def test_a_repetition_separator_of_our_own_is_passed():
    chosen = Delimiters("*", "~", ">", "!")
    body = [*BODIES["855"][:1], ["REF", "VR", "A^B:C"], *BODIES["855"][1:]]

    content = write_interchange(envelope("00501", delimiters=chosen), [group("855", body, version="005010")])

    assert second_opinion.check(content) == ()


def test_accents_are_passed():
    body = [*BODIES["855"][:1], ["REF", "VR", "DÉPÔT NORD"], *BODIES["855"][1:]]

    assert second_opinion.check(write_interchange(envelope(), [group("855", body)])) == ()


def test_an_answer_of_several_groups_and_a_ta1_is_passed():
    order = interchange(2, 2).replace(b"*0*P*", b"*1*P*")
    second = order[order.index(b"GS*") : order.index(b"IEA*")].replace(b"*1*X*", b"*2*X*").replace(b"GE*2*1", b"GE*2*2")
    content = order.replace(b"IEA*1*", second + b"IEA*2*").replace(b"CTT*2", b"CTT*9", 1)

    (answer,) = answers_to(read(content, amazon))

    assert answer.count(b"~TA1*") == 1
    assert answer.count(b"~ST*") == 2
    assert second_opinion.check(answer) == ()


def test_a_ta1_alone_is_passed():
    (answer,) = answers_to(read(interchange(1, 1)[:106]))

    assert b"~GS*" not in answer
    assert second_opinion.check(answer) == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"ISA", b"x" * 200, b"ISA" + b"*" * 200, ANSWER[:110], ANSWER[:-10], b"\r\n" + ANSWER, ANSWER + ANSWER],
    ids=range(8),
)
def test_what_is_no_single_interchange_is_refused(content):
    assert second_opinion.check(content)


def test_the_maps_are_loaded_once():
    second_opinion.check(ANSWER)
    before = pyx12.map_if.load_map_file.cache_info().misses

    for _ in range(5):
        second_opinion.check(ANSWER)

    assert pyx12.map_if.load_map_file.cache_info().misses == before


@pytest.mark.slow
def test_an_answer_of_twenty_thousand_lines_is_passed():
    lines = [
        segment
        for place in range(1, 20_001)
        for segment in (["PO1", str(place), "5", "EA", "9.99", "NT", "BP", "B012345678"], ["ACK", "IA", "5", "EA"])
    ]
    content = write_interchange(envelope(), [group("855", [BODIES["855"][0], *lines, ["CTT", "20000", "100000"]])])

    assert second_opinion.check(content) == ()
    assert second_opinion.check(content[::-1].replace(b"AE*5*AI*KCA", b"AE*5*ZZ*KCA", 1)[::-1])
