"""A great catalogue whose stock never rests: other channels sell from it, deliveries come, counts correct it.

Of every thousand products some have no stock at all, some lie in two bins of which one is short, some in two batches of
which one is expired; the last location is a quarantine. All have as many rows as there are locations.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from include.sandbox.scenarios.company import ELSEWHERE, LOCATION, Item, catalogue, make_item
from include.sandbox.scenarios.goods import Script
from include.sandbox.scenarios.post import CENTRES, Post, make_order

Json = dict[str, Any]
QUARANTINE = "Quarantine"
PLACES = (LOCATION, ELSEWHERE, "East Warehouse", "West Warehouse")
HOURS = 24
MOVES_A_MINUTE = 4
ORDERS, LINES = 24, 3
NOTHING_EVERY, BINS_EVERY, BATCHES_EVERY, CASE_EVERY = 1_000, 50, 40, 20  # the n-th product
BEHAVIOUR: Json = {"stale_minutes": 0, "unstable_pages": True, "readings_in_events": False}


def build(start: datetime, skus: int, locations: int, seed: int) -> Script:
    """The company, a day of its movements, and an order every hour."""
    chance = random.Random(seed)
    places = location_names(locations)
    items = [_item(number, chance) for number in range(1, skus + 1)]
    company = catalogue(items, list(_timeline(start, items, places, chance)), BEHAVIOUR) | {
        "locations": [{"Name": LOCATION, "IsDefault": True, "Bins": ["A-01", "A-02"]}, *places[1:]],
        "stock": [row for number, each in enumerate(items, 1) for row in _stock(number, each, places, start, chance)],
    }
    post = Post()
    for hour in range(ORDERS):
        at = start + timedelta(hours=hour)
        chosen = chance.sample([each for each in items if each.stock], min(LINES, skus // 2))
        lines = [each.line(place, chance.randint(1, 5)) for place, each in enumerate(chosen, 1)]
        post.send(at, make_order(f"{hour % 10}INV{hour:04}", at, lines, ship_to=chance.choice(CENTRES)))
    return Script(company, post)


def location_names(count: int) -> list[str]:
    """The main warehouse first, the quarantine last."""
    more = [f"Warehouse {number}" for number in range(len(PLACES) + 1, count)]
    return [*PLACES[: count - 1], *more, QUARANTINE] if count > 1 else [LOCATION]


def _item(number: int, chance: random.Random) -> Item:
    stock = 0 if number % NOTHING_EVERY == 0 else chance.randint(5, 400)
    carton = chance.choice((6, 12, 24)) if number % CASE_EVERY == 0 else 0
    return make_item(number, f"INV-{number:06}", f"{chance.randint(200, 9000) / 100:.2f}", stock, carton=carton)


def _stock(number: int, item: Item, places: Sequence[str], start: datetime, chance: random.Random) -> Iterator[Json]:
    if not item.stock:
        return
    main, rest = {"sku": item.sku, "location": places[0]}, places[1:]
    if number % BINS_EVERY == 0:
        yield main | {"bin": "A-01", "on_hand": item.stock}
        yield main | {"bin": "A-02", "on_hand": -chance.randint(1, 4)}
        rest = rest[1:]
    elif number % BATCHES_EVERY == 0:
        for batch, days in (("OLD", -30), ("NEW", 300)):
            day = (start + timedelta(days=days)).date()
            yield main | {"batch": batch, "expires_on": f"{day}T00:00:00", "on_hand": item.stock // 2 + 1}
        rest = rest[1:]
    else:
        yield main | {"on_hand": item.stock}
    for place in rest:
        yield {"sku": item.sku, "location": place, "on_hand": chance.randint(1, 60)}


def _timeline(start: datetime, items: Sequence[Item], places: Sequence[str], chance: random.Random) -> Iterator[Json]:
    for minute in range(HOURS * 60):
        moves = [_movement(chance.choice(items), places, chance) for _ in range(MOVES_A_MINUTE)]
        yield {"at": (start + timedelta(minutes=minute, seconds=30)).isoformat(), "movements": moves}


def _movement(item: Item, places: Sequence[str], chance: random.Random) -> Json:
    kind = chance.choices(("sale", "receipt", "adjustment", "transfer"), (12, 3, 2, 3))[0]
    move: Json = {"kind": kind, "sku": item.sku, "location": chance.choice(places), "quantity": chance.randint(1, 60)}
    return move | {"to": chance.choice(places)} if kind == "transfer" else move
