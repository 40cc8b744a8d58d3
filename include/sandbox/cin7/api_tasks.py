"""What stands behind the paths of fulfilments, invoices and webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.sandbox.cin7.asked import Answer, Asked, Json, asked_for, asked_sale
from include.sandbox.cin7.fulfilment import Fulfilment
from include.sandbox.cin7.listing import envelope, flag, same
from include.sandbox.cin7.sale import Sale
from include.sandbox.cin7.shown import fulfilments_json, goods_json, invoices_json, ship_json
from include.sandbox.cin7.world import World


def _fulfilments(world: World, sale: Sale) -> Json:
    return {"SaleID": sale.sale_id, "Fulfilments": fulfilments_json(sale, world.behaviour)}


def _get_fulfilments(world: World, asked: Asked) -> Any:
    return _fulfilments(world, asked_sale(world, asked, "saleid"))


def _post_fulfilment(world: World, asked: Asked) -> Any:
    sale = world.book.find(str(asked.body.get("SaleID") or ""))
    world.fulfilments.create(sale, asked.now)
    return _fulfilments(world, sale)


def _delete_fulfilment(world: World, asked: Asked) -> Any:
    task_id, is_void = asked_for(asked, "taskid"), flag(asked.params, "void")
    return _fulfilments(world, world.fulfilments.delete(task_id, is_void, asked.now, world.behaviour)[0])


def _asked_task(world: World, asked: Asked) -> tuple[Sale, Fulfilment]:
    return world.fulfilments.find(asked_for(asked, "taskid"))


def _get_pick(world: World, asked: Asked) -> Any:
    task = _asked_task(world, asked)[1]
    return goods_json(task, task.pick, with_box=False)


def _write_pick(world: World, asked: Asked) -> Any:
    task = world.fulfilments.pick(asked.body, asked.now, world.behaviour)[1]
    return goods_json(task, task.pick, with_box=False)


def _get_pack(world: World, asked: Asked) -> Any:
    task = _asked_task(world, asked)[1]
    return goods_json(task, task.pack, with_box=True)


def _post_pack(world: World, asked: Asked) -> Any:
    task = world.fulfilments.pack(asked.body, asked.now, world.behaviour)[1]
    return goods_json(task, task.pack, with_box=True)


def _put_pack(world: World, asked: Asked) -> Any:
    task = world.fulfilments.pack(asked.body, asked.now, world.behaviour, replaces=True)[1]
    return goods_json(task, task.pack, with_box=True)


def _get_ship(world: World, asked: Asked) -> Any:
    return ship_json(*_asked_task(world, asked), world.behaviour)


def _post_ship(world: World, asked: Asked) -> Any:
    return ship_json(*world.fulfilments.ship(asked.body, asked.now, world.behaviour), world.behaviour)


def _put_ship(world: World, asked: Asked) -> Any:
    return ship_json(*world.fulfilments.ship(asked.body, asked.now, world.behaviour, replaces=True), world.behaviour)


def _get_invoices(world: World, asked: Asked) -> Any:
    return invoices_json(asked_sale(world, asked, "saleid"))


def _post_invoice(world: World, asked: Asked) -> Any:
    return invoices_json(world.invoices.post(asked.body, asked.now, world.behaviour))


def _put_invoice(world: World, asked: Asked) -> Any:
    return invoices_json(world.invoices.put(asked.body, asked.now, world.behaviour))


def _delete_invoice(world: World, asked: Asked) -> Any:
    task_id, is_void = asked_for(asked, "taskid"), flag(asked.params, "void")
    return invoices_json(world.invoices.delete(task_id, is_void, asked.now, world.behaviour))


def _webhooks(world: World, rows: list[Json], asked: Asked) -> Any:
    return envelope("Webhooks", rows, asked.params, world.behaviour)


def _get_webhooks(world: World, asked: Asked) -> Any:
    return _webhooks(world, same(world.webhooks.rows(), "ID", asked.params.get("id")), asked)


def _post_webhook(world: World, asked: Asked) -> Any:
    return _webhooks(world, [world.webhooks.post(asked.body, world.behaviour)], asked)


def _put_webhook(world: World, asked: Asked) -> Any:
    return _webhooks(world, [world.webhooks.put(asked.body)], asked)


def _delete_webhook(world: World, asked: Asked) -> Any:
    world.webhooks.delete(asked_for(asked, "id"))
    return {"Success": True}


TASK_ROUTES: Mapping[str, Mapping[str, Answer]] = {
    "/sale/fulfilment": {"GET": _get_fulfilments, "POST": _post_fulfilment, "DELETE": _delete_fulfilment},
    "/sale/fulfilment/pick": {"GET": _get_pick, "POST": _write_pick, "PUT": _write_pick},
    "/sale/fulfilment/pack": {"GET": _get_pack, "POST": _post_pack, "PUT": _put_pack},
    "/sale/fulfilment/ship": {"GET": _get_ship, "POST": _post_ship, "PUT": _put_ship},
    "/sale/invoice": {"GET": _get_invoices, "POST": _post_invoice, "PUT": _put_invoice, "DELETE": _delete_invoice},
    "/webhooks": {"GET": _get_webhooks, "POST": _post_webhook, "PUT": _put_webhook, "DELETE": _delete_webhook},
}
