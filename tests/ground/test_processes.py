"""Processes are found again by id and birth, and stopped with all that they started."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
from pathlib import Path

from include.workstation import processes

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
PARENT = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], process_group=0)\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(600)\n"
)


def _spawn(tmp_path: Path, script: str) -> processes.Process:
    words = [sys.executable, "-c", script]
    return processes.spawn("it", words, environment=os.environ, log=tmp_path / "log", folder=tmp_path)


def _first_line(log: Path) -> str:
    while not (text := log.read_text()).endswith("\n"):
        os.sched_yield()
    return text.strip()


def test_a_process_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    stubborn = _spawn(tmp_path, STUBBORN)
    _first_line(tmp_path / "log")

    processes.stop([stubborn], grace=0.2)

    assert not processes.is_alive(stubborn)


def test_what_a_process_started_in_a_group_of_its_own_ends_with_it(tmp_path: Path) -> None:
    parent = _spawn(tmp_path, PARENT)
    child = int(_first_line(tmp_path / "log"))

    processes.stop([parent], grace=0.2)

    assert processes.born(child) is None


def test_what_a_killed_process_left_behind_is_ended_too(tmp_path: Path) -> None:
    parent = _spawn(tmp_path, PARENT)
    child = int(_first_line(tmp_path / "log"))
    os.kill(parent.pid, signal.SIGKILL)

    processes.stop([parent], grace=0.2)

    assert processes.born(child) is None


def test_a_stranger_that_got_the_same_id_is_left_alone() -> None:
    myself = processes.Process("myself", os.getpid(), processes.born(os.getpid()) or "")
    earlier = dataclasses.replace(myself, born="0")

    processes.stop([earlier], grace=0.1)

    assert processes.is_alive(myself)
    assert not processes.is_alive(earlier)


def test_its_log_is_the_owners_alone(tmp_path: Path) -> None:
    spawned = _spawn(tmp_path, "print('secret')")
    processes.stop([spawned], grace=0.1)

    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o600
