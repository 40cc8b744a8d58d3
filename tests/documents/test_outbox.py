"""Publishing what is stored: once, in the end, whatever the mailbox does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.amazon.directory_mailbox import DirectoryMailbox
from include.documents.outbox import PATIENCE, PublishResult
from include.documents.sending import write_document
from include.errors import ConfigurationError, RejectedError, TransientError
from include.exceptions.kinds import Kind
from tests.documents.conftest import NOW
from tests.documents.interchanges import order, relationship

BODY = [segment.split("*") for segment in order()[1]]


@pytest.fixture
def written(office):
    """Five documents in the outbox."""
    ids = tuple(
        write_document(
            office.connection,
            relationship(),
            "850",
            BODY,
            business_key=f"850 {number}",
            purchase_order_number=None,
            now=NOW,
        )
        for number in range(5)
    )
    office.connection.commit()
    return ids


class Failing(DirectoryMailbox):
    """Refuses files whose name ends so; keeps the names of all that were tried."""

    def __init__(self, office, *endings, fault=None):
        super().__init__(office.folder)
        self._endings = endings
        self._fault = fault or TransientError("The line is gone.")
        self.tried = []
        self.office = office

    def publish(self, name, content, *, rename):
        self.tried.append(name)
        if name.endswith(self._endings):
            raise self._fault
        super().publish(name, content, rename=rename)


def _outbox(office):
    return office.rows("SELECT * FROM outbox ORDER BY transmission_id")


def test_every_file_is_published_once_in_the_order_in_which_it_was_written(office, written):
    mailbox = Failing(office, "none")

    first = office.publish(mailbox)
    second = office.publish(mailbox)

    assert first == PublishResult(written, 0)
    assert second == PublishResult((), 0)
    assert mailbox.tried == [f"850_00000000{number}.edi" for number in range(1, 6)]
    assert {row["state"] for row in office.rows("SELECT state FROM document")} == {"published"}


def test_what_is_published_are_the_stored_bytes(office, written):
    office.publish()

    for row in office.rows("SELECT file_name, content FROM transmission"):
        assert (office.outbound / row["file_name"]).read_bytes() == bytes(row["content"])


def test_a_file_counts_as_published_when_it_is_and_not_when_its_batch_began(office, written):
    """The acknowledgement clock ends there."""

    class Slow(DirectoryMailbox):
        def publish(self, name, content, *, rename):
            office.moment += timedelta(hours=1)
            super().publish(name, content, rename=rename)

    office.publish(Slow(office.folder))

    assert [row["published_at"] - NOW for row in _outbox(office)] == [timedelta(hours=n) for n in range(1, 6)]


@pytest.mark.parametrize("rename", [True, False])
def test_whether_a_file_is_renamed_is_the_relationship_s_setting(office, rename):
    told = []

    class Told(DirectoryMailbox):
        def publish(self, name, content, *, rename):
            told.append(rename)

    chosen = relationship(envelope={"publish_by_rename": rename})
    write_document(office.connection, chosen, "850", BODY, business_key="x", purchase_order_number=None, now=NOW)
    office.connection.commit()

    office.publish(Told(office.folder))

    assert told == [rename]


def test_one_file_that_fails_waits_and_the_others_go_on(office, written):
    result = office.publish(Failing(office, "2.edi"))

    assert result == PublishResult((written[0], *written[2:]), 1)
    waiting = _outbox(office)[1]
    assert (waiting["state"], waiting["attempts"], waiting["leased_until"]) == ("pending", 1, None)
    assert "The line is gone" in waiting["last_fault"]


def test_it_waits_longer_each_time_and_then_ten_minutes_on_the_business_clock(office, written):
    waits = []
    for _ in range(8):
        office.publish(Failing(office, "2.edi"))
        next_attempt_at = _outbox(office)[1]["next_attempt_at"]
        waits.append((next_attempt_at - office.moment).total_seconds())
        office.moment = next_attempt_at

    for wait, longest in zip(waits, [30, 60, 120, 240, 480, 600, 600, 600], strict=True):
        assert longest / 2 <= wait <= longest


def test_before_its_time_it_is_not_tried(office, written):
    office.publish(Failing(office, "2.edi"))
    mailbox = Failing(office, "2.edi")
    office.moment += timedelta(seconds=14)

    office.publish(mailbox)

    assert mailbox.tried == []


def test_law_13_after_some_attempts_a_person_hears_of_it_and_it_resolves_itself(office, written):
    heard = []
    office.relationships = [relationship(owners={"transmission_failed": "network"})]
    for _ in range(PATIENCE + 2):
        office.publish(Failing(office, "2.edi"))
        heard.append([entry.what_happened for entry in office.exceptions()])
        office.moment += timedelta(minutes=10)
    (entry,) = office.exceptions()
    office.publish()

    told = ["850_000000002.edi could not be published: The line is gone."]
    assert heard == [[]] * (PATIENCE - 1) + [told] * 3
    assert (entry.kind, entry.owner_team) == (Kind.TRANSMISSION_FAILED, "network")
    assert office.count("exception_event") == 2
    assert office.exceptions() == []
    assert len(office.published()) == 5


def test_a_fault_that_no_attempt_will_mend_is_heard_of_at_once(office, written):
    office.publish(Failing(office, "2.edi", fault=RejectedError("It lies there with other bytes.")))

    (entry,) = office.exceptions()
    assert "other bytes" in entry.what_happened
    assert _outbox(office)[1]["state"] == "pending"


def test_a_mailbox_that_is_gone_is_tried_three_times_and_not_for_every_file(office, written):
    mailbox = Failing(office, ".edi")

    result = office.publish(mailbox)

    assert result == PublishResult((), 3)
    assert len(mailbox.tried) == 3
    assert [row["attempts"] for row in _outbox(office)] == [1, 1, 1, 0, 0]


def test_files_that_always_fail_do_not_stand_before_the_others(office, written):
    mailbox = Failing(office, "1.edi", "2.edi", "3.edi")
    office.publish(mailbox)
    office.moment += timedelta(minutes=1)

    result = office.publish(mailbox)

    assert result.published == written[3:]


def test_a_wrong_setting_stops_the_run_at_the_first_file_and_is_heard_of(office, written):
    mailbox = Failing(office, ".edi", fault=ConfigurationError("Another host key.", setting="connection x"))

    office.publish(mailbox)

    assert len(mailbox.tried) == 1
    assert [entry.what_happened for entry in office.exceptions()] == [
        "850_000000001.edi could not be published: Another host key. Correct connection x."
    ]


def test_on_a_clock_that_outruns_its_back_off_a_file_is_tried_once_a_run(office, written):
    class Racing(Failing):
        def publish(self, name, content, *, rename):
            self.office.moment += timedelta(hours=1)
            super().publish(name, content, rename=rename)

    mailbox = Racing(office, "2.edi")

    office.publish(mailbox)

    assert sorted(mailbox.tried) == [f"850_00000000{number}.edi" for number in range(1, 6)]


def test_a_run_publishes_no_more_than_it_is_asked_to(office, written):
    from include.documents.outbox import publish_due
    from tests.documents.conftest import MAILBOX

    box = DirectoryMailbox(office.folder)

    result = publish_due(office.connection, box, MAILBOX, office.relationships, office.now, limit=2)

    assert result.published == written[:2]


def test_another_mailbox_s_files_are_left_alone(office, written):
    chosen = relationship(mailbox="other_mailbox")
    write_document(office.connection, chosen, "850", BODY, business_key="x", purchase_order_number=None, now=NOW)
    office.connection.commit()

    office.publish()

    assert office.published() == [f"850_00000000{number}.edi" for number in range(1, 6)]


def test_no_transaction_is_open_while_a_file_is_uploaded(office, written):
    """A slow upload would otherwise be ended by PostgreSQL's limit on idle transactions."""
    seen = []

    class Looking(DirectoryMailbox):
        def publish(self, name, content, *, rename):
            seen.append(office.connection.info.transaction_status.name)

    office.publish(Looking(office.folder))

    assert set(seen) == {"IDLE"}
