"""One interchange of a stored file: whose it is, whether it was here before, and what its documents are.

Each case asks the same four things: what the ledger says, what the partner is told, what a person is told, and that
the others in the file go on.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.documents.inbound import load_to_take_up
from include.exceptions.kinds import Kind
from tests.documents.conftest import DROPPED_AT
from tests.documents.interchanges import broken_order, interchange, order, relationship

GOOD = interchange(order())
SECOND = interchange(order("4ABCDEF2"), number=2)
CLOSE = DROPPED_AT.replace(hour=15) + timedelta(hours=24)  # ISA09/10 say 15:00


def _verdicts(office):
    return [answer.verdict for answer in office.answers()]


def test_an_order_is_accepted_answered_and_waits_for_its_process(office):
    received = office.take_in(GOOD)

    assert (received.interchanges, received.documents) == (1, 1)
    assert office.states() == ["accepted"]
    assert office.to_take_up() == ["4ABCDEF1"]
    assert _verdicts(office) == ["A"]
    assert office.published() == ["997_000000001.edi"]
    assert office.exceptions() == []


# What cannot be read -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [b"\x00\xff\xfe\x01" * 100, b"Dear vendor, please find attached", GOOD[:60], GOOD.replace(b"ISA*", b"ISB*")],
    ids=["binary", "a letter", "an ISA cut off", "no ISA"],
)
def test_what_cannot_be_read_is_kept_and_raised(office, content):
    received = office.take_in(content)

    assert (received.unreadable, received.interchanges) == (1, 0)
    assert office.published() == []
    (entry,) = office.exceptions()
    assert entry.kind is Kind.UNREADABLE_FILE
    assert f"{len(content)} bytes" in entry.what_happened
    assert entry.deadline == DROPPED_AT + timedelta(hours=24)


def test_what_cannot_be_read_before_between_and_behind_stops_no_interchange(office):
    received = office.take_in(b"junk" + GOOD + b"more junk" + SECOND + b"rest")

    assert (received.unreadable, received.interchanges) == (3, 2)
    assert office.states() == ["accepted", "accepted"]
    assert len(office.exceptions()) == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.replace(b"*ZZ*VENDOR1        *", b"*ZZ*VENDOR1*"), "wide instead of 106"),
        (GOOD.replace(b"IEA*1*000000001~", b""), "The IEA is missing"),
        (GOOD.replace(b"IEA*1*", b"IEA*2*"), "IEA01 says '2' groups"),
        (GOOD.replace(b"IEA*1*000000001", b"IEA*1*000000009"), "IEA02 is '000000009'"),
        (GOOD[: GOOD.index(b"PO1*")], "The IEA is missing"),
    ],
    ids=["ISA too short", "no IEA", "wrong count", "other number", "cut off"],
)
def test_an_interchange_with_a_broken_envelope_is_refused_and_raised(office, content, told):
    office.take_in(content, SECOND)

    assert office.states() == ["rejected", "accepted"]
    assert _verdicts(office) == ["R", "A"]
    assert office.to_take_up() == ["4ABCDEF2"]
    refused, order_of_it = office.exceptions()
    assert (refused.kind, order_of_it.kind) == (Kind.UNREADABLE_FILE, Kind.REJECTED_DOCUMENT)
    assert told in refused.what_happened
    assert order_of_it.purchase_order_number == "4ABCDEF1"
    assert refused.deadline == order_of_it.deadline == CLOSE


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.replace(b"GE*1*1~", b""), "The GE is missing"),
        (GOOD.replace(b"GE*1*1~", b"GE*3*1~"), "GE01 says '3' transaction sets"),
        (GOOD.replace(b"GE*1*1~", b"GE*1*7~"), "GE02 is '7'"),
        (GOOD.replace(b"SE*10*0001~", b""), "The SE is missing"),
        (GOOD.replace(b"SE*10*", b"SE*8*"), "SE01 says '8' segments"),
        (GOOD.replace(b"SE*10*0001", b"SE*10*0002"), "SE02 is '0002'"),
        (GOOD.replace(b"ST*850", b"ST*852"), "'852' of '004010' is not supported"),
        (GOOD.replace(b"*X*004010~", b"*X*003040~"), "'850' of '003040' is not supported"),
        (interchange(broken_order()), "PO104 (unit price) is 'CHEAP'"),
        (GOOD.replace(b"CTT*1*12", b"CTT*2*12"), "CTT01"),
        (GOOD.replace(b"REF*CR*VNDR1~", b"").replace(b"SE*10", b"SE*9"), "REF"),
    ],
    ids=[
        "no GE", "GE01", "GE02", "no SE", "SE01", "SE02", "unknown set", "unknown release", "a bad element", "a total",
        "no vendor code",
    ],
)  # fmt: skip
def test_a_document_that_is_wrong_is_refused_with_a_997_that_says_so_and_raised(office, content, told):
    office.take_in(content + SECOND)

    assert office.states() == ["accepted", "accepted"]
    assert _verdicts(office) == ["R", "A"]
    assert office.to_take_up() == ["4ABCDEF2"]
    (entry,) = office.exceptions()
    assert entry.kind is Kind.REJECTED_DOCUMENT
    assert told in entry.what_happened
    assert entry.deadline == CLOSE


def test_one_bad_order_of_a_group_is_refused_and_the_others_are_not(office):
    office.take_in(interchange(order("4ABCDEF1"), broken_order("4ABCDEF2"), order("4ABCDEF3")))

    assert _verdicts(office) == ["P"]
    assert office.to_take_up() == ["4ABCDEF1", "4ABCDEF3"]
    assert [entry.purchase_order_number for entry in office.exceptions()] == ["4ABCDEF2"]


def test_several_interchanges_and_groups_in_a_file_of_which_one_is_bad(office):
    two_groups = GOOD.replace(
        b"IEA*1", b"GS*PO*AMAZON*VENDOR1*20261124*1500*2*X*004010~ST*850*0001~SE*2*0001~GE*1*2~IEA*2"
    )

    office.take_in(two_groups + interchange(broken_order("4ABCDEF9"), number=3) + SECOND)

    assert office.states() == ["accepted"] * 3
    assert _verdicts(office) == ["A", "R", "R", "A"]
    assert office.to_take_up() == ["4ABCDEF1", "4ABCDEF2"]


def test_an_order_outside_of_any_group_is_refused_and_stops_nothing(office):
    """It has no group that could be answered; this once ended the interpretation of the whole mailbox."""
    start, end = GOOD.index(b"GS*"), GOOD.index(b"ST*")
    content = (GOOD[:start] + GOOD[end:]).replace(b"GE*1*1~", b"").replace(b"IEA*1", b"IEA*0")

    received = office.take_in(content + SECOND)

    assert received.failed == 0
    assert office.states() == ["rejected", "accepted"]
    assert office.to_take_up() == ["4ABCDEF2"]
    assert "stands outside of any group" in office.exceptions()[0].what_happened


def test_groups_that_cannot_be_told_apart_keep_their_own_verdicts(office):
    second = b"GS*PO*AMAZON*VENDOR1*20261124*1500*1*X*004010~ST*850*0001~SE*2*0001~GE*9*1~IEA*2"

    office.take_in(GOOD.replace(b"IEA*1", second))

    assert [row["state"] for row in office.documents()] == ["accepted", "rejected"]


@pytest.mark.parametrize("name", ["CENTRE D'ÉTÉ", "倉庫", "Z\N{LATIN SMALL LETTER U WITH DIAERESIS}RICH"])
def test_text_that_is_not_ascii_is_kept_whole(office, name):
    content = interchange(order(name=name))
    office.take_in(content)

    (document,) = load_to_take_up(office.connection, "amazon", ["850"], limit=5)

    assert name in [element for segment in document.segments for element in segment]


def test_text_in_latin_1_is_read_as_such(office):
    office.take_in(interchange(order(name="CAF?")).replace(b"CAF?", b"CAF\xc9"))

    (document,) = load_to_take_up(office.connection, "amazon", ["850"], limit=5)

    assert "CAFÉ" in [element for segment in document.segments for element in segment]


@pytest.mark.parametrize("place", [b"4ABCDEF1", b"PHX6", b"VNDR1", b"AMAZON*VENDOR1", b"000000001~GS", b"0001~BEG"])
def test_a_nul_which_postgresql_does_not_take_stops_nothing(office, place):
    content = GOOD.replace(place, place[:2] + b"\0" + place[3:])

    received = office.take_in(content + SECOND)

    assert received.failed == 0
    assert office.states()[-1] == "accepted"
    assert "4ABCDEF2" in office.to_take_up()


# Whose it is ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ends", [{"receiver": "SOMEBODY"}, {"sender": "STRANGER"}])
def test_what_is_not_for_us_is_quarantined_raised_and_not_answered(office, ends):
    received = office.take_in(interchange(order(), **ends), SECOND)

    assert received.quarantined == 1
    assert office.states() == ["quarantined", "accepted"]
    assert len(office.answers()) == 1
    (entry,) = office.exceptions()
    assert entry.kind is Kind.MISDIRECTED_DOCUMENT
    assert entry.deadline == DROPPED_AT.replace(hour=15) + timedelta(hours=24)


def test_what_was_for_nobody_is_taken_in_by_itself_once_its_relationship_is_there(office):
    """As when one relationship's file was broken while its orders came."""
    office.take_in(GOOD + interchange(order("4ABCDEF2"), receiver="VENDOR2", number=2) + b"junk")
    before = office.exceptions()
    office.relationships.append(relationship("second", ours="VENDOR2"))

    received = office.receive()

    assert [entry.kind for entry in before] == [Kind.MISDIRECTED_DOCUMENT, Kind.UNREADABLE_FILE]
    assert (received.interchanges, received.documents) == (1, 1)
    assert office.states() == ["accepted", "accepted"]
    assert (office.to_take_up(), office.to_take_up("second")) == (["4ABCDEF1"], ["4ABCDEF2"])
    assert [entry.kind for entry in office.exceptions()] == [Kind.UNREADABLE_FILE]


def test_a_relationship_that_came_back_changes_nothing_of_what_others_sent_meanwhile(office):
    office.take_in(interchange(order(), receiver="VENDOR2"))
    office.take_in(interchange(order("4ABCDEF2"), receiver="VENDOR2"))
    office.relationships.append(relationship("second", ours="VENDOR2"))

    office.receive()

    assert office.states() == ["accepted", "quarantined"]
    assert [entry.kind for entry in office.exceptions()] == [Kind.DUPLICATE_INTERCHANGE]


def test_a_test_interchange_for_a_production_relationship_is_refused_and_raised(office):
    office.take_in(interchange(order(), usage="T"), SECOND)

    assert office.states() == ["rejected", "accepted"]
    assert _verdicts(office) == ["R", "A"]
    assert office.to_take_up() == ["4ABCDEF2"]
    assert "ISA15 is 'T'" in office.exceptions()[0].what_happened
    assert b"TA1*000000001*261124*1500*R*020~" in (office.outbound / "997_000000001.edi").read_bytes()


def test_test_and_production_stand_beside_each_other(office):
    """The test one reads by the plain guide, in which an order needs no vendor code."""
    office.relationships.insert(0, relationship("trial", mode="test", guide="base"))

    office.take_in(interchange(order("4ABCDEF1", vendor_code=None), usage="T"))
    office.take_in(SECOND, interchange(order("4ABCDEF3", vendor_code=None), number=3))

    assert office.to_take_up("trial") == ["4ABCDEF1"]
    assert office.to_take_up() == ["4ABCDEF2"]
    assert _verdicts(office) == ["A", "A", "R"]
    assert b"*T*>~" in (office.outbound / "997_000000001.edi").read_bytes()


def test_the_guide_of_the_relationship_decides_what_is_right(office):
    plain = interchange(order(vendor_code=None))
    office.relationships = [relationship(guide="base")]

    office.take_in(plain)

    assert _verdicts(office) == ["A"]


@pytest.fixture
def two_codes(office):
    office.relationships = [
        relationship("first", vendor_code="AAAAA", guide="base"),
        relationship("second", vendor_code="BBBBB", guide="base"),
    ]
    return office


def test_relationships_that_share_their_ids_are_told_apart_by_the_vendor_code(two_codes):
    two_codes.take_in(interchange(order("4ABCDEF1", vendor_code="BBBBB"), order("4ABCDEF2", vendor_code="AAAAA")))

    assert two_codes.to_take_up("first") == ["4ABCDEF2"]
    assert two_codes.to_take_up("second") == ["4ABCDEF1"]


@pytest.mark.parametrize("code", ["CCCCC", None])
def test_an_order_of_no_known_vendor_code_is_nobody_s_and_raised(two_codes, code):
    two_codes.take_in(interchange(order("4ABCDEF1", vendor_code=code)))

    assert two_codes.to_take_up("first") == two_codes.to_take_up("second") == []
    assert _verdicts(two_codes) == ["A"]
    (entry,) = two_codes.exceptions()
    assert (entry.kind, entry.purchase_order_number) == (Kind.MISDIRECTED_DOCUMENT, "4ABCDEF1")
    assert ("the vendor code CCCCC" if code else "no vendor code") in entry.what_happened


@pytest.mark.parametrize("code", ["CCCCC", None])
def test_a_relationship_without_a_vendor_code_takes_what_no_other_does(two_codes, code):
    two_codes.relationships.append(relationship("rest", guide="base"))

    two_codes.take_in(interchange(order("4ABCDEF1", vendor_code=code), order("4ABCDEF2", vendor_code="BBBBB")))

    assert two_codes.to_take_up("rest") == ["4ABCDEF1"]
    assert two_codes.to_take_up("second") == ["4ABCDEF2"]
