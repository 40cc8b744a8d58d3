"""`python -m include.sandbox.scenarios demo|simulation|fulfilment|intake|inventory --out DIR --start ISO`: both files.

The same words give the same files.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from include.sandbox.amazon.scenario import Scenario, save_scenario
from include.sandbox.scenarios import demo, intake, inventory, simulation
from include.sandbox.scenarios.company import LOCATION
from include.sandbox.scenarios.goods import Script
from include.sandbox.scenarios.post import AMAZON, VENDOR

WINDOW_HOURS = 24.0
READ_BY_PEOPLE = 10_000  # products: a greater catalogue is written on one line, which is many times as fast
BUILDERS: dict[str, Callable[[argparse.Namespace], Script]] = {
    "demo": lambda words: demo.build(words.start),
    "simulation": lambda words: simulation.build(words.start, words.orders or 2000, words.lines or 8, words.seed),
    "fulfilment": lambda words: simulation.build_with_goods(
        words.start, words.orders or 1000, words.lines or 8, words.seed
    ),
    "intake": lambda words: intake.build(words.start, words.orders or 500, words.lines or 20, words.seed),
    "inventory": lambda words: inventory.build(words.start, words.skus, words.locations, words.seed),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(prog="python -m include.sandbox.scenarios", description=__doc__)
    parser.add_argument("name", choices=sorted(BUILDERS))
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    parser.add_argument("--start", type=_instant, required=True, help="when the day begins, on the test clock")
    parser.add_argument(
        "--orders",
        type=int,
        help="how many orders (simulation 2000, fulfilment 1000, intake 500; the demo has its own)",
    )
    parser.add_argument(
        "--lines", type=int, help="lines an order: at most so many (simulation, fulfilment 8), exactly (intake 20)"
    )
    parser.add_argument("--skus", type=int, default=100_000, help="products (inventory)")
    parser.add_argument("--locations", type=int, default=5, help="locations (inventory)")
    parser.add_argument("--seed", type=int, default=1)
    words = parser.parse_args(arguments)
    script = BUILDERS[words.name](words)
    words.out.mkdir(parents=True, exist_ok=True)
    indent = 1 if len(script.company["products"]) < READ_BY_PEOPLE else None
    text = json.dumps(script.company, indent=indent, default=_as_number)
    (words.out / "catalogue.json").write_text(text)
    scenario = Scenario(
        words.name, words.seed, words.start, WINDOW_HOURS, LOCATION, AMAZON, VENDOR, tuple(script.post.drops),
        script.account, script.switches,
    )  # fmt: skip
    save_scenario(scenario, words.out / "orders.json")


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _as_number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value)} has no place in a catalogue")


if __name__ == "__main__":
    main()
