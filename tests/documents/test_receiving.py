"""From the mailbox into the ledger: what is taken, what is left alone, and what must not stand before the rest."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

import pytest

from include import clock
from include.amazon.directory_mailbox import DirectoryMailbox
from include.amazon.sftp_mailbox import SftpMailbox
from include.documents import interpreting, receiving
from include.documents.inbound import load_to_take_up
from include.documents.receiving import ReceiveResult
from include.errors import ConfigurationError, TransientError
from include.exceptions.kinds import Kind
from tests.amazon.openssh import openssh
from tests.documents.conftest import DROPPED_AT, MAILBOX, NOW
from tests.documents.interchanges import interchange, order, relationship


def test_law_1_a_file_is_stored_byte_for_byte_with_when_it_was_written_and_taken(office):
    content = b"\xff\x00 not EDI at all \r\n"
    office.drop("odd.edi", content)

    office.receive()

    (row,) = office.rows("SELECT * FROM transmission")
    assert bytes(row["content"]) == content
    assert (row["mailbox"], row["file_name"], row["direction"]) == (MAILBOX, "odd.edi", "in")
    assert (row["remote_modified_at"], row["stored_at"], row["removed_at"]) == (DROPPED_AT, NOW, NOW)


def test_the_remote_time_is_read_on_the_clock_that_all_else_is_on(office, monkeypatch):
    """The file system tells real time; a test clock that runs ahead of it must not start an order's window early."""
    monkeypatch.setenv(clock.VARIABLE, f"{DROPPED_AT - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S+00:00}@60")
    office.drop("order.edi", interchange(order()))
    office.moment = DROPPED_AT + timedelta(hours=2)

    office.receive()

    (row,) = office.rows("SELECT remote_modified_at FROM transmission WHERE direction = 'in'")
    assert row["remote_modified_at"] == DROPPED_AT + timedelta(minutes=59)


def test_an_order_s_clock_starts_at_the_earliest_of_its_times(office):
    office.drop("order.edi", interchange(order()))
    office.receive()

    (document,) = load_to_take_up(office.connection, "amazon", ["850"], limit=5)
    assert document.clock_started_at.isoformat() == "2026-11-24T15:00:00+00:00"  # ISA09/10


def test_names_with_a_dot_before_or_tmp_behind_are_left_alone(office):
    office.drop(".order.edi", b"half")
    office.drop("order.edi.tmp", b"half")

    received = office.receive()

    assert received == ReceiveResult(0)
    assert sorted(path.name for path in office.inbound.iterdir()) == [".order.edi", "order.edi.tmp"]


def test_an_empty_file_that_was_just_opened_is_left_alone_until_it_is_written(office):
    office.drop("order.edi", b"", at=NOW - timedelta(seconds=1))
    before = office.receive()
    office.drop("order.edi", interchange(order()))

    after = office.receive()

    assert (before.files, after.files) == (0, 1)
    assert office.states() == ["accepted"]


@pytest.mark.parametrize("content", [b"", b" \r\n\r\n"], ids=["empty", "blank"])
def test_law_13_an_old_file_with_nothing_in_it_is_raised(office, content):
    office.drop("order.edi", content, at=NOW - timedelta(hours=1))

    office.receive()

    (entry,) = office.exceptions()
    assert entry.kind is Kind.UNREADABLE_FILE
    assert entry.what_happened == f"'order.edi' holds nothing: {len(content)} bytes, all of them blank."
    assert entry.deadline == NOW + timedelta(hours=23)


def test_a_name_used_again_with_other_bytes_is_a_file_of_its_own(office):
    office.drop("order.edi", interchange(order()))
    office.receive()
    office.drop("order.edi", interchange(order("4ABCDEF2"), number=2))

    office.receive()

    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF1", "4ABCDEF2"]


class ShiftingMailbox(DirectoryMailbox):
    """The partner writes over a file while it is taken in: behind `list_files`, or behind `fetch`."""

    def __init__(self, office, behind, content):
        super().__init__(office.folder)
        self._write = lambda at: (
            at == behind and office.drop("order.edi", content, at=DROPPED_AT + timedelta(minutes=1))
        )

    def list_files(self):
        listed = super().list_files()
        self._write("list")
        return listed

    def fetch(self, name):
        content = super().fetch(name)
        self._write("fetch")
        return content


def test_law_1_a_file_written_over_while_it_is_taken_in_is_not_lost(office):
    office.drop("order.edi", interchange(order()))

    office.receive(ShiftingMailbox(office, "fetch", interchange(order("4ABCDEF2"), number=2)))
    office.receive()

    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF1", "4ABCDEF2"]
    assert list(office.inbound.iterdir()) == []


def test_a_file_that_grows_while_it_is_taken_in_waits_until_it_is_whole(office):
    whole = interchange(order())
    office.drop("order.edi", whole[:200])

    received = office.receive(ShiftingMailbox(office, "list", whole))
    office.receive()

    assert received.files == 0
    assert office.states() == ["accepted"]
    assert office.count("transmission WHERE direction = 'in'") == 1


def test_the_same_file_dropped_again_after_an_unnoted_removal_is_answered_as_a_repetition(office):
    """Killed between removing a file and noting it, a later file of this name and content was taken for the first."""
    content = interchange(order())
    office.take_in(content)
    office.connection.execute("UPDATE transmission SET removed_at = NULL, file_name = file_name")
    office.connection.commit()
    (row,) = office.rows("SELECT file_name FROM transmission WHERE direction = 'in'")
    office.drop(row["file_name"], content, at=DROPPED_AT + timedelta(hours=1))

    received = office.receive()

    assert received.repeated == 1


# What stands in the way -----------------------------------------------------------------------------------------------


def test_law_13_a_file_that_cannot_be_taken_is_raised_and_the_others_go_on(office):
    office.drop("a\\b.edi", interchange(order()), at=DROPPED_AT - timedelta(hours=1))
    office.drop("plain.edi", interchange(order("4ABCDEF2"), number=2))

    received = office.receive()

    assert received.files == 1
    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF2"]
    (entry,) = office.exceptions()
    assert entry.kind is Kind.TRANSMISSION_FAILED
    assert entry.what_happened.startswith("'a\\\\b.edi' lies in the mailbox and could not be taken in: ")


class FailingMailbox(DirectoryMailbox):
    """Fails to fetch one file, or to list at all once one was fetched."""

    def __init__(self, office, bad="", *, breaks=False):
        super().__init__(office.folder)
        self._bad = bad
        self._breaks = breaks
        self._is_broken = False

    def list_files(self):
        if self._is_broken:
            raise TransientError("The line is gone.")
        return super().list_files()

    def fetch(self, name):
        if name == self._bad:
            self._is_broken = self._breaks
            raise TransientError(f"Could not read {name}: Failure.")
        return super().fetch(name)


def test_law_13_a_file_that_the_server_does_not_give_is_raised_until_it_is_taken(office):
    office.drop("a_bad.edi", interchange(order()))
    office.drop("b_good.edi", interchange(order("4ABCDEF2"), number=2))

    office.receive(FailingMailbox(office, "a_bad.edi"))
    during = office.exceptions()
    office.receive()

    assert [entry.what_happened for entry in during] == [
        "'a_bad.edi' lies in the mailbox and could not be taken in: Could not read a_bad.edi: Failure."
    ]
    assert office.exceptions() == []
    assert office.states() == ["accepted", "accepted"]


def test_a_mailbox_that_fails_is_one_fault_and_not_one_of_each_file(office):
    for number in (1, 2, 3):
        office.drop(f"order_{number}.edi", interchange(order(f"4ABCDEF{number}"), number=number))

    with pytest.raises(TransientError, match="The line is gone"):
        office.receive(FailingMailbox(office, "order_2.edi", breaks=True))

    assert office.exceptions() == []
    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF1"]


def test_what_was_stored_is_interpreted_although_the_mailbox_fails(office):
    office.drop("order.edi", interchange(order()))
    office.relationships = [relationship(partner={"qualifier": "ZZ", "id": "OTHER", "group_id": "OTHER"})]
    office.receive()
    office.relationships = [relationship()]
    mailbox = FailingMailbox(office)
    mailbox._is_broken = True

    with pytest.raises(TransientError):
        office.receive(mailbox)

    assert office.states() == ["accepted"]


def test_a_setting_that_is_wrong_is_said_as_such(office):
    class Wrong(DirectoryMailbox):
        def list_files(self):
            raise ConfigurationError("Another host key.", setting="connection amazon_mailbox")

    with pytest.raises(ConfigurationError, match="Another host key"):
        office.receive(Wrong(office.folder))


def test_a_file_that_vanishes_while_it_is_taken_is_no_exception(office):
    path = office.drop("order.edi", interchange(order()))

    class Vanishing(DirectoryMailbox):
        def fetch(self, name):
            path.unlink(missing_ok=True)
            return super().fetch(name)

    assert office.receive(Vanishing(office.folder)) == ReceiveResult(0)
    assert office.exceptions() == []


def test_a_file_too_large_for_the_ledger_is_raised_and_left_where_it_is(office, monkeypatch):
    monkeypatch.setattr(receiving, "LARGEST", 100)
    office.drop("order.edi", interchange(order()))

    office.receive()

    (entry,) = office.exceptions()
    assert "at most 100 are taken in" in entry.what_happened
    assert [path.name for path in office.inbound.iterdir()] == ["order.edi"]


# Law 13: nothing stored stays uninterpreted in silence ---------------------------------------------------------------


@pytest.fixture
def poison(monkeypatch):
    """Makes interpretation fail on a file whose content holds a word, for as long as the test wants."""

    def fail_on(word: bytes) -> None:
        def guarded(connection, stored, *others):
            if word in stored.content:
                connection.execute("INSERT INTO watermark VALUES ('half done', now())")
                raise RuntimeError("a fault of ours")
            return interpreting.interpret(connection, stored, *others)

        monkeypatch.setattr(receiving, "interpret", guarded)

    return fail_on


def test_law_13_a_file_that_cannot_be_interpreted_is_raised_and_those_behind_it_go_on(office, poison):
    poison(b"4POISON1")
    office.drop("a.edi", interchange(order("4POISON1")))
    office.drop("b.edi", interchange(order("4ABCDEF2"), number=2))

    received = office.receive()

    assert (received.failed, received.documents) == (1, 1)
    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF2"]
    assert office.count("watermark") == 0
    (entry,) = office.exceptions()
    assert (entry.kind, entry.owner_team) == (Kind.UNREADABLE_FILE, "engineering")
    assert entry.what_happened == ("'a.edi' was stored and could not be interpreted: RuntimeError: a fault of ours")
    assert entry.deadline == DROPPED_AT + timedelta(hours=24)


def test_law_13_it_is_tried_again_and_its_exception_resolves_itself(office, poison):
    poison(b"4POISON1")
    office.drop("a.edi", interchange(order("4POISON1")))
    office.receive()
    poison(b"nothing")

    received = office.receive()

    assert (received.failed, received.documents) == (0, 1)
    assert office.exceptions() == []


def test_an_exception_of_a_file_belongs_to_the_team_that_the_relationship_names(office):
    office.relationships = [relationship(owners={"unreadable_file": "night shift"})]
    office.drop("odd.edi", b"not EDI")

    office.receive()

    assert [entry.owner_team for entry in office.exceptions()] == ["night shift"]


# Over SFTP -----------------------------------------------------------------------------------------------------------


@pytest.mark.needs_program("sshd")
@pytest.mark.needs_program("ssh-keygen")
def test_an_order_comes_and_its_997_goes_over_sftp_with_an_account_for_each(office):
    with openssh() as server, closing(SftpMailbox(download=server.download, upload=server.upload)) as mailbox:
        path = server.folder / "inbound" / "order.edi"
        path.write_bytes(interchange(order()))
        path.chmod(0o644)

        office.receive(mailbox)
        office.publish(mailbox)

        assert list((server.folder / "inbound").iterdir()) == []
        assert [each.name for each in (server.folder / "outbound").iterdir()] == ["997_000000001.edi"]
    assert office.states() == ["accepted"]
