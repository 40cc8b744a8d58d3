"""Many orders dropped at once, for a bench: a tenth of them short, some in a race with another channel."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

from include.sandbox.amazon.scenario import Line
from include.sandbox.scenarios.company import Item, catalogue, make_item
from include.sandbox.scenarios.goods import Script
from include.sandbox.scenarios.post import CENTRES, Post, make_order

Json = dict[str, Any]
SHORT_EVERY, RACE_EVERY = 10, 50
ORDERS_A_FILE = 50
COMMON = 400


def build(start: datetime, orders: int, lines: int, seed: int) -> Script:
    """The catalogue and the post; every order has `lines` lines, and one of a special one's is for its own product."""
    chance = random.Random(seed)
    common = [make_item(number, f"BENCH-{number:05}", f"{chance.randint(200, 9000) / 100:.2f}", 10_000_000)
              for number in range(1, max(COMMON, lines) + 1)]  # fmt: skip
    special: list[Item] = []
    races: list[Json] = []
    made = []
    for number in range(orders):
        chosen = chance.sample(common, lines)
        asked = [item.line(place, chance.randint(1, 40)) for place, item in enumerate(chosen, 1)]
        asked[-1] = _special(number, asked[-1], len(common) + len(special) + 1, special, races)
        made.append(make_order(f"{number // 10000 % 10}BEN{number % 10000:04}", start, asked,
                               back_order=chance.random() < 0.5, ship_to=chance.choice(CENTRES)))  # fmt: skip
    post = Post()
    for first in range(0, orders, ORDERS_A_FILE):
        post.send(start, *made[first : first + ORDERS_A_FILE])
    return Script(catalogue([*common, *special], races=races), post)


def _special(number: int, line: Line, item_number: int, special: list[Item], races: list[Json]) -> Line:
    """The order's last line, as it is or for a product of which there is too little, or hardly enough."""
    quantity = 20
    is_race, is_short = number % RACE_EVERY == 7, number % SHORT_EVERY == 3
    if not is_race and not is_short:
        return line
    sku = f"{'RACE' if is_race else 'SCARCE'}-{item_number:05}"
    item = make_item(item_number, sku, "12.50", quantity if is_race else quantity * 3 // 5)
    special.append(item)
    if is_race:
        races.append({"sku": item.sku, "quantity": 4, "after_readings": 1})
    return item.line(int(line.line_number), quantity)
