"""Thousands of generated orders over twenty hours, with every fault of both ends switched on at one time or another.

`build_with_goods` plays on to the invoices: a warehouse that ships it all and goes wrong in every way it knows, and an
Amazon that loses answers and miscounts. No order of it allows back-orders: nobody delivers what is promised of them.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from include.sandbox.amazon.account import Every, Switches
from include.sandbox.amazon.scenario import Line, Order
from include.sandbox.cin7.warehouse_plan import FAULTS
from include.sandbox.scenarios.company import CASE, Item, base_of, catalogue, make_item
from include.sandbox.scenarios.goods import FREIGHT, HOUR, PARCELS, Script, account
from include.sandbox.scenarios.post import CENTRES, WINDOW, Post, Written, keyed_sale, make_order

Json = dict[str, Any]
HOURS, LAST_HOUR = 20.0, 21.0  # of new orders, and of what is sent about them later
DOWN, UP_AGAIN = 6.0, 18.0  # over half of one window
BEHAVIOUR: Json = {"stale_minutes": 4, "search_lag_seconds": 20, "unstable_pages": True, "drop_answer_every": 61,
                   "html_200_every": 151, "error_in_200_every": 113}  # fmt: skip
LIMIT_ANSWERS = (429, 503, 400)
# Shares of the orders. Of those that want a scarce product about two thirds find too little of it.
SCARCE, RACES, CHANGES, RESENDS, KEYED = 0.15, 0.02, 0.03, 0.02, 0.01
ORDERS_FOR_ONE = 3  # that want the same scarce product
SCARCE_SHARE = 0.55  # of what is wanted lies there
BY = ("BP", "BP", "BP", "UP", "UK", "VN")
# With goods. Picking waits for the answers and changes that an outage of half a window put off.
GOODS_WINDOW = (0, 3)  # days
NOTICE_HOURS = 9.5
FREIGHT_SHARE, FAULT_SHARE = 0.3, 0.02
PLAN: Json = PARCELS | {
    "pick_after_minutes": 20 * HOUR, "pack_after_minutes": HOUR, "ship_after_minutes": 8 * HOUR, "late_hours": 60,
    "parts": {"1": 0.6, "2": 0.3, "3": 0.1}, "hours_between_parts": 6, "units_per_carton": 24,
    "whole_cartons": True, "invoiced": 1.0,
    "box_names": {"plain": 0.6, "pallet": 0.2, "sscc": 0.2}, "faults": dict.fromkeys(FAULTS, FAULT_SHARE),
}  # fmt: skip
_EVERY = Every(refused=97, silent=61, late=43)
SWITCHES = Switches(_EVERY, _EVERY, late_hours=30, stray_997_every=50, miscount_every=29)


@dataclass(slots=True)
class _Plan:
    """One order to be sent, and what is to become of it."""

    order: Order
    hour: float
    kind: str = "plain"
    races: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class _Play:
    start: datetime
    chance: random.Random
    items: list[Item]
    longest: int
    has_goods: bool = False
    timeline: list[Json] = field(default_factory=list)
    more_items: list[Item] = field(default_factory=list)

    def at(self, hour: float) -> datetime:
        return self.start + timedelta(hours=hour)

    def happens(self, hour: float, **what: Any) -> None:
        self.timeline.append({"at": self.at(hour).isoformat(), **what})

    def new_item(self, prefix: str, stock: int, **more: Any) -> Item:
        number = len(self.items) + len(self.more_items) + 1
        price = f"{self.chance.randint(200, 9000) / 100:.2f}"
        item = make_item(number, f"{prefix}-{number:05}", price, stock, **more)
        self.more_items.append(item)
        return item


def build(start: datetime, orders: int, longest: int, seed: int) -> Script:
    """The catalogue and the post of `orders` orders of one to `longest` lines."""
    return _build(_Play(start, random.Random(seed), [], longest), orders)


def build_with_goods(start: datetime, orders: int, longest: int, seed: int) -> Script:
    """The same with a warehouse and with what Amazon does wrong about notices, goods and invoices."""
    script = _build(_Play(start, random.Random(seed), [], longest, has_goods=True), orders)
    chance = random.Random(seed)
    numbers = dict.fromkeys(order.purchase_order_number for drop in script.post.drops
                            for each in drop.interchanges for order in each.orders)  # fmt: skip
    freight = {each: FREIGHT for each in numbers if chance.random() < FREIGHT_SHARE}
    plan = PLAN | {"seed": seed, "sales": freight}
    return Script(script.company | {"warehouse": plan}, script.post, account(NOTICE_HOURS), SWITCHES)


def _build(play: _Play, orders: int) -> Script:
    play.items = [_common_item(play.chance, number) for number in range(1, max(40, orders // 5) + 1)]
    plans = [_plan(play, number, orders) for number in range(orders)]
    _make_scarce(play, [each for each in plans if each.kind == "scarce"])
    for each in plans:
        if each.kind == "race":
            _make_race(play, each)
    post = Post()
    _send(play, plans, post)
    _others(play)
    _faults(play)
    stocked = [replace(item, stock=2 * wanted + 200) for item, wanted in _wanted(play.items, plans)]
    return Script(catalogue([*stocked, *play.more_items], play.timeline, BEHAVIOUR), post)


def _common_item(chance: random.Random, number: int) -> Item:
    carton = chance.choice((0, 0, 0, 6, 12, 24))
    case = chance.choice((6, 12)) if not carton and chance.random() < 0.2 else 0
    return make_item(number, f"SIM-{number:05}", f"{chance.randint(200, 9000) / 100:.2f}", 0, carton=carton, case=case)


def _plan(play: _Play, number: int, orders: int) -> _Plan:
    """An order of common products; what else becomes of it is drawn by its place, so that the shares are exact."""
    hour = round(play.chance.uniform(0.2, HOURS), 3)
    items = play.chance.sample(play.items, play.chance.randint(1, play.longest))
    lines = [_line(play.chance, item, place) for place, item in enumerate(items, 1)]
    order = make_order(
        f"{number // 1000 % 10}SIM{number % 10000:04}",
        play.at(hour),
        lines,
        back_order=play.chance.random() < 0.5 and not play.has_goods,
        order_type=play.chance.choice(("NE",) * 8 + ("RO", "NP")),
        ship_to=play.chance.choice(CENTRES),
        window=GOODS_WINDOW if play.has_goods else WINDOW,
    )
    return _Plan(order, hour, _kind(number / orders * 100))


def _kind(percentile: float) -> str:
    """Spread over the orders, since their hours are drawn and not sorted."""
    edge = 0.0
    for kind, share in (("scarce", SCARCE), ("race", RACES), ("change", CHANGES), ("resend", RESENDS),
                        ("keyed", KEYED)):  # fmt: skip
        edge += 100 * share
        if percentile < edge:
            return kind
    return "plain"


def _line(chance: random.Random, item: Item, place: int) -> Line:
    if (item.carton or item.case) and chance.random() < 0.4:
        by = CASE if item.case and chance.random() < 0.5 else "BP"
        return item.line(place, chance.randint(1, 8), "CA", by)
    by = chance.choice(BY)
    return item.line(place, chance.randint(1, 40), "EA", "EN" if by == "UP" and len(item.gtin) == 13 else by)


def _make_scarce(play: _Play, plans: Sequence[_Plan]) -> None:
    """Give each few orders a product of their own of which there is too little for all of them."""
    for first in range(0, len(plans), ORDERS_FOR_ONE):
        some = plans[first : first + ORDERS_FOR_ONE]
        case = play.chance.choice((0, 0, 0, 6))
        wanted = [play.chance.randint(4, 40) for _ in some]
        per_unit = case or 1
        stock = int(sum(wanted) * SCARCE_SHARE) * per_unit + (play.chance.randint(0, per_unit - 1) if case else 0)
        item = play.new_item("SCARCE", stock, case=case, elsewhere=play.chance.choice((0, 100)))
        for plan, quantity in zip(some, wanted, strict=True):
            by = CASE if case and play.chance.random() < 0.5 else "BP"
            _add(plan, item.line(len(plan.order.lines) + 1, quantity, "CA" if case else "EA", by))
        if play.chance.random() < 0.3:
            amount = play.chance.randint(1, sum(wanted)) * per_unit
            play.happens(play.chance.uniform(2, 22), stock=[_move(item.sku, amount, "delivery")])
        elif play.chance.random() < 0.3:
            play.happens(play.chance.uniform(0.5, 18), stock=[_move(item.sku, -per_unit, "other channel")])


def _make_race(play: _Play, plan: _Plan) -> None:
    quantity = play.chance.randint(10, 60)
    item = play.new_item("RACE", quantity)
    _add(plan, item.line(len(plan.order.lines) + 1, quantity))
    plan.races.append({"sku": item.sku, "quantity": play.chance.randint(1, 5), "after_readings": 1})


def _add(plan: _Plan, line: Line) -> None:
    plan.order = replace(plan.order, lines=(*plan.order.lines, line))


def _send(play: _Play, plans: Sequence[_Plan], post: Post) -> None:
    """Interchanges of one to twenty orders in the order of their hours, then what is sent about them later."""
    waiting = sorted(plans, key=lambda each: each.hour)
    later: list[tuple[float, Order | Written]] = []
    while waiting:
        size = play.chance.randint(1, 20)
        some, waiting = waiting[:size], waiting[size:]
        hour = some[-1].hour
        races = [race for each in some for race in each.races]
        written = post.send(play.at(hour), *(each.order for each in some), races=races)
        for each in some:
            later += _later(play, each, hour, written)
    for hour, what in sorted(later, key=lambda each: each[0]):
        if isinstance(what, Order):
            post.send(play.at(hour), what)
        else:
            post.drop(play.at(hour), what)


def _later(play: _Play, plan: _Plan, hour: float, written: Written) -> Iterator[tuple[float, Order | Written]]:
    then = round(min(hour + play.chance.uniform(3, 9), LAST_HOUR), 3)
    if plan.kind == "change":
        yield then, _changed(play.chance, plan.order)
    elif plan.kind == "resend":
        yield then, play.chance.choice((plan.order, written))
    elif plan.kind == "keyed":
        play.happens(max(0.0, hour - 0.5), sales=[keyed_sale(plan.order)])


def _changed(chance: random.Random, order: Order) -> Order:
    place = chance.randrange(len(order.lines))
    lines = list(order.lines)
    match chance.choice(("less", "more", "none", "window", "cancel")):
        case "less":
            lines[place] = replace(lines[place], quantity=max(Decimal(1), lines[place].quantity // 2))
        case "more":
            lines[place] = replace(lines[place], quantity=lines[place].quantity + chance.randint(1, 10))
        case "none":
            lines[place] = replace(lines[place], quantity=Decimal(0))
        case "cancel":
            lines = [replace(each, quantity=Decimal(0)) for each in lines]
        case _:
            return replace(order, window_end=order.window_end + timedelta(days=2))
    return replace(order, lines=tuple(lines))


def _others(play: _Play) -> None:
    """Other channels sell of the same stock all day."""
    for _ in range(len(play.items) // 2):
        item = play.chance.choice(play.items)
        play.happens(
            play.chance.uniform(0, HOURS + 4), stock=[_move(item.sku, -play.chance.randint(1, 9), "other channel")]
        )


def _faults(play: _Play) -> None:
    for place, hour in enumerate(range(0, int(HOURS) + 6, 2)):
        play.happens(hour, behaviour={"limit_answer": LIMIT_ANSWERS[place % len(LIMIT_ANSWERS)]})
    for begin, end in ((2.0, 3.0), (19.0, 20.0)):
        play.happens(begin, behaviour={"undo_ignored": True})
        play.happens(end, behaviour={"undo_ignored": False})
    play.happens(DOWN, behaviour={"down": True})
    play.happens(UP_AGAIN, behaviour={"down": False})


def _wanted(items: Sequence[Item], plans: Sequence[_Plan]) -> Iterator[tuple[Item, int]]:
    wanted: dict[str, int] = defaultdict(int)
    for plan in plans:
        for line in plan.order.lines:
            wanted[base_of(line.sku or "")[0]] += int(line.quantity * line.eaches)
    return ((item, wanted[item.sku]) for item in items)


def _move(sku: str, amount: int, reason: str) -> Json:
    return {"sku": sku, "add": amount, "reason": reason}
