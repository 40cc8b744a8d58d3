"""`make bench ARGS=simulation`: 2,000 generated orders through Airflow, Cin7 down for half of a window, faults on.

It is the demo with another scenario, and its last line has the demo's keys; `late`, `missing`, `over_confirmed`,
`under_confirmed` and `doubled` are judged by Amazon's clock and Cin7's stock. `--scenario fulfilment` is the same with
goods: a warehouse with every fault it knows, trucks, notices, invoices and what Amazon charges, over five days. It
plays the steps of the DAGs without Airflow, so that Amazon's half an hour for a notice is one.
"""

from __future__ import annotations

import argparse
import sys

from benchmarks.simulation import without_airflow
from include.workstation import ports, state
from include.workstation.demo import Demo, play

FACTORS = {"simulation": 90, "fulfilment": 180}  # a window of 24 hours lasts sixteen minutes, or eight
ORDERS = {"simulation": 2000, "fulfilment": 1000}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=simulation", description=__doc__)
    parser.add_argument("--scenario", choices=ORDERS, default="simulation")
    parser.add_argument("--orders", type=int, help="how many orders (simulation 2000, fulfilment 1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--factor", type=int, help="how many times as fast as life the clock runs")
    words = parser.parse_args()
    orders = words.orders or ORDERS[words.scenario]
    scenario = (words.scenario, "--orders", str(orders), "--seed", str(words.seed))
    place = state.Place(run=state.ROOT / ".cache" / "bench" / words.scenario)  # kept until the next one, to look into
    simulated = Demo(place, ports.free_port(), scenario, words.factor or FACTORS[words.scenario])
    if words.scenario == "fulfilment":
        return without_airflow.play(simulated)
    return play(simulated, stays=False)


if __name__ == "__main__":
    sys.exit(main())
