"""When a push is due: at the relationship's times in its own zone, or once changes were gathered for a while."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import croniter

INSTANT = timedelta(microseconds=1)


def is_due(cron: str, zone: ZoneInfo, last_run: datetime | None, now: datetime) -> bool:
    """Whether a scheduled moment has come since the last run; always where there was none.

    A time that the change to summer time skips comes at once after it; one that comes twice is due twice.
    """
    return last_run is None or last_moment(cron, zone, now) > last_run


def last_moment(cron: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The latest scheduled moment that is not after `now`."""
    return _utc(croniter(cron, (now + INSTANT).astimezone(zone)).get_prev(datetime))


def next_moment(cron: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The first scheduled moment after `now`."""
    return _utc(croniter(cron, now.astimezone(zone)).get_next(datetime))


def is_gathered(oldest_change: datetime | None, gather_minutes: int, now: datetime) -> bool:
    """Whether the changes that wait have waited long enough to go into one document."""
    return oldest_change is not None and now - oldest_change >= timedelta(minutes=gather_minutes)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
