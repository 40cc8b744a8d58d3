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
SIZES = (1, 1000, ORDERS_OF_1_MB, 10 * ORDERS_OF_1_MB, HUNDRED * ORDERS_OF_1_MB)
OURS, WITH_ORDERS = "ours", "ours, with purchase orders"
PYX12, BOTS_CORE = "pyx12 4.0 with our map", "Bots' core (no 997)"

Measured = dict[str, float]


def main() -> int:
    files = {count: write_file(CACHE / f"orders-{count}.edi", count) for count in SIZES}
    small, one_mb_file, large = files[1], files[ORDERS_OF_1_MB], files[HUNDRED * ORDERS_OF_1_MB]
    seconds = _in_turn(files[1000], small)
    one_mb = statistics.median(_ours("read", one_mb_file, one_mb_file)["cpu"] for _ in range(RUNS))
    ten_mb = _ours("read", files[10 * ORDERS_OF_1_MB], one_mb_file)["cpu"]
    hundred_mb = _ours("read", large, one_mb_file)
    warm = _ours("warm", small, small)["ms"]
    cases = all_cases()
    wrong = [case.name for case in cases if not is_answered_rightly(case, amazon_guide)]
    _print_table(seconds, (one_mb, ten_mb, hundred_mb["cpu"]), hundred_mb["growth_mb"], warm)
    print(f"right in {len(cases) - len(wrong)} of {len(cases)} cases{': not in ' + ', '.join(wrong) if wrong else ''}")
    growth = large.stat().st_size / one_mb_file.stat().st_size
    print(json.dumps({
        "pyx12_ratio": round(seconds[PYX12] / seconds[OURS], 1),
        "bots_ratio": round(seconds[BOTS_CORE] / seconds[OURS], 1),
        "with_orders_ratio": round(seconds[PYX12] / seconds[WITH_ORDERS], 1),
        "growth_100mb": round(hundred_mb["cpu"] / (growth * one_mb), 3),
        "peak_mb": round(hundred_mb["growth_mb"], 1),
        "warm_order_ms": round(warm, 3),
        "cases_right": len(cases) - len(wrong),
    }))  # fmt: skip
    return 0


def _bots_python() -> Path:
    """The Python that has Bots' core, made on the first run."""
    if not BOTS_PYTHON.exists():
        venv.create(BOTS_PYTHON.parents[1], with_pip=True)
    installed = subprocess.run([BOTS_PYTHON, "-c", "import botscore"], capture_output=True, check=False)
    if installed.returncode:
        subprocess.run([BOTS_PYTHON, "-m", "pip", "install", "--quiet", BOTS], check=True)
    return BOTS_PYTHON


def _in_turn(file: Path, warm: Path) -> dict[str, float]:
    """The median CPU seconds of each contender, all measured in turn so that noise falls on all alike."""
    contenders = {
        OURS: ([sys.executable, "-m", "benchmarks.engine.ours", "read"], RUNS),
        WITH_ORDERS: ([sys.executable, "-m", "benchmarks.engine.ours", "orders"], RUNS),
        PYX12: ([sys.executable, "-m", "benchmarks.engine.pyx12_peer"], PEER_RUNS),
        BOTS_CORE: ([str(_bots_python()), "benchmarks/engine/bots_peer.py"], PEER_RUNS),
    }
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(RUNS):
        for name, (command, runs) in contenders.items():
            if turn < runs:
                found[name].append(_measure([*command, str(file), str(warm)])["cpu"])
    return {name: statistics.median(values) for name, values in found.items()}


def _ours(mode: str, file: Path, warm: Path) -> Measured:
    return _measure([sys.executable, "-m", "benchmarks.engine.ours", mode, str(file), str(warm)])


def _measure(command: list[str]) -> Measured:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    measured: Measured = json.loads(done.stdout.splitlines()[-1])
    return measured


def _print_table(
    seconds: dict[str, float], by_size: tuple[float, float, float], growth_mb: float, warm_ms: float
) -> None:
    print("1,000 orders of 20 lines, read, checked and answered: CPU seconds")
    for name, value in seconds.items():
        print(f"  {name:30} {value:7.3f}   {1000 / value:8,.0f} orders/s")
    print("ours at 1, 10 and 100 MB: {:.3f} s, {:.3f} s, {:.2f} s".format(*by_size))
    print(f"memory at 100 MB above the imported process: {growth_mb:.1f} MB")
    print(f"one order of 20 lines, warm: {warm_ms:.2f} ms")


if __name__ == "__main__":
    sys.exit(main())
