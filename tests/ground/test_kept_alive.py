"""A process that dies is started again; one that is stopped, or cannot live, is not."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from include.workstation import kept_alive, processes

pytestmark = pytest.mark.slow

LIVING = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
LEAVING = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], process_group=0)\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(600)\n"
)
ENDING = "print('began', flush=True); raise SystemExit(7)"


def _keep_alive(folder: Path, script: str) -> processes.Process:
    words = [sys.executable, "-m", "include.workstation.kept_alive", sys.executable, "-c", script]
    return processes.spawn("it", words, environment=os.environ, log=folder / "log", folder=Path.cwd())


def _told(folder: Path) -> list[int]:
    return [int(line) for line in (folder / "log").read_text().splitlines() if line.isdigit()]


def _wait_for(is_so: Callable[[], object]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        os.sched_yield()


def test_a_killed_process_is_started_again(tmp_path: Path) -> None:
    keeper = _keep_alive(tmp_path, LIVING)
    _wait_for(lambda: _told(tmp_path))

    os.kill(_told(tmp_path)[0], 9)

    _wait_for(lambda: len(_told(tmp_path)) == 2)
    assert processes.born(_told(tmp_path)[1]) is not None
    processes.stop([keeper])


def test_what_it_left_behind_is_ended_first(tmp_path: Path) -> None:
    keeper = _keep_alive(tmp_path, LEAVING)
    _wait_for(lambda: _told(tmp_path))
    left_behind = _told(tmp_path)[0]
    (parent,) = [member for member in processes.session(keeper.pid) if member not in {keeper.pid, left_behind}]

    os.kill(parent, 9)

    _wait_for(lambda: len(_told(tmp_path)) == 2)
    assert processes.born(left_behind) is None
    processes.stop([keeper])


def test_a_process_that_is_stopped_is_not_started_again(tmp_path: Path) -> None:
    keeper = _keep_alive(tmp_path, LIVING)
    _wait_for(lambda: _told(tmp_path))

    processes.stop([keeper])

    assert not processes.is_alive(keeper)
    assert [processes.born(pid) for pid in _told(tmp_path)] == [None]


def test_a_process_that_cannot_live_is_given_up(tmp_path: Path) -> None:
    keeper = _keep_alive(tmp_path, ENDING)

    _wait_for(lambda: not processes.is_alive(keeper))

    assert (tmp_path / "log").read_text().splitlines().count("began") == kept_alive.PATIENCE
