"""How much of what each scenario holds: everything in the demo, its shares in the large ones."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from include.sandbox.amazon.scenario import Order
from tests.sandbox.written_scenarios import START, Written, known_centres, short_orders, write


def test_the_demo_has_one_of_everything_that_makes_the_work_hard(demo: Written) -> None:
    orders = demo.first_orders.values()
    start = datetime.fromisoformat(START)

    assert 20 <= len(orders) <= 32
    assert all(start < each.at <= start + timedelta(hours=20) for each in demo.scenario.drops)
    assert {order.order_type for order in orders} == {"NE", "RO"}
    assert {line.item[0] for order in orders for line in order.lines} == {"BP", "UP", "EN", "UK", "VN"}
    assert {line.fault for order in orders for line in order.lines} == {None, "unmapped", "price"}
    assert {line.sku for order in orders for line in order.lines if line.unit == "CA" and "CASE" in str(line.sku)}
    assert [order for order in orders if order.window_start > order.window_end]
    assert {each.ship_to[1] for each in orders} > known_centres()
    assert [drop for drop in demo.scenario.drops if len(drop.interchanges) > 1 and drop.races == ()]
    assert [drop for drop in demo.scenario.drops if drop.races]
    assert [drop for drop in demo.scenario.drops if "|00501|" in drop.text]
    assert [order for order in orders if len({line.sku for line in order.lines}) < len(order.lines)]
    happens = Counter(name for each in demo.catalogue["timeline"] for name in each if name != "at")
    assert set(happens) == {"stock", "sales", "behaviour"}


def test_the_demo_changes_cancels_and_resends_orders(demo: Written) -> None:
    again: dict[str, list[Order]] = {}
    for order in demo.orders:
        again.setdefault(order.purchase_order_number, []).append(order)
    later = [(first, *rest) for first, *rest in again.values() if rest]

    assert sum(first == second for first, second in later) == 2
    assert sum(second.is_cancelled for _, second in later) == 1
    assert sum(first.lines == second.lines and first != second for first, second in later) == 1
    assert sum(any(line.quantity == 0 for line in second.lines) for _, second in later) == 2
    assert len(later) == 6
    resent = Counter(drop.text for drop in demo.scenario.drops)
    assert sorted(resent.values())[-2:] == [1, 2]


def test_the_simulation_has_the_shares_that_it_promises(simulation: Written) -> None:
    orders = simulation.first_orders
    count = len(orders)
    seen: set[str] = set()
    about_known_orders = 0
    for drop in simulation.scenario.drops:
        numbers = {order.purchase_order_number for each in drop.interchanges for order in each.orders}
        about_known_orders += numbers <= seen
        seen |= numbers

    assert count == 2000
    assert 0.08 <= len(short_orders(simulation)) / count <= 0.12
    assert sum(len(drop.races) for drop in simulation.scenario.drops) == 0.02 * count
    assert about_known_orders == (0.03 + 0.02) * count
    assert sum(len(each.get("sales", ())) for each in simulation.catalogue["timeline"]) == 0.01 * count
    assert {len(order.lines) for order in orders.values()} >= set(range(1, 9))


def test_the_simulation_is_down_for_half_a_window_and_limits_in_every_way(simulation: Written) -> None:
    behaviours = [(each["at"], each["behaviour"]) for each in simulation.catalogue["timeline"] if "behaviour" in each]
    down = [datetime.fromisoformat(at) for at, told in behaviours if "down" in told]

    assert down[1] - down[0] == timedelta(hours=12)
    assert {told["limit_answer"] for _, told in behaviours if "limit_answer" in told} == {429, 503, 400}


def test_the_intake_is_dropped_at_once_and_a_tenth_of_it_is_short(tmp_path: Path) -> None:
    bench = write(tmp_path, "intake")

    assert len(bench.first_orders) == 500
    assert {len(order.lines) for order in bench.orders} == {20}
    assert {drop.at for drop in bench.scenario.drops} == {datetime.fromisoformat(START)}
    assert len(short_orders(bench)) == 50
    assert len(bench.catalogue["races"]) == 10
