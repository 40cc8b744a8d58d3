"""The commands behind the Makefile: up, down, demo, test."""

from __future__ import annotations

import os
import signal
import sys
import time
from types import FrameType

from include.workstation import stack, state
from include.workstation.airflow_processes import NotReadyError


def main(words: list[str]) -> int:
    """Carry out one command; the answer is the exit code."""
    command, *rest = words or [""]
    signal.signal(signal.SIGTERM, _as_interrupt)
    try:
        return _carry_out(command, rest)
    except NotReadyError as fault:
        print(fault, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _carry_out(command: str, rest: list[str]) -> int:
    match command:
        case "up":
            return _up()
        case "down":
            return _down()
        case "test":
            from include.workstation.whole_test import run_tests

            return run_tests(rest)
        case "demo":
            from include.workstation.demo import run_demo

            return run_demo(rest)
    print("usage: python -m include.workstation up|down|demo|test", file=sys.stderr)
    return 2


def _up() -> int:
    started = time.monotonic()
    running = stack.up(state.Place(), os.environ, _say)
    print(f"Ready after {time.monotonic() - started:.0f} s.")
    print(f"  {running.url}   user {running.username}, password {running.password}")
    print("  `make down` stops it; .run/state.json holds the same for programs.")
    return 0


def _down() -> int:
    stopped = [stack.down(place, _say) for place in (state.Place(), state.demo_place()) if place.run.exists()]
    print("Stopped." if any(stopped) else "Nothing was running here.")
    return 0


def _say(what: str) -> None:
    print(f"  {what}", flush=True)


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
