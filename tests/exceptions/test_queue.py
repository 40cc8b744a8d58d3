"""The queue of what needs a person: one open entry for each thing, brought up to date in place, with its history."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from psycopg import errors

from include.database.connection import connect
from include.exceptions.kinds import Kind, Team, owner_of
from include.exceptions.queue import NewException, list_open, open_exception, resolve
from include.money import Money

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def connection(database):
    with connect(database) as opened:
        yield opened


def new(**changed) -> NewException:
    plain = NewException(Kind.SHORT_STOCK, "amazon", "order 1", "6 of 12 are there.", "Decide.", "4ABCDEF1", "1")
    return replace(plain, **changed)


def open_one(connection, *, now=NOW, owners=None, **changed) -> int:
    return open_exception(connection, new(**changed), owners=owners or {}, now=now)


def history(connection, exception_id):
    rows = connection.execute(
        "SELECT actor, what, happened_at FROM exception_event WHERE exception_id = %s ORDER BY exception_event_id",
        [exception_id],
    ).fetchall()
    return [(row["actor"], row["what"], row["happened_at"]) for row in rows]


def test_an_entry_says_what_happened_to_what_and_what_to_do(connection):
    money = Money(Decimal("12.50"), "USD")
    exception_id = open_one(connection, deadline=LATER, money=money)

    (entry,) = list_open(connection)

    assert (entry.exception_id, entry.kind, entry.subject) == (exception_id, Kind.SHORT_STOCK, "order 1")
    assert (entry.purchase_order_number, entry.line_number) == ("4ABCDEF1", "1")
    assert (entry.what_happened, entry.next_step) == ("6 of 12 are there.", "Decide.")
    assert (entry.owner_team, entry.deadline, entry.money) == ("operations", LATER, money)
    assert (entry.state, entry.opened_at) == ("open", NOW)


def test_the_same_thing_again_is_the_same_entry_brought_up_to_date(connection):
    first = open_one(connection)

    again = open_one(connection, now=LATER, what_happened="5 of 12 are there.", next_step="Hurry.", deadline=LATER)

    assert again == first
    (entry,) = list_open(connection)
    assert (entry.what_happened, entry.next_step, entry.deadline) == ("5 of 12 are there.", "Hurry.", LATER)
    assert entry.opened_at == NOW


def test_its_history_keeps_each_change_of_its_words_and_no_repetition(connection):
    exception_id = open_one(connection)
    open_one(connection, now=LATER)
    open_one(connection, now=LATER, what_happened="5 of 12 are there.")

    assert history(connection, exception_id) == [
        ("vendorlane", "6 of 12 are there.", NOW),
        ("vendorlane", "5 of 12 are there.", LATER),
    ]


@pytest.mark.parametrize(
    "changed", [{"relationship": "second"}, {"kind": Kind.PRICE_DIFFERENCE}, {"subject": "order 2"}]
)
def test_another_relationship_kind_or_subject_is_another_entry(connection, changed):
    open_one(connection)
    open_one(connection, **changed)

    assert len(list_open(connection)) == 2


def test_a_known_deadline_is_not_lost_by_a_later_word_that_names_none(connection):
    open_one(connection, deadline=LATER, money=Money(Decimal(5), "USD"))

    open_one(connection, what_happened="5 of 12 are there.")

    (entry,) = list_open(connection)
    assert entry.deadline == LATER
    assert entry.money == Money(Decimal(5), "USD")


def test_words_that_are_new_wake_an_entry_that_was_put_off(connection):
    exception_id = open_one(connection)
    connection.execute("UPDATE exception_entry SET state = 'snoozed', snoozed_until = %s", [LATER])

    open_one(connection)
    (still,) = list_open(connection)
    open_one(connection, what_happened="None is there.")
    (woken,) = list_open(connection)

    assert (still.state, woken.state) == ("snoozed", "open")
    assert woken.exception_id == exception_id


def test_the_database_holds_no_two_open_entries_for_one_thing(connection):
    open_one(connection)
    columns = "kind, relationship, subject, owner_team, what_happened, next_step, opened_at, updated_at"

    with pytest.raises(errors.UniqueViolation, match="exception_open_once"):
        connection.execute(f"INSERT INTO exception_entry ({columns}) SELECT {columns} FROM exception_entry")


def test_an_entry_stands_or_falls_with_the_transaction_of_its_cause(connection):
    open_one(connection)
    connection.rollback()

    assert list_open(connection) == ()


def test_a_character_that_postgresql_does_not_take_is_no_reason_to_lose_the_entry(connection):
    open_one(connection, what_happened="The value was 'a\0b'.", subject="file 'a\0b'")

    (entry,) = list_open(connection)
    assert entry.what_happened == "The value was 'a\N{REPLACEMENT CHARACTER}b'."
    assert open_one(connection, subject="file 'a\0b'") == entry.exception_id


# Resolving -----------------------------------------------------------------------------------------------------------


def test_an_entry_is_resolved_by_its_cause_with_a_reason_in_its_history(connection):
    exception_id = open_one(connection)

    number = resolve(connection, "amazon", [Kind.SHORT_STOCK], subject="order 1", why="Stock came.", now=LATER)

    assert number == 1
    assert list_open(connection) == ()
    assert history(connection, exception_id)[-1] == ("vendorlane", "Stock came.", LATER)
    row = connection.execute("SELECT state, resolved_at, resolved_by FROM exception_entry").fetchone()
    assert row == {"state": "resolved", "resolved_at": LATER, "resolved_by": "vendorlane"}


def test_resolving_again_changes_nothing(connection):
    exception_id = open_one(connection)
    for _ in range(2):
        resolve(connection, "amazon", [Kind.SHORT_STOCK], subject="order 1", why="Stock came.", now=LATER)

    assert len(history(connection, exception_id)) == 2


def test_a_thing_that_goes_wrong_again_after_it_was_resolved_is_a_new_entry(connection):
    first = open_one(connection)
    resolve(connection, "amazon", [Kind.SHORT_STOCK], subject="order 1", why="Stock came.", now=LATER)

    assert open_one(connection, now=LATER) != first


def test_resolving_touches_only_the_kinds_and_the_subject_or_order_that_it_names(connection):
    kept = [
        open_one(connection, kind=Kind.PRICE_DIFFERENCE),
        open_one(connection, subject="order 2", purchase_order_number="4ABCDEF2"),
        open_one(connection, relationship="second"),
    ]
    open_one(connection)
    open_one(connection, subject="order 1 line 2", line_number="2")

    number = resolve(
        connection, "amazon", [Kind.SHORT_STOCK, Kind.UNKNOWN_UNIT], purchase_order_number="4ABCDEF1", why="", now=LATER
    )

    assert number == 2
    assert [entry.exception_id for entry in list_open(connection)] == kept


def test_resolving_without_naming_anything_is_refused(connection):
    with pytest.raises(ValueError, match="subject or a purchase order number"):
        resolve(connection, "amazon", list(Kind), why="", now=NOW)


def test_a_person_s_resolution_names_the_person(connection):
    exception_id = open_one(connection)

    resolve(connection, "amazon", [Kind.SHORT_STOCK], subject="order 1", why="Called.", now=LATER, actor="joe")

    assert history(connection, exception_id)[-1] == ("joe", "Called.", LATER)


# Ordering and owners -------------------------------------------------------------------------------------------------


def test_the_most_money_comes_first_then_the_soonest_deadline_then_the_oldest(connection):
    expected = [
        open_one(connection, subject="much", money=Money(Decimal(100), "USD")),
        open_one(connection, subject="little, soon", money=Money(Decimal(9), "USD"), deadline=LATER),
        open_one(connection, subject="little", money=Money(Decimal(9), "USD")),
        open_one(connection, subject="soon", deadline=LATER),
        open_one(connection, subject="not so soon", deadline=LATER + timedelta(days=1)),
        open_one(connection, subject="old"),
        open_one(connection, subject="new"),
    ]
    connection.execute("UPDATE exception_entry SET updated_at = now() WHERE subject = 'little'")  # moves the row

    assert [entry.exception_id for entry in list_open(connection)] == expected


def test_the_queue_is_read_by_relationship_and_by_order(connection):
    open_one(connection)
    other = open_one(connection, relationship="second", purchase_order_number="4ABCDEF2")

    assert [entry.exception_id for entry in list_open(connection, "second")] == [other]
    assert [entry.exception_id for entry in list_open(connection, None, "4ABCDEF2")] == [other]
    assert list_open(connection, "amazon", "4ABCDEF2") == ()


def test_each_kind_has_an_owner_that_a_relationship_may_choose(connection):
    open_one(connection, owners={"short_stock": "warehouse"})

    (entry,) = list_open(connection)
    assert entry.owner_team == "warehouse"
    assert {owner_of(kind, {}) for kind in Kind} == {
        Team.OPERATIONS,
        Team.FINANCE,
        Team.MERCHANDISING,
        Team.ENGINEERING,
    }


# Two at once ---------------------------------------------------------------------------------------------------------


def test_processes_that_open_the_same_things_at_once_make_one_entry_of_each(database):
    command = [sys.executable, "-m", "tests.exceptions.opener", database]
    openers = [
        subprocess.Popen([*command, name], cwd=ROOT, stdin=-1, stdout=-1, text=True) for name in ("one", "two", "three")
    ]
    for opener in openers:
        assert opener.stdout.readline() == "ready\n"
    for opener in openers:
        opener.stdin.write("go\n")
        opener.stdin.flush()
    for opener in openers:
        opener.communicate()

    assert [opener.returncode for opener in openers] == [0, 0, 0]
    with connect(database) as connection:
        subjects = [entry.subject for entry in list_open(connection)]
    assert sorted(map(int, subjects)) == list(range(40))


def test_who_opens_what_another_has_not_committed_waits_and_updates_it(connection, database):
    open_one(connection)
    with connect(database) as other:
        other.execute("SET lock_timeout = '200ms'")
        with pytest.raises(errors.LockNotAvailable):
            open_one(other)
        other.rollback()
        connection.commit()

        open_one(other, what_happened="5 of 12 are there.")
        other.commit()

    (entry,) = list_open(connection)
    assert entry.what_happened == "5 of 12 are there."
