"""Processes killed at every step of receiving and publishing, and what the next one makes of it (laws 1, 2, 9, 13)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from include.database.connection import connect
from include.documents import outbox
from include.documents.receiving import PATIENCE, ReceiveResult
from include.errors import TransientError
from include.workstation import postgres, temporary_postgres
from tests.conftest import migrate
from tests.documents.conftest import MAILBOX, Office
from tests.documents.interchanges import interchange, order
from tests.documents.receiver import PUBLISHING, RECEIVING, StoppingMailbox

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@contextmanager
def standing(office: Office, work: str, point: str) -> Iterator[subprocess.Popen[str]]:
    """A process that stands at a point of its work; killed at the end at the latest."""
    command = [sys.executable, "-m", "tests.documents.receiver", office.dsn, str(office.folder), work, point]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "stopped\n"
        yield process
    finally:
        kill(process)
        process.stdout.close()


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


def wait_for_the_lock(office: Office) -> None:
    """Until the server has seen that the killed process is gone."""
    lock = "SELECT pg_advisory_{}(hashtextextended('mailbox ' || %s, 0))"
    for verb in ("lock", "unlock"):
        office.rows(lock.format(verb), MAILBOX)


@pytest.mark.parametrize("point", RECEIVING)
def test_a_receiver_killed_at_any_step_loses_nothing_and_doubles_nothing(office, point):
    content = interchange(order())
    office.drop("order.edi", content)
    with standing(office, "receive", point) as process:
        kill(process)
    wait_for_the_lock(office)

    office.receive()
    office.publish()

    assert [
        bytes(row["content"]) for row in office.rows("SELECT content FROM transmission WHERE direction = 'in'")
    ] == [content]
    assert office.states() == ["accepted"]
    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF1"]
    assert office.published() == ["997_000000001.edi"]
    assert list(office.inbound.iterdir()) == []
    assert office.exceptions() == []


def test_a_file_that_kills_its_process_again_and_again_is_noticed_and_heals(office):
    office.drop("order.edi", interchange(order()))
    for _ in range(PATIENCE + 1):
        with standing(office, "receive", "interpreting") as process:
            kill(process)
        wait_for_the_lock(office)

    seen = [entry.what_happened for entry in office.exceptions()]
    office.receive()

    assert seen == ["'order.edi' was stored and could not be interpreted: that was begun 3 times and never finished."]
    assert office.states() == ["accepted"]
    assert office.exceptions() == []


def test_a_file_that_kills_its_process_does_not_stand_before_the_others(office):
    office.drop("a_deadly.edi", interchange(order()))
    with standing(office, "receive", "interpreting") as process:
        kill(process)
    wait_for_the_lock(office)
    office.drop("b_plain.edi", interchange(order("4ABCDEF2"), number=2))

    office.receive()

    numbers = [row["purchase_order_number"] for row in office.documents()]
    assert numbers == ["4ABCDEF2", "4ABCDEF1"]


@pytest.mark.parametrize("point", RECEIVING)
def test_a_second_receiver_at_the_same_time_leaves_the_mailbox_to_the_first(office, point):
    office.drop("order.edi", interchange(order()))
    with standing(office, "receive", point) as process:
        received = office.receive()
        kill(process)
    wait_for_the_lock(office)

    assert received == ReceiveResult(0)
    office.receive()
    assert office.states() == ["accepted"]
    assert office.count("transmission WHERE direction = 'in'") == 1


def test_a_file_dropped_again_under_its_name_after_a_kill_is_taken_as_a_file_of_its_own(office):
    """The first was removed, and the process killed before it could note that."""
    office.drop("order.edi", interchange(order()))
    with standing(office, "receive", "removed") as process:
        kill(process)
    wait_for_the_lock(office)
    office.drop("order.edi", interchange(order("4ABCDEF2"), number=2))

    office.receive()

    assert [row["purchase_order_number"] for row in office.documents()] == ["4ABCDEF1", "4ABCDEF2"]
    assert office.count("transmission WHERE direction = 'in' AND removed_at IS NULL") == 0


# Publishing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_taken", [True, False], ids=["the partner took it", "it lies there still"])
@pytest.mark.parametrize("point", PUBLISHING)
def test_law_9_a_publisher_killed_at_any_step_publishes_the_same_bytes_under_the_same_name(office, point, is_taken):
    office.drop("order.edi", interchange(order()))
    office.receive()
    with standing(office, "publish", point) as process:
        kill(process)
    before = {path.name: path.read_bytes() for path in office.outbound.iterdir()}
    if is_taken:
        for name in before:
            (office.outbound / name).unlink()
    end_the_leases(office)

    office.publish()

    (stored,) = office.rows("SELECT file_name, content FROM transmission WHERE direction = 'out'")
    assert office.published() == [stored["file_name"]] == ["997_000000001.edi"]
    assert (office.outbound / stored["file_name"]).read_bytes() == bytes(stored["content"])
    assert before in ({}, {stored["file_name"]: bytes(stored["content"])})
    assert office.rows("SELECT state, attempts, leased_until FROM outbox") == [
        {"state": "published", "attempts": 2, "leased_until": None}
    ]


def test_what_one_publisher_has_in_hand_no_other_takes(office):
    office.drop("order.edi", interchange(order()))
    office.receive()
    with standing(office, "publish", "leased"):
        assert office.publish() == outbox.PublishResult((), 0)

    assert office.published() == []


def test_a_lease_is_a_minute_of_real_time_however_fast_the_business_clock_runs(office):
    office.drop("order.edi", interchange(order()))
    office.receive()
    with standing(office, "publish", "leased"):
        office.moment = office.moment.replace(year=2027)
        assert office.publish() == outbox.PublishResult((), 0)

    (row,) = office.rows("SELECT leased_until - clock_timestamp() AS left_over FROM outbox")
    assert 0 < row["left_over"].total_seconds() <= outbox.LEASE_SECONDS


def end_the_leases(office: Office) -> None:
    """As if a minute had passed."""
    office.connection.execute("UPDATE outbox SET leased_until = clock_timestamp()")
    office.connection.commit()


# The database --------------------------------------------------------------------------------------------------------


class RestartingMailbox(StoppingMailbox):
    """Restarts the database behind one of its steps, as if it had been killed."""

    def __init__(self, office: Office, server: postgres.Server, point: str) -> None:
        super().__init__(office.folder, point)
        self._server = server

    def _reach(self, point: str) -> None:
        if point == self._point:
            self._point = ""
            postgres.restart(self._server, is_at_once=True)


@pytest.mark.parametrize("point", ["fetched", "stored", "removed", "leased", "published"])
def test_a_database_restarted_in_the_middle_is_a_passing_fault_and_the_next_run_heals(tmp_path, point):
    with temporary_postgres.temporary_server() as server:
        migrate(server.url())
        for name in ("inbound", "outbound"):
            (tmp_path / name).mkdir()
        office = Office(server.url(), tmp_path, connect(server.url()))
        office.drop("order.edi", interchange(order()))
        mailbox = RestartingMailbox(office, server, point)

        with pytest.raises(TransientError, match="PostgreSQL did not answer"):
            office.receive(mailbox)
            office.publish(mailbox)

        office = replace(office, connection=connect(server.url()))
        office.receive()
        if point in PUBLISHING:
            end_the_leases(office)
        office.publish()
        assert office.states() == ["accepted"]
        assert office.count("transmission WHERE direction = 'in'") == 1
        assert office.published() == ["997_000000001.edi"]
        assert list(office.inbound.iterdir()) == []
        office.connection.close()
