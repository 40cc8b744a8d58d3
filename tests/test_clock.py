"""The clock of a test runs fast from its start; a setting that is none is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from include import clock
from include.errors import ConfigurationError

START = datetime(2026, 11, 24, 15, tzinfo=UTC)


def test_without_a_setting_it_is_real_time(monkeypatch):
    monkeypatch.delenv(clock.VARIABLE, raising=False)

    before = datetime.now(UTC)

    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.real_seconds(90) == 90


def test_from_its_start_it_runs_so_many_times_as_fast(monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "2026-11-24T17:00:00+02:00@60")

    assert clock.at(START + timedelta(minutes=1)) == START + timedelta(hours=1)
    assert clock.real_seconds(3600) == 60


def test_before_its_start_it_is_real_time(monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "2026-11-24T15:00:00Z@60")

    assert clock.at(START - timedelta(days=1)) == START - timedelta(days=1)


def test_without_a_factor_it_runs_as_real_time_does(monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "2026-11-24T15:00:00Z")

    assert clock.at(START + timedelta(minutes=1)) == START + timedelta(minutes=1)


@pytest.mark.parametrize("setting", [
    "soon", "2026-11-24T15:00:00@60", "2026-11-24T15:00:00Z@0", "2026-11-24T15:00:00Z@-2", "2026-11-24T15:00:00Z@fast",
    "2026-11-24T15:00:00Z@nan",
])  # fmt: skip
def test_a_setting_that_is_no_clock_is_told(monkeypatch, setting):
    monkeypatch.setenv(clock.VARIABLE, setting)

    with pytest.raises(ConfigurationError, match="VENDORLANE_CLOCK"):
        clock.now()
