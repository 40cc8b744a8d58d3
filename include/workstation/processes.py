"""Processes in sessions of their own, found again later by process id and moment of birth (an id alone gets reused)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 10.0
SECOND_GRACE_SECONDS = 3.0
ENDED = {"Z", "X"}  # states of a process that only its parent still sees


@dataclass(frozen=True, slots=True)
class Process:
    """A process that leads a session of its own; `born` is as the machine tells it, compared and never read."""

    name: str
    pid: int
    born: str


def spawn(name: str, command: Sequence[str], *, environment: Mapping[str, str], log: Path, folder: Path) -> Process:
    """Start a command that outlives us, in its own session, with its output in `log` (readable by the owner)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        started = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    finally:
        os.close(output)
    return Process(name, started.pid, born(started.pid) or "")


def born(pid: int) -> str | None:
    """What tells this process from a later one with the same id; None if there is none or it has ended."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in ENDED else fields[19]
    answer = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, since = answer.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else since.strip()


def is_alive(process: Process) -> bool:
    """Whether this very process still runs."""
    _reap(process.pid)
    return born(process.pid) == process.born


def stop(processes: Iterable[Process], *, grace: float = GRACE_SECONDS) -> None:
    """TERM, wait, TERM again, then KILL each one's whole session. Ends when none is left; ended ones are no fault."""
    ours = [each for each in processes if born(each.pid) in {each.born, None}]
    for patience in (grace, min(grace, SECOND_GRACE_SECONDS)):
        alive = [each for each in ours if is_alive(each)]
        for each in alive:
            _signal_group(each.pid, signal.SIGTERM)
        _wait(alive, patience)
    for each in ours:
        kill(each)


def kill(process: Process) -> None:
    """KILL it and all that it started, at once; Airflow's tasks are groups of their own in its session."""
    _signal_group(process.pid, signal.SIGKILL)
    until = time.monotonic() + SECOND_GRACE_SECONDS
    while (members := session(process.pid)) and time.monotonic() < until:
        for member in members:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        _reap(process.pid)
        time.sleep(0.02)


def kill_rest_of_session() -> None:
    """KILL whoever else is in the session that we lead: what a process that ended has left behind."""
    if os.getsid(0) != os.getpid():
        return
    for member in set(session(os.getpid())) - {os.getpid()}:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)


def _wait(processes: Sequence[Process], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(is_alive(each) for each in processes):
        time.sleep(0.1)


def _signal_group(group: int, signal_number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal_number)


def session(leader: int) -> list[int]:
    """Who of its session still runs; only where the machine has /proc."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            status, *_, session = stat.read_text().rpartition(")")[2].split()[:4]
            if session == str(leader) and status not in ENDED:
                members.append(int(stat.parent.name))
    return members


def _reap(pid: int) -> None:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
