"""The shared limiter: never more calls than allowed in any window, whoever makes them, and acknowledgements first.

A test clock makes minutes of seconds. Every slot that is ever handed out is written down by a trigger of the test's.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from include import clock
from include.database import rate_limit
from include.database.rate_limit import PostgresLimiter
from include.errors import TransientError

ROOT = Path(__file__).parents[2]
MINUTE = timedelta(seconds=60)
FACTOR = 120
ACKNOWLEDGEMENT, BULK = "acknowledgement", "bulk"

WRITE_DOWN = """
CREATE TABLE taken (account text, slot timestamptz, who int DEFAULT pg_backend_pid());
CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO taken VALUES (NEW.account, NEW.slots[array_upper(NEW.slots, 1)]); RETURN NULL; END $$;
CREATE TRIGGER write_down AFTER UPDATE OF slots ON call_budget FOR EACH ROW EXECUTE FUNCTION write_down();
"""


@pytest.fixture
def dsn(database: str) -> str:
    with psycopg.connect(database) as connection:
        connection.execute(WRITE_DOWN)
    return database


@pytest.fixture
def fast_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(clock.VARIABLE, f"{datetime.now(UTC).isoformat()}@{FACTOR}")


@pytest.fixture
def limiter(dsn: str) -> Iterator[Callable[..., PostgresLimiter]]:
    with ExitStack() as opened:

        def make(calls: int = 6, account: str = "one", *, limit: int = 1_000, max_wait: float = 0) -> PostgresLimiter:
            made = PostgresLimiter(
                dsn, account, account_limit=limit, calls_per_minute=calls, max_wait_seconds=max_wait
            )  # fmt: skip
            opened.callback(made.close)
            return made

        yield make


def slots(dsn: str, account: str = "one") -> list[datetime]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("SELECT slot FROM taken WHERE account = %s ORDER BY slot", [account]).fetchall()
    return [row[0] for row in rows]


def most_in_a_window(taken: list[datetime]) -> int:
    """How many of them lie in the fullest half-open minute."""
    return max(sum(first <= each < first + MINUTE for each in taken) for first in taken)


def take(limiter: PostgresLimiter, lane: str = ACKNOWLEDGEMENT) -> bool:
    try:
        limiter.wait_for_slot(lane)
    except TransientError:
        return False
    return True


def age(dsn: str, by: timedelta) -> None:
    """As if all slots had been taken so much earlier."""
    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE call_budget SET slots = ARRAY(SELECT each - %s FROM unnest(slots) AS each)", [by])


def call_at_once(dsn: str, callers: list[tuple[str, int, str]], seconds: float) -> None:
    """Processes that hammer the limiter from the same moment on: (account, calls a minute, lane) each."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.database.caller", dsn, account, str(calls), lane, str(seconds)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for account, calls, lane in callers
    ]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        process.communicate()
        assert process.returncode == 0


@pytest.mark.slow
@pytest.mark.usefixtures("fast_clock")
def test_many_processes_never_take_more_than_allowed_in_any_window_nor_much_less(dsn):
    call_at_once(dsn, [("one", 20, ACKNOWLEDGEMENT)] * 5, seconds=360)

    taken = slots(dsn)
    assert most_in_a_window(taken) == 20
    assert len(taken) >= 20 * 5  # in six minutes, of which a slot counts 66 seconds here


@pytest.mark.slow
@pytest.mark.usefixtures("fast_clock")
def test_accounts_do_not_disturb_each_other(dsn):
    call_at_once(dsn, [("one", 20, ACKNOWLEDGEMENT), ("two", 20, ACKNOWLEDGEMENT)] * 2, seconds=180)

    for account in ("one", "two"):
        assert most_in_a_window(slots(dsn, account)) == 20
        assert len(slots(dsn, account)) >= 20 * 2


@pytest.mark.slow
@pytest.mark.usefixtures("fast_clock")
def test_processes_with_different_shares_keep_to_the_larger_together(dsn):
    call_at_once(dsn, [("one", 10, ACKNOWLEDGEMENT), ("one", 20, ACKNOWLEDGEMENT)] * 2, seconds=240)

    assert most_in_a_window(slots(dsn)) <= 20


def test_a_burst_goes_at_once_and_the_next_call_is_told_when(limiter, dsn):
    one = limiter(6)

    assert [take(one) for _ in range(7)] == [True] * 6 + [False]
    with pytest.raises(TransientError, match="6 calls a minute are taken") as fault:
        one.wait_for_slot(ACKNOWLEDGEMENT)
    assert 55 < fault.value.retry_after <= 61


def test_a_burst_at_the_end_of_a_minute_leaves_none_for_the_start_of_the_next(limiter, dsn):
    """A counter per calendar minute, or one that refills by the second, would let twelve through."""
    one = limiter(6)
    for _ in range(6):
        take(one)
    age(dsn, timedelta(seconds=59))

    assert not take(one)

    age(dsn, timedelta(seconds=3))
    assert [take(one) for _ in range(7)] == [True] * 6 + [False]


def test_a_slot_in_the_near_future_is_waited_for(limiter, dsn, monkeypatch):
    waited = []
    monkeypatch.setattr(rate_limit.time, "sleep", waited.append)
    one = limiter(2, max_wait=90)
    for _ in range(2):
        take(one)
    age(dsn, timedelta(seconds=41))

    assert [take(one) for _ in range(5)] == [True] * 4 + [False]
    assert [round(wait) for wait in waited] == [20, 20, 81, 81]


def test_the_smaller_of_the_account_s_limit_and_our_share_holds(limiter):
    assert [take(limiter(3, "share", limit=5)) for _ in range(4)] == [True] * 3 + [False]
    assert [take(limiter(9, "limit", limit=2)) for _ in range(3)] == [True] * 2 + [False]


def test_bulk_calls_leave_a_third_of_the_window_to_acknowledgements(limiter):
    one = limiter(6)

    assert [take(one, BULK) for _ in range(5)] == [True] * 4 + [False]
    assert [take(one) for _ in range(3)] == [True] * 2 + [False]


def test_bulk_calls_do_not_queue_before_acknowledgements(limiter, dsn, monkeypatch):
    monkeypatch.setattr(rate_limit.time, "sleep", lambda _: None)
    one = limiter(6, max_wait=90)
    for _ in range(6):
        take(one)

    assert not take(one, BULK)
    assert take(one)
    age(dsn, timedelta(seconds=60))
    assert not take(one, BULK)


def test_bulk_calls_are_told_to_come_again_later_although_a_slot_is_free(limiter):
    one = limiter(6)
    for _ in range(4):
        take(one, BULK)

    with pytest.raises(TransientError) as fault:
        one.wait_for_slot(BULK)

    assert fault.value.retry_after > 5


def test_after_a_refusal_nobody_calls_for_so_long(limiter, dsn):
    limiter(6).back_off(30)

    with pytest.raises(TransientError) as fault:
        limiter(6).wait_for_slot(ACKNOWLEDGEMENT)

    assert 25 < fault.value.retry_after <= 30
    assert slots(dsn) == []


def test_a_shorter_refusal_does_not_cut_a_longer_one_short(limiter):
    limiter(6).back_off(30)
    limiter(6).back_off(1)

    assert not take(limiter(6, max_wait=20))


def test_who_was_waiting_for_a_slot_when_a_refusal_was_seen_does_not_call_in_it(limiter, dsn, monkeypatch):
    """Its slot was taken before anybody knew."""
    refused, waiting = limiter(1), limiter(1, max_wait=90)
    take(refused)
    age(dsn, timedelta(seconds=51))
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 1:
            refused.back_off(40)

    monkeypatch.setattr(rate_limit.time, "sleep", sleep)

    waiting.wait_for_slot(ACKNOWLEDGEMENT)

    assert len(waits) == 2
    assert 65 < waits[1] <= 72


def test_a_holder_killed_in_the_middle_of_its_reservation_holds_nobody_up(limiter, dsn):
    """It held the account's row; its connection ends with it."""
    take(limiter(6))
    script = (
        "import psycopg, signal, sys\n"
        "with psycopg.connect(sys.argv[1]) as holder:\n"
        "    holder.execute('SELECT FROM call_budget FOR UPDATE')\n"
        "    print('held', flush=True)\n"
        "    signal.pause()\n"
    )
    with subprocess.Popen([sys.executable, "-c", script, dsn], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        holder.kill()

    assert take(limiter(6))


def test_a_slot_whose_holder_died_lapses_with_its_window(limiter, dsn):
    limiter(1).wait_for_slot(ACKNOWLEDGEMENT)
    age(dsn, timedelta(seconds=62))

    assert take(limiter(1))


def test_a_database_that_went_away_is_a_passing_fault_and_the_next_call_connects_again(limiter, dsn):
    one = limiter(6)
    take(one)
    with psycopg.connect(dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vendorlane'")

    with pytest.raises(TransientError, match="PostgreSQL did not answer"):
        one.wait_for_slot(ACKNOWLEDGEMENT)

    assert take(one)


@pytest.mark.parametrize("what", ["slots = ARRAY[now() + '9 days'::interval]", "held_until = now() + '9 days'"])
def test_what_a_clock_that_ran_ahead_left_behind_stops_nobody(limiter, dsn, what):
    take(limiter(1, "one"))
    age(dsn, timedelta(seconds=62))
    with psycopg.connect(dsn) as connection:
        connection.execute(f"UPDATE call_budget SET {what}")

    assert take(limiter(1, "one"))
