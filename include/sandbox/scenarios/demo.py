"""The demo's day: about thirty orders over twenty hours, among them everything that makes this work hard.

What is allocated at once is picked two hours later; an order that is held or changed is picked when that is settled.
Boxes stand packed for as long as labels need on a fast clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from include.sandbox.amazon.scenario import Order, Party
from include.sandbox.scenarios.company import CASE, Item, catalogue, make_item, unmapped_line
from include.sandbox.scenarios.goods import FREIGHT, HOUR, PARCELS, Script, account
from include.sandbox.scenarios.post import CENTRES, ODD, Post, keyed_sale, make_order, spoilt

Json = dict[str, Any]
DOWN, UP_AGAIN = 12.0, 13.0
BEHAVIOUR: Json = {"limit_calls": 60, "limit_seconds": 60, "limit_answer": 429, "retry_after_text": "60 Seconds",
                   "stale_minutes": 3, "search_lag_seconds": 10}  # fmt: skip
WINDOW = (0, 6)  # days of delivery, so that goods arrive in the demo
NOTICE_HOURS = 14  # after the departure: 140 seconds, as a demo runs
PLAN: Json = PARCELS | {"pick_after_minutes": 2 * HOUR, "pack_after_minutes": HOUR, "ship_after_minutes": 11 * HOUR,
                        "invoice_after_minutes": HOUR // 2, "hours_between_parts": 4, "units_per_carton": 24,
                        "invoiced": 1.0}  # fmt: skip
CHANGED: Json = {"pick_after_minutes": 9 * HOUR}
HELD: Json = {"pick_after_minutes": 13 * HOUR}
TWO_PARTS: Json = {"parts": {"2": 1}}
PALLETS: Json = FREIGHT | {"box_names": {"pallet": 1}}

KETTLE = make_item(1, "VL-KETTLE-01", "18.40", 400)
MUG = make_item(2, "VL-MUG-02", "6.25", 900, carton=12)
PAN = make_item(3, "VL-PAN-03", "24.90", 300)
TOWEL = make_item(4, "VL-TOWEL-04", "7.80", 600, case=6)
LAMP = make_item(5, "VL-LAMP-05", "31.00", 25, elsewhere=80)
CLOCK = make_item(6, "VL-CLOCK-06", "14.75", 18, elsewhere=50)
VASE = make_item(7, "VL-VASE-07", "12.10", 24)
SOAP = make_item(8, "VL-SOAP-08", "3.30", 57, case=6)
TRAY = make_item(9, "VL-TRAY-09", "9.95", 500)
JAR = make_item(10, "VL-JAR-10", "5.60", 700, carton=24)
BRUSH = make_item(11, "VL-BRUSH-11", "4.45", 40)
RUG = make_item(12, "VL-RUG-12", "44.00", 25)
STOOL = make_item(13, "VL-STOOL-13", "27.50", 200, bins=("A-01", "B-07"))
ITEMS = (KETTLE, MUG, PAN, TOWEL, LAMP, CLOCK, VASE, SOAP, TRAY, JAR, BRUSH, RUG, STOOL)


@dataclass(slots=True)
class _Day:
    start: datetime
    post: Post
    timeline: list[Json]
    habits: dict[str, Json] = field(default_factory=dict)  # of the warehouse, by order
    count: int = 0

    def at(self, hour: float) -> datetime:
        return self.start + timedelta(hours=hour)

    def order(self, hour: float, lines: Sequence[tuple[Any, ...]], habits: Json | None = None, **more: Any) -> Order:
        """An order of these lines: each an item with what `Item.line` takes, or a line already made; `habits` are how
        the warehouse treats it.
        """
        self.count += 1
        made = [each[0].line(place, *each[1:]) if isinstance(each[0], Item) else each[0]
                for place, each in enumerate(lines, 1)]  # fmt: skip
        number = f"{self.count % 10}DEMO{self.count:03}"
        if habits:
            self.habits[number] = habits
        return make_order(number, self.at(hour), made, window=WINDOW, **more)

    def happens(self, hour: float, **what: Any) -> None:
        self.timeline.append({"at": self.at(hour).isoformat(), **what})


def build(start: datetime) -> Script:
    """The catalogue, the post and what Amazon has agreed."""
    day = _Day(start, Post(), [])
    for part in (_plain_orders, _short_orders, _doubtful_orders, _odd_files, _repeats_and_changes, _bad_hours):
        part(day)
    plan = PLAN | {"sales": day.habits}
    return Script(catalogue(ITEMS, day.timeline, BEHAVIOUR, warehouse=plan), day.post, account(NOTICE_HOURS))


def _plain_orders(day: _Day) -> None:
    eaches = day.order(0.4, [(KETTLE, 24), (PAN, 12), (STOOL, 130)], TWO_PARTS)
    cases = day.order(0.4, [(MUG, 10, "CA"), (TOWEL, 5, "CA", CASE), (TOWEL, 30)], PALLETS | TWO_PARTS,
                      ship_to=CENTRES[1])  # fmt: skip
    day.post.send(day.at(0.4), eaches, cases)
    ids = [(KETTLE, 6, "EA", "UP"), (TRAY, 48, "EA", "EN"), (MUG, 24, "EA", "UK"), (JAR, 2, "CA", "VN")]
    day.post.send(day.at(2.3), day.order(2.3, ids, {"box_names": {"sscc": 1}}, ship_to=CENTRES[3]))
    day.post.send(day.at(2.6), day.order(2.6, [(JAR, 40), (TRAY, 20), (JAR, 25, "EA", "UP")], {"mixed_cartons": True}))
    day.post.send(day.at(3.3), day.order(3.3, [(PAN, 18), (TOWEL, 4, "CA")], FREIGHT, order_type="RO"))
    day.post.send(day.at(19.5), day.order(19.5, [(MUG, 36), (TRAY, 12)], ship_to=CENTRES[2]))


def _short_orders(day: _Day) -> None:
    day.post.send(day.at(0.7), day.order(0.7, [(LAMP, 40), (MUG, 60)], HELD, back_order=True))
    day.post.send(day.at(0.9), day.order(0.9, [(CLOCK, 30), (JAR, 36)], HELD))
    last_units = day.order(1.1, [(VASE, 20)]), day.order(1.1, [(VASE, 16), (TRAY, 10)], HELD, back_order=True)
    day.post.send(day.at(1.1), *last_units)
    day.post.send(day.at(1.4), day.order(1.4, [(SOAP, 10, "CA")], HELD))
    race = {"sku": BRUSH.sku, "quantity": 7, "after_readings": 1}
    day.post.send(day.at(3.0), day.order(3.0, [(BRUSH, 40), (KETTLE, 12)], HELD), races=[race])
    day.post.send(day.at(2.5), day.order(2.5, [(RUG, 40), (PAN, 6)], HELD))
    day.happens(13.5, stock=[{"sku": RUG.sku, "add": 30, "reason": "delivery"}])
    day.happens(6.5, stock=[{"sku": MUG.sku, "add": -120, "reason": "other channel"}])


def _doubtful_orders(day: _Day) -> None:
    day.post.send(day.at(1.7), day.order(1.7, [(KETTLE, 12), (unmapped_line(2, 24),), (TRAY, 24)], HELD))
    below = PAN.line(1, 12, unit_price=Decimal("21.50"), fault="price")
    day.post.send(day.at(2.0), day.order(2.0, [(below,), (MUG, 12)], HELD))
    above = STOOL.line(1, 10, unit_price=Decimal("28.75"))
    day.post.send(day.at(2.1), day.order(2.1, [(above,), (JAR, 12)], {"faults": ["invoice_penny"]}))
    day.post.send(day.at(6.0), day.order(6.0, [(KETTLE, 10)], ship_to=("92", "XYZ9")))
    order = day.order(6.3, [(TOWEL, 24)], {"faults": ["never_shipped"]})
    reversed_window = replace(order, window_start=order.window_end, window_end=order.window_start)
    day.post.send(day.at(6.3), reversed_window)


def _odd_files(day: _Day) -> None:
    at = day.at(6.7)
    whole = day.post.write(at, [day.order(6.7, [(KETTLE, 5), (PAN, 5)])])
    day.post.drop(at, spoilt(whole, whole.text[: len(whole.text) * 2 // 3]))
    lost = day.post.write(at, [day.order(6.7, [(KETTLE, 7)])])
    day.post.drop(at, spoilt(lost, "\x00\x8f\xfe\x13PK" + lost.text[40:90] + "\xff\xf0\x9f"))
    day.post.drop(at, day.post.write(at, [day.order(6.7, [(KETTLE, 3)])], receiver=Party("ZZ", "OTHERVENDOR")))
    at = day.at(7.0)
    good = [day.post.write(at, [day.order(7.0, [(TRAY, amount), (JAR, 12)], {"faults": [fault]})])
            for amount, fault in ((15, "pack_more"), (18, "unknown_carrier"))]  # fmt: skip
    bad = day.post.write(at, [day.order(7.0, [(KETTLE, 9)])])
    day.post.drop(at, good[0], spoilt(bad, re.sub(r"~SE\*\d+\*0001~", "~SE*7*0003~", bad.text)), good[1])
    at = day.at(7.4)
    day.post.drop(at, day.post.write(at, [day.order(7.4, [(KETTLE, 8), (MUG, 2, "CA")])], style=ODD))


def _repeats_and_changes(day: _Day) -> None:
    again = day.post.send(day.at(3.6), day.order(3.6, [(PAN, 10), (JAR, 30)], {"faults": ["missing_tracking"]}))
    day.post.drop(day.at(7.8), again)
    order = day.order(4.0, [(TRAY, 30), (KETTLE, 6)])
    day.post.send(day.at(4.0), order)
    day.post.send(day.at(8.3), order)
    for hour, change_hour, change in ((4.3, 9.4, _zero_a_line), (4.6, 9.8, _raise_a_line), (5.0, 10.2, _move_window),
                                      (5.2, 11.3, _cancel)):  # fmt: skip
        order = day.order(hour, [(KETTLE, 12), (MUG, 48), (JAR, 24)], CHANGED)
        day.post.send(day.at(hour), order)
        day.post.send(day.at(change_hour), change(order))
    keyed = day.order(5.7, [(PAN, 15), (TRAY, 45)], ship_to=CENTRES[2])
    day.happens(5.2, sales=[keyed_sale(keyed)])
    day.post.send(day.at(5.7), keyed)


def _bad_hours(day: _Day) -> None:
    day.happens(DOWN, behaviour={"down": True})
    day.post.send(day.at(DOWN + 0.2), day.order(DOWN + 0.2, [(KETTLE, 20), (JAR, 48)]))
    day.happens(UP_AGAIN, behaviour={"down": False})
    day.happens(14.0, behaviour={"drop_answer_next": ["POST /sale", "POST /sale/order"]})
    lost = [day.order(14.2, [(TRAY, 14), (MUG, 3, "CA")]), day.order(14.2, [(PAN, 8)], ship_to=CENTRES[1])]
    day.post.send(day.at(14.2), *lost)


def _zero_a_line(order: Order) -> Order:
    return _with_quantities(order, {1: Decimal(0)})


def _raise_a_line(order: Order) -> Order:
    return _with_quantities(order, {1: order.lines[1].quantity * 2})


def _cancel(order: Order) -> Order:
    return _with_quantities(order, dict.fromkeys(range(len(order.lines)), Decimal(0)))


def _move_window(order: Order) -> Order:
    return replace(order, window_end=order.window_end + timedelta(days=3))


def _with_quantities(order: Order, quantities: dict[int, Decimal]) -> Order:
    lines = tuple(
        replace(line, quantity=quantities.get(place, line.quantity)) for place, line in enumerate(order.lines)
    )
    return replace(order, lines=lines)
