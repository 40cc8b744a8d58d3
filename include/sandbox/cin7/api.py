"""What stands behind each path of the API. A path that is not here is a web page with status 200, as in life."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from include.sandbox.cin7.api_tasks import TASK_ROUTES
from include.sandbox.cin7.asked import Answer, Asked, Json, asked_sale
from include.sandbox.cin7.listing import envelope, flag, instant, same, starting
from include.sandbox.cin7.product_book import put_product
from include.sandbox.cin7.products import Product, guid, product_json
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.sale import Sale
from include.sandbox.cin7.shown import order_json, row_json, sale_json
from include.sandbox.cin7.world import World

SEARCHED = ("OrderNumber", "Status", "Customer", "InvoiceNumber", "CustomerReference")
SAME_IN_LIST = {
    "status": "Status", "quotestatus": "QuoteStatus", "orderstatus": "OrderStatus", "externalid": "ExternalID",
    "combinedpickstatus": "CombinedPickingStatus", "combinedpackstatus": "CombinedPackingStatus",
    "combinedshippingstatus": "CombinedShippingStatus", "combinedinvoicestatus": "CombinedInvoiceStatus",
    "creditnotestatus": "CreditNoteStatus", "orderlocationid": "OrderLocationID",
}  # fmt: skip


def _me(world: World, asked: Asked) -> Any:
    return world.tenant.me


def _contacts(world: World, asked: Asked) -> Any:
    rows = [{"Name": name, "Type": "Business", "IncludeInEmail": False} for name in world.tenant.contacts]
    return envelope("MeContactsList", rows, asked.params, world.behaviour)


def _products(world: World, asked: Asked) -> Any:
    params = asked.params
    rows: list[Product] = list(world.tenant.products.values())
    rows = same(starting(starting(rows, "SKU", params.get("sku")), "Name", params.get("name")), "ID", params.get("id"))
    if since := instant(params, "modifiedsince", world.behaviour):
        rows = [each for each in rows if datetime.fromisoformat(each["LastModifiedOn"]) >= since]
    if not flag(params, "includedeprecated"):
        rows = [each for each in rows if str(each["Status"]).lower() != "deprecated"]
    answer = envelope("Products", rows, params, world.behaviour)
    tiers, with_bom = world.tenant.tiers, flag(params, "includebom")
    answer["Products"] = [product_json(each, tiers, with_bom=with_bom) for each in answer["Products"]]
    return answer


def _put_product(world: World, asked: Asked) -> Any:
    product_id = put_product(world, asked.body, asked.now)
    return _products(world, Asked({"id": product_id, "includedeprecated": "true"}, {}, asked.now))


def _availability(world: World, asked: Asked) -> Any:
    return world.desk.read(asked.params, asked.now, world.behaviour)


def _customers(world: World, asked: Asked) -> Any:
    rows = same(starting(world.tenant.customers, "Name", asked.params.get("name")), "ID", asked.params.get("id"))
    if not flag(asked.params, "includedeprecated"):
        rows = [each for each in rows if str(each.get("Status", "Active")).lower() == "active"]
    return envelope("CustomerList", rows, asked.params, world.behaviour)


def _book(key: str, choose: Callable[[World], list[Json]]) -> Answer:
    def answer(world: World, asked: Asked) -> Any:
        rows = same(starting(choose(world), "Name", asked.params.get("name")), "ID", asked.params.get("id"))
        return envelope(key, rows, asked.params, world.behaviour)

    return answer


def _accounts(world: World, asked: Asked) -> Any:
    rows = same(world.tenant.accounts, "Code", asked.params.get("code"))
    if asked.params.get("code") and not rows:
        raise Refused("Account with specified ID not found")
    return envelope("AccountsList", starting(rows, "Name", asked.params.get("name")), asked.params, world.behaviour)


def _carriers(world: World, asked: Asked) -> Any:
    rows = [{"CarrierID": guid("carrier", name), "Description": name} for name in world.tenant.carriers]
    return envelope("CarrierList", rows, asked.params, world.behaviour)


def _price_tiers(world: World, asked: Asked) -> Any:
    return {"PriceTiers": world.tenant.price_tiers}


def _sale_list(world: World, asked: Asked) -> Any:
    params, behaviour = asked.params, world.behaviour
    lag = timedelta(seconds=behaviour.search_lag_seconds)
    sales = [each for each in world.book.sales.values() if asked.now - each.created_at >= lag]
    if since := instant(params, "updatedsince", behaviour):
        sales = [each for each in sales if each.updated_at >= since]
    if until := instant(params, "updateduntil", behaviour):
        sales = [each for each in sales if each.updated_at <= until]
    if since := instant(params, "createdsince", behaviour):
        sales = [each for each in sales if each.created_at >= since]
    if flag(params, "readyforshipping"):
        sales = [each for each in sales if any(task.is_ready_for_shipping for task in each.tasks)]
    if ship_by := instant(params, "shipby", behaviour):
        sales = [each for each in sales if _is_to_ship_by(each, ship_by)]
    rows = [row_json(each, behaviour) for each in sales]
    for param, field in SAME_IN_LIST.items():
        rows = same(rows, field, params.get(param))
    if text := params.get("search", "").lower():
        rows = [each for each in rows if any(text in str(each[name] or "").lower() for name in SEARCHED)]
    return envelope("SaleList", rows, params, behaviour)


def _is_to_ship_by(sale: Sale, moment: datetime) -> bool:
    told = sale.header["ShipBy"]
    is_shipped = bool(sale.tasks) and all(each.ship.status == "AUTHORISED" for each in sale.tasks)
    return bool(told) and not is_shipped and datetime.fromisoformat(told).replace(tzinfo=UTC) <= moment


def _get_sale(world: World, asked: Asked) -> Any:
    return sale_json(asked_sale(world, asked, "id"), world.behaviour)


def _post_sale(world: World, asked: Asked) -> Any:
    return sale_json(world.book.create(asked.body, asked.now, world.behaviour), world.behaviour)


def _put_sale(world: World, asked: Asked) -> Any:
    return sale_json(world.book.change(asked.body, asked.now), world.behaviour)


def _delete_sale(world: World, asked: Asked) -> Any:
    sale = asked_sale(world, asked, "id")
    is_void = flag(asked.params, "void")
    return sale_json(world.book.delete(sale.sale_id, is_void, asked.now, world.behaviour), world.behaviour)


def _get_order(world: World, asked: Asked) -> Any:
    return order_json(asked_sale(world, asked, "saleid"))


def _post_order(world: World, asked: Asked) -> Any:
    sale = world.book.order(asked.body, asked.now, world.behaviour)
    world.fulfilments.start(sale, world.behaviour)
    return order_json(sale)


ROUTES: Mapping[str, Mapping[str, Answer]] = {
    "/me": {"GET": _me},
    "/me/contacts": {"GET": _contacts},
    "/product": {"GET": _products, "PUT": _put_product},
    "/customer": {"GET": _customers},
    "/salelist": {"GET": _sale_list},
    "/sale": {"GET": _get_sale, "POST": _post_sale, "PUT": _put_sale, "DELETE": _delete_sale},
    "/sale/order": {"GET": _get_order, "POST": _post_order},
    "/ref/productavailability": {"GET": _availability},
    "/ref/location": {"GET": _book("LocationList", lambda world: world.tenant.locations)},
    "/ref/tax": {"GET": _book("TaxRuleList", lambda world: world.tenant.tax_rules)},
    "/ref/paymentterm": {"GET": _book("PaymentTermList", lambda world: world.tenant.payment_terms)},
    "/ref/attributeset": {"GET": _book("AttributeSetList", lambda world: world.tenant.attribute_sets)},
    "/ref/account": {"GET": _accounts},
    "/ref/carrier": {"GET": _carriers},
    "/ref/pricetier": {"GET": _price_tiers},
    **TASK_ROUTES,
}
