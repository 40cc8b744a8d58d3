"""One measurement of our engine, in a process of its own: `python -m benchmarks.engine.ours MODE FILE WARM_FILE`.

Modes: `read` reads, checks and writes the 997; `orders` makes purchase orders of the sets besides; `warm` takes the
milliseconds of one file, warm. Guides are compiled outside the clock. Prints one JSON object.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import include.amazon
from include.amazon.x12_850 import parse_purchase_order
from include.x12.acknowledging import Acknowledger
from include.x12.envelope import GroupHeader, InterchangeEnd, InterchangeHeader, TransactionSet
from include.x12.guides import find_guide
from include.x12.reading import read_interchanges
from include.x12.rules import Guide

GUIDES = Path(include.amazon.__file__).parent / "guides"
WRITTEN_AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
WARM_RUNS = 50

Use = Callable[[TransactionSet], object]


def amazon_guide(_: InterchangeHeader, group: GroupHeader, set_identifier: str) -> Guide | None:
    return find_guide(GUIDES, group.release, set_identifier)


def answer(path: Path, use: Use | None = None) -> tuple[int, int]:
    """Reads a file and answers it: how many sets were accepted, and the bytes of the answers."""
    accepted = written = 0
    with path.open("rb") as file:
        for event in read_interchanges(file, amazon_guide):
            if isinstance(event, InterchangeHeader):
                acknowledger = Acknowledger(event)
            acknowledger.add(event)
            if isinstance(event, TransactionSet) and event.verdict != "R":
                accepted += 1
                if use is not None:
                    use(event)
            if isinstance(event, InterchangeEnd):
                content = acknowledger.write(control_number=1, group_control_numbers=[1], written_at=WRITTEN_AT)
                written += len(content or b"")
    return accepted, written


def make_order(received: TransactionSet) -> object:
    return parse_purchase_order(received.segments)


def _memory_mb(line: str) -> float:
    """VmRSS (now) or VmHWM (the peak since it was last reset) of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{line}:", 1)[1].split()[0]) / 1024


def _measure(mode: str, path: Path, warm: Path) -> dict[str, float]:
    use = make_order if mode == "orders" else None
    before = _memory_mb("VmRSS")
    answer(warm, use)
    if mode == "warm":
        return {"ms": statistics.median(_seconds(path, None) for _ in range(WARM_RUNS)) * 1000}
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
    started = time.process_time()
    accepted, written = answer(path, use)
    cpu = time.process_time() - started
    return {"cpu": cpu, "sets": accepted, "answer_bytes": written, "growth_mb": _memory_mb("VmHWM") - before}


def _seconds(path: Path, use: Use | None) -> float:
    started = time.process_time()
    answer(path, use)
    return time.process_time() - started


def main() -> None:
    mode, path, warm = sys.argv[1:]
    print(json.dumps(_measure(mode, Path(path), Path(warm))))


if __name__ == "__main__":
    main()
