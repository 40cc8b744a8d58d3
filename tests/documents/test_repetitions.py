"""Law 2, whether an interchange was here before, and what it is answered with."""

from __future__ import annotations

from datetime import timedelta

from include.amazon.directory_mailbox import DirectoryMailbox
from include.documents.receiving import receive_mailbox
from include.errors import RejectedError
from include.exceptions.kinds import Kind
from include.x12.acknowledging import Acknowledger
from tests.documents.conftest import DROPPED_AT, MAILBOX, NOW
from tests.documents.interchanges import acknowledgement, interchange, order, relationship

GOOD = interchange(order())
SECOND = interchange(order("4ABCDEF2"), number=2)
CLOSE = DROPPED_AT.replace(hour=15) + timedelta(hours=24)  # ISA09/10 say 15:00


def test_law_2_an_interchange_that_comes_again_is_answered_with_the_stored_997_and_has_no_other_effect(office):
    office.take_in(GOOD)
    stored = (office.outbound / "997_000000001.edi").read_bytes()
    (office.outbound / "997_000000001.edi").unlink()

    received = office.take_in(GOOD)

    assert (received.repeated, received.documents) == (1, 0)
    assert office.states() == ["accepted", "repeated"]
    assert office.to_take_up() == ["4ABCDEF1"]
    assert office.published() == ["997_000000001.edi"]
    assert (office.outbound / "997_000000001.edi").read_bytes() == stored
    assert office.exceptions() == []


def test_law_2_an_interchange_that_stands_twice_in_a_file_is_taken_in_once(office):
    office.take_in(GOOD + GOOD)

    assert office.states() == ["accepted", "repeated"]
    assert office.to_take_up() == ["4ABCDEF1"]
    assert len(office.answers()) == 1


def test_law_2_a_refused_interchange_that_comes_again_is_refused_with_the_same_answer(office):
    """One whose answer is a TA1 alone, since it has no group that a 997 could name."""
    broken = interchange(number=1).replace(b"IEA*0", b"IEA*4")
    office.take_in(broken)
    (name,) = office.published()
    stored = (office.outbound / name).read_bytes()
    (office.outbound / name).unlink()

    office.take_in(broken)

    assert office.states() == ["rejected", "repeated"]
    assert name.startswith("TA1_")
    assert (office.outbound / name).read_bytes() == stored
    assert office.published() == [name]


def test_law_2_the_same_number_with_other_bytes_is_quarantined_with_a_deadline_and_not_answered(office):
    office.take_in(GOOD)

    received = office.take_in(interchange(order("4ABCDEF2")))

    assert received.quarantined == 1
    assert office.states() == ["accepted", "quarantined"]
    assert office.to_take_up() == ["4ABCDEF1"]
    assert len(office.answers()) == 1
    (entry,) = office.exceptions()
    assert entry.kind is Kind.DUPLICATE_INTERCHANGE
    assert entry.deadline == CLOSE
    (row,) = office.rows("SELECT repeats FROM interchange WHERE state = 'quarantined'")
    assert row["repeats"] == 1


def test_law_2_holds_for_a_pair_of_ids_and_not_across_partners(office):
    office.relationships.append(relationship("second", ours="VENDOR2"))

    office.take_in(GOOD, interchange(order("4ABCDEF2"), receiver="VENDOR2"))

    assert office.states() == ["accepted", "accepted"]
    assert office.published() == ["997_000000001.edi", "997_000000002.edi"]


def test_law_2_the_same_file_in_two_mailboxes_is_taken_in_once(office):
    for mailbox in (MAILBOX, "other_mailbox"):
        office.drop("order.edi", GOOD)
        box = DirectoryMailbox(office.folder)
        receive_mailbox(office.connection, box, mailbox, office.relationships, office.now)

    assert office.states() == ["accepted", "repeated"]


# Our answers ---------------------------------------------------------------------------------------------------------


def test_a_997_is_never_answered_and_takes_no_control_number(office):
    office.take_in(interchange(acknowledgement("1")))
    office.take_in(SECOND)

    assert office.states() == ["accepted", "accepted"]
    assert office.published() == ["997_000000001.edi"]


def test_an_answer_is_dated_in_the_relationship_s_zone(office):
    office.relationships = [relationship(envelope={"zone": "America/Los_Angeles"})]

    office.take_in(GOOD)

    assert NOW.hour == 16
    assert b"*261124*0805*" in (office.outbound / "997_000000001.edi").read_bytes()


def test_an_order_does_not_wait_for_a_997_that_cannot_be_written(office, monkeypatch):
    def refuse(*_, **__):
        raise RejectedError("The 997 is wrong.")

    monkeypatch.setattr(Acknowledger, "write", refuse)

    office.take_in(GOOD)

    assert office.to_take_up() == ["4ABCDEF1"]
    assert office.count("control_number") == 0
    (entry,) = office.exceptions()
    assert "its functional acknowledgement (997) could not be written: The 997 is wrong." in entry.what_happened
