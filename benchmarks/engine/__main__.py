"""Runs the engine bench and prints a table, then one JSON object on the last line.

CPU seconds, each measurement in a fresh process, the contenders in turn, medians; imports and the loading of guides,
maps and grammars are outside the clock.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import venv
from pathlib import Path

from benchmarks.engine.cases import all_cases, is_answered_rightly
from benchmarks.engine.orders import write_file
from benchmarks.engine.ours import amazon_guide

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "bench"
BOTS_PYTHON = CACHE / "bots" / "bin" / "python"
BOTS = "botscore==0.1.0"  # GPL: installed for this bench alone, into an environment of its own
RUNS = 5
PEER_RUNS = 3
ORDERS_OF_1_MB = 770
HUNDRED = 100

Measured = dict[str, float]


def main() -> int:
    files = {count: write_file(CACHE / f"orders-{count}.edi", count) for count in _sizes()}
    small, thousand = files[1], files[1000]
    contenders = {
        "ours": ([sys.executable, "-m", "benchmarks.engine.ours", "read"], RUNS),
        "ours, with purchase orders": ([sys.executable, "-m", "benchmarks.engine.ours", "orders"], RUNS),
        "pyx12 4.0 with our map": ([sys.executable, "-m", "benchmarks.engine.pyx12_peer"], PEER_RUNS),
        "Bots' core (no 997)": ([str(_bots_python()), "benchmarks/engine/bots_peer.py"], PEER_RUNS),
    }
    seconds = _in_turn(contenders, thousand, small)
    sizes = {count: _ours("read", files[count], small) for count in (ORDERS_OF_1_MB, 10 * ORDERS_OF_1_MB)}
    one_mb = statistics.median(_ours("read", files[ORDERS_OF_1_MB], small)["cpu"] for _ in range(RUNS))
    large = _ours("read", files[HUNDRED * ORDERS_OF_1_MB], small)
    warm = _ours("warm", small, small)["ms"]
    cases = all_cases()
    wrong = [case.name for case in cases if not is_answered_rightly(case, amazon_guide)]
    _print_table(seconds, one_mb, sizes[10 * ORDERS_OF_1_MB]["cpu"], large, warm)
    print(f"right in {len(cases) - len(wrong)} of {len(cases)} cases{': not in ' + ', '.join(wrong) if wrong else ''}")
    ours, pyx12 = seconds["ours"], seconds["pyx12 4.0 with our map"]
    with_orders = seconds["ours, with purchase orders"]
    growth = files[HUNDRED * ORDERS_OF_1_MB].stat().st_size / files[ORDERS_OF_1_MB].stat().st_size
    print(json.dumps({
        "pyx12_ratio": _ratio(pyx12, ours),
        "bots_ratio": _ratio(seconds["Bots' core (no 997)"], ours),
        "with_orders_ratio": _ratio(pyx12, with_orders),
        "growth_100mb": round(large["cpu"] / (growth * one_mb), 3),
        "peak_mb": round(large["growth_mb"], 1),
        "warm_order_ms": round(warm, 3),
        "cases_right": len(cases) - len(wrong),
    }))  # fmt: skip
    return 0


def _sizes() -> tuple[int, ...]:
    return (1, 1000, ORDERS_OF_1_MB, 10 * ORDERS_OF_1_MB, HUNDRED * ORDERS_OF_1_MB)


def _bots_python() -> Path:
    """The Python that has Bots' core, made on the first run."""
    if not BOTS_PYTHON.exists():
        venv.create(BOTS_PYTHON.parents[1], with_pip=True)
    installed = subprocess.run([BOTS_PYTHON, "-c", "import botscore"], capture_output=True, check=False)
    if installed.returncode:
        subprocess.run([BOTS_PYTHON, "-m", "pip", "install", "--quiet", BOTS], check=True)
    return BOTS_PYTHON


def _in_turn(contenders: dict[str, tuple[list[str], int]], file: Path, warm: Path) -> dict[str, float | None]:
    """The median CPU seconds of each; None where a contender has nothing to measure yet."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(RUNS):
        for name, (command, runs) in contenders.items():
            if turn < runs:
                cpu = _measure([*command, str(file), str(warm)])["cpu"]
                found[name].extend([] if cpu is None else [cpu])
    return {name: statistics.median(values) if values else None for name, values in found.items()}


def _ours(mode: str, file: Path, warm: Path) -> Measured:
    return _measure([sys.executable, "-m", "benchmarks.engine.ours", mode, str(file), str(warm)])


def _measure(command: list[str]) -> Measured:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


def _ratio(theirs: float | None, ours: float | None) -> float | None:
    return None if theirs is None or ours is None else round(theirs / ours, 1)


def _print_table(seconds: dict[str, float | None], one_mb: float, ten_mb: float, large: Measured, warm: float) -> None:
    print("1,000 orders of 20 lines, read, checked and answered: CPU seconds")
    for name, value in seconds.items():
        if value is None:
            print(f"  {name:30} not measured: include/amazon/x12_850.py is not there")
        else:
            print(f"  {name:30} {value:7.3f}   {1000 / value:8,.0f} orders/s")
    print(f"ours at 1, 10 and 100 MB: {one_mb:.3f} s, {ten_mb:.3f} s, {large['cpu']:.2f} s")
    print(f"memory at 100 MB above the imported process: {large['growth_mb']:.1f} MB")
    print(f"one order of 20 lines, warm: {warm:.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
