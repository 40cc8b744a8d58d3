"""/_sandbox: what a test or a demo does to this Cin7 Core from behind, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from include.sandbox.cin7.asked import Asked, Json
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.shown import sale_json
from include.sandbox.cin7.world import World, build_world

PREFIX = "/_sandbox"


def answer_admin(world: World, method: str, path: str, asked: Asked) -> Any:
    """Answer a call below /_sandbox."""
    name = path.removeprefix(PREFIX).strip("/")
    if method == "POST" and name.startswith("sales/"):
        return sale_json(
            world.change_sale(world.book.find(name.removeprefix("sales/")), asked.body, asked.now), world.behaviour
        )
    answer = ROUTES.get((method, name))
    if answer is None:
        raise Refused(f"nothing stands at {method} {path}", 404)
    try:
        return answer(world, asked)
    except (ArithmeticError, KeyError, TypeError, ValueError) as fault:
        raise Refused(f"{method} {path}: {fault}") from fault


def _health(world: World, asked: Asked) -> Json:
    return {"status": "healthy", "now": asked.now.isoformat()}


def _log(world: World, asked: Asked) -> Json:
    return {**world.calls.counts(), "log": [each.as_json() for each in world.calls.log]}


def _counts(world: World, asked: Asked) -> Json:
    return world.calls.counts() | {"sales": len(world.book.sales), "now": asked.now.isoformat()}


def _sales(world: World, asked: Asked) -> Json:
    return {"sales": [sale_json(each, world.behaviour) for each in world.book.sales.values()]}


def _events(world: World, asked: Asked) -> Json:
    families = {sku: [{"sku": part, "quantity": factor} for part, factor in parts]
                for sku, parts in world.stock.components.items()}  # fmt: skip
    since = int(asked.params.get("since") or 0)
    return {"now": asked.now.isoformat(), "components": families, "events": world.events.entries[since:]}


def _reset(world: World, asked: Asked) -> Json:
    world.become(build_world(asked.body))
    return _counts(world, asked)


def _stock(world: World, asked: Asked) -> Json:
    change = world.change_stock(asked.body, asked.now)
    return {"sku": asked.body["sku"], "change": change}


def _movements(world: World, asked: Asked) -> Json:
    for each in asked.body["movements"]:
        world.move_stock(each, asked.now)
    return {"moved": len(asked.body["movements"])}


def _products(world: World, asked: Asked) -> Json:
    for each in asked.body["products"]:
        world.write_product(each, asked.now)
    return {"products": len(world.tenant.products)}


def _race(world: World, asked: Asked) -> Json:
    world.add_race(asked.body)
    return {"races": len(world.desk.races)}


def _key_sale(world: World, asked: Asked) -> Json:
    return sale_json(world.key_sale(asked.body, asked.now), world.behaviour)


def _behaviour(world: World, asked: Asked) -> Json:
    world.behaviour = world.behaviour.merged(asked.body)
    return world.behaviour.as_json()


def _get_behaviour(world: World, asked: Asked) -> Json:
    return world.behaviour.as_json()


def _stranger(world: World, asked: Asked) -> Json:
    world.behaviour = world.behaviour.merged({"stranger_calls_per_minute": float(asked.body["calls_per_minute"])})
    return world.behaviour.as_json()


def _tick(world: World, asked: Asked) -> Json:
    """What is due by now was done before this was asked."""
    return {"now": asked.now.isoformat()}


def _webhooks(world: World, asked: Asked) -> Json:
    return {"waiting": len(world.webhooks.queue), "log": world.webhooks.log}


def _warehouse(world: World, asked: Asked) -> Json:
    return world.warehouse.as_json()


def _plan(world: World, asked: Asked) -> Json:
    world.warehouse.follow(asked.body, asked.now)
    return world.warehouse.as_json()


def _stop(world: World, asked: Asked) -> Json:
    world.warehouse.follow(None, asked.now)
    return world.warehouse.as_json()


def _work(world: World, asked: Asked) -> Json:
    habits = dict(asked.body)
    sale_id, reference = str(habits.pop("sale_id", "")), habits.pop("customer_reference", None)
    standing = [each for each in world.book.sales.values() if each.order_status == "AUTHORISED"
                and reference in {None, each.customer_reference}]  # fmt: skip
    sales = [world.book.find(sale_id)] if sale_id else standing
    if not sales:
        raise Refused("no authorised sale is there to work on")
    tasks = [(each, world.warehouse.work(each, habits, asked.now, world.behaviour)) for each in sales]
    return {"tasks": [{"SaleID": sale.sale_id, "TaskID": task.task_id} for sale, task in tasks],
            "faults": world.warehouse.faults}  # fmt: skip


ROUTES: Mapping[tuple[str, str], Callable[[World, Asked], Json]] = {
    ("GET", "health"): _health,
    ("GET", "log"): _log,
    ("GET", "counts"): _counts,
    ("GET", "sales"): _sales,
    ("GET", "events"): _events,
    ("GET", "behaviour"): _get_behaviour,
    ("POST", "behaviour"): _behaviour,
    ("POST", "reset"): _reset,
    ("POST", "stock"): _stock,
    ("POST", "movements"): _movements,
    ("POST", "products"): _products,
    ("POST", "take_after_reading"): _race,
    ("POST", "sales"): _key_sale,
    ("POST", "stranger"): _stranger,
    ("POST", "tick"): _tick,
    ("GET", "webhooks"): _webhooks,
    ("GET", "warehouse"): _warehouse,
    ("POST", "warehouse/plan"): _plan,
    ("POST", "warehouse/stop"): _stop,
    ("POST", "warehouse/work"): _work,
}
