"""A push is due at the relationship's times in its own zone, once for each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from include.inventory.schedule import is_due, is_gathered, last_moment, next_moment

PACIFIC = ZoneInfo("America/Los_Angeles")
DAILY = "30 4 * * *"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def dues(cron: str, begin: str, hours: int) -> list[str]:
    """At which ticks, every 15 minutes, a push of this schedule runs."""
    tick, last, found = at(begin), at(begin), []
    for _ in range(hours * 4):
        tick += timedelta(minutes=15)
        if is_due(cron, PACIFIC, last, tick):
            found.append(f"{tick:%m-%d %H:%M}")
            last = tick
    return found


def test_a_push_that_never_ran_is_due():
    assert is_due(DAILY, PACIFIC, None, at("2026-11-25T12:00"))


@pytest.mark.parametrize(("last_run", "now", "expected"), [
    ("2026-11-25T11:00", "2026-11-25T12:29:59", False), ("2026-11-25T11:00", "2026-11-25T12:30", True),
    ("2026-11-25T12:30", "2026-11-25T12:31", False), ("2026-11-20T12:30", "2026-11-25T12:31", True)])  # fmt: skip
def test_a_push_is_due_from_its_moment_until_it_ran(last_run, now, expected):
    assert is_due(DAILY, PACIFIC, at(last_run), at(now)) is expected


def test_the_zone_decides_and_moments_are_utc():
    assert last_moment(DAILY, PACIFIC, at("2026-11-25T12:30")) == at("2026-11-25T12:30")
    assert next_moment(DAILY, PACIFIC, at("2026-07-01T11:30")) == at("2026-07-02T11:30")
    assert next_moment(DAILY, PACIFIC, at("2026-11-25T12:30")).tzinfo is UTC


def test_a_time_that_summer_time_skips_is_not_missed():
    assert dues("30 2 * * *", "2026-03-08T00:00", 48) == ["03-08 10:00", "03-09 09:30"]


def test_an_hour_that_comes_twice_leaves_no_gap():
    assert dues("0 * * * *", "2026-11-01T07:30", 4) == ["11-01 08:00", "11-01 09:00", "11-01 10:00", "11-01 11:00"]


def test_changes_are_gathered_for_a_while():
    oldest = at("2026-11-25T12:00")

    assert not is_gathered(None, 5, oldest)
    assert not is_gathered(oldest, 5, at("2026-11-25T12:04:59"))
    assert is_gathered(oldest, 5, at("2026-11-25T12:05"))
    assert is_gathered(oldest, 0, oldest)
