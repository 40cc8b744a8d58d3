"""/webhooks, and what is sent to whom: a minute late, tried six times, then the webhook is switched off.

The payloads are thin, their ids are upper case, and what the sale's id is called differs by event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from include.sandbox.cin7.behaviour import Behaviour
from include.sandbox.cin7.products import guid
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.tenant import Json, Tenant

Body = Mapping[str, Any]
WAITS = (1, 5, 10, 15, 20, 25)  # minutes before each attempt
MOST_OF_A_TYPE = 5
AUTHORISATIONS = ("noauth", "basicauth", "bearerauth")
SECRETS = ("ExternalBearerToken", "ExternalPassword")
TYPES: Mapping[str, str] = MappingProxyType({
    "created": "Sale/Created", "authorised": "Sale/OrderAuthorised", "voided": "Sale/Voided", "undone": "Sale/Undo",
    "task undone": "Sale/Undo", "invoice undone": "Sale/Undo", "task picked": "Sale/PickAuthorised",
    "task packed": "Sale/PackAuthorised", "task shipped": "Sale/ShipmentAuthorised",
    "invoiced": "Sale/InvoiceAuthorised", "task tracking": "Sale/ShipmentTrackingNumberChanged",
})  # fmt: skip
BACKORDERED = "Sale/Backordered"
STOCK_CHANGED = "Stock/AvailableStockLevelChanged"


@dataclass(slots=True, eq=False)
class Delivery:
    """One message on its way."""

    due: datetime
    webhook_id: str
    body: Json | list[Json]
    attempts: int = 0


@dataclass(slots=True)
class Webhooks:
    """Who wants to know what, and what is still to be sent."""

    tenant: Tenant
    hooks: dict[str, Json] = field(default_factory=dict)
    queue: list[Delivery] = field(default_factory=list)
    log: list[Json] = field(default_factory=list)
    noticed: int = 0  # of the events
    made: int = 0
    messages: int = 0

    def rows(self) -> list[Json]:
        """All webhooks as GET shows them, without their secrets."""
        return [each | dict.fromkeys(SECRETS, "") for each in self.hooks.values()]

    def post(self, body: Body, behaviour: Behaviour) -> Json:
        """A new one."""
        if not behaviour.webhooks_available:
            raise Refused("Automation module is not available in your subscription")
        self.made += 1
        return self._keep(guid("webhook", str(self.made)), body)

    def put(self, body: Body) -> Json:
        """One is replaced whole: what is left out is empty from then on."""
        return self._keep(self._find(str(body.get("ID") or "")), body)

    def delete(self, webhook_id: str) -> None:
        """It is told nothing more."""
        del self.hooks[self._find(webhook_id)]

    def notice(self, events: list[Json], behaviour: Behaviour) -> None:
        """Queue what the events since the last time are to be told as."""
        for event in events[self.noticed :]:
            kinds = [TYPES[event["kind"]]] if event["kind"] in TYPES else []
            if event["kind"] == "authorised" and any(each["backorder"] for each in event["lines"]):
                kinds.append(BACKORDERED)
            for kind in kinds:
                body = PAYLOADS[kind](event, self.tenant, behaviour) | {"EventType": kind}
                self._queue(kind, body, datetime.fromisoformat(event["at"]), behaviour)
        self.noticed = len(events)

    def wants_stock(self) -> bool:
        """Whether somebody is to be told that stock changed."""
        return any(hook["Type"] == STOCK_CHANGED and hook["IsActive"] for hook in self.hooks.values())

    def notice_stock(self, rows: list[Json], now: datetime, behaviour: Behaviour) -> None:
        """Queue rows of availability that changed; the message is a bare array of them."""
        for start in range(0, len(rows), behaviour.webhook_stock_rows):
            self._queue(STOCK_CHANGED, rows[start : start + behaviour.webhook_stock_rows], now, behaviour)

    def due(self, now: datetime) -> list[Delivery]:
        """What is to be sent by now; what was queued for one that is switched off or gone is forgotten."""
        self.queue = [each for each in self.queue if self.hooks.get(each.webhook_id, {}).get("IsActive")]
        return [each for each in self.queue if each.due <= now]

    def settle(self, delivery: Delivery, status: int, now: datetime) -> None:
        """An attempt was answered (0: it was not): done, again later, or never again."""
        hook = self.hooks.get(delivery.webhook_id)
        if hook is None or delivery not in self.queue:
            return
        delivery.attempts += 1
        self._note(hook, delivery, status, now)
        if 200 <= status < 300:
            self.queue.remove(delivery)
        elif delivery.attempts == len(WAITS):
            hook["IsActive"] = False
        else:
            delivery.due = now + timedelta(minutes=WAITS[delivery.attempts])

    def _queue(self, kind: str, body: Json | list[Json], at: datetime, behaviour: Behaviour) -> None:
        for webhook_id, hook in self.hooks.items():
            if hook["Type"] == kind and hook["IsActive"]:
                self.messages += 1
                delivery = Delivery(at + timedelta(minutes=WAITS[0]), webhook_id, body)
                if behaviour.webhook_drop_every and self.messages % behaviour.webhook_drop_every == 0:
                    self._note(hook, delivery, None, at)
                else:
                    self.queue.append(delivery)

    def _note(self, hook: Json, delivery: Delivery, status: int | None, now: datetime) -> None:
        self.log.append({"at": now.isoformat(), "type": hook["Type"], "webhook_id": hook["ID"], "body": delivery.body,
                         "attempt": delivery.attempts, "status": status})  # fmt: skip

    def _find(self, webhook_id: str) -> str:
        if webhook_id.lower() not in self.hooks:
            raise Refused("Webhook with specified ID not found")
        return webhook_id.lower()

    def _keep(self, webhook_id: str, body: Body) -> Json:
        kind, url = str(body.get("Type") or ""), str(body.get("ExternalURL") or "")
        if kind not in (*PAYLOADS, STOCK_CHANGED):
            raise Refused(f"Type '{kind}' is not valid")
        if sum(each["Type"] == kind for key, each in self.hooks.items() if key != webhook_id) >= MOST_OF_A_TYPE:
            raise Refused(f"No more than {MOST_OF_A_TYPE} webhooks of Type '{kind}' are allowed")
        if not _is_loopback(url):
            raise Refused("ExternalURL: this sandbox sends to loopback addresses alone")
        authorisation = str(body.get("ExternalAuthorizationType") or "")
        if authorisation not in AUTHORISATIONS:
            raise Refused(f"ExternalAuthorizationType must be one of {', '.join(AUTHORISATIONS)}")
        self.hooks[webhook_id] = {
            "ID": webhook_id, "Type": kind, "Name": kind.replace("/", " "), "IsActive": bool(body.get("IsActive")),
            "ExternalURL": url, "ExternalAuthorizationType": authorisation,
            **{name: str(body.get(name) or "") for name in ("ExternalUserName", *SECRETS)},
            "ExternalHeaders": list(body.get("ExternalHeaders") or ()),
        }  # fmt: skip
        return next(each for each in self.rows() if each["ID"] == webhook_id)


def _is_loopback(url: str) -> bool:
    told = urlsplit(url)
    if told.scheme not in {"http", "https"}:
        return False
    try:
        return told.hostname == "localhost" or ip_address(told.hostname or "").is_loopback
    except ValueError:
        return False


def _of_sale(event: Json, tenant: Tenant, behaviour: Behaviour) -> Json:
    return {"SaleID": event["sale_id"].upper(), "SaleOrderNumber": event["number"]}


def _created(event: Json, tenant: Tenant, behaviour: Behaviour) -> Json:
    return _of_sale(event, tenant, behaviour) | {
        "CustomerName": event["customer"], "SaleOrderDate": event["at"][:10], "TaskTypeSign": "0",
        "IsServiceOnly": False,
    }  # fmt: skip


def _of_task(event: Json, tenant: Tenant, behaviour: Behaviour) -> Json:
    task = {"TaskID": event["task_id"].upper(), "CustomerName": event["customer"]}
    return _of_sale(event, tenant, behaviour) | task


def _tracking(event: Json, tenant: Tenant, behaviour: Behaviour) -> Json:
    day = f"{datetime.fromisoformat(event['at']):%d/%m/%Y}"
    told = [{"ShipmentDate": day, "TrackingNumber": each, "TrackingUrl": ""} for each in event["tracking_number"]]
    return _of_task(event, tenant, behaviour) | {"Shipments": told}


def _of_document(event: Json, tenant: Tenant, behaviour: Behaviour) -> Json:
    told = {"sale": event["sale_id"], "task": event["task_id"]}[behaviour.webhook_sale_task_id]
    number = {"InvoiceNumber": event["invoice_number"]} if "invoice_number" in event else {}
    return {"SaleTaskID": told.upper(), "TenantID": guid("tenant", tenant.account_id).upper(),
            "OrderNumber": event["number"], **number, "CustomerName": event["customer"]}  # fmt: skip


PAYLOADS: Mapping[str, Callable[[Json, Tenant, Behaviour], Json]] = MappingProxyType({
    "Sale/Created": _created, "Sale/OrderAuthorised": _of_sale, BACKORDERED: _of_sale, "Sale/Voided": _of_sale,
    "Sale/Undo": _of_sale, "Sale/PickAuthorised": _of_task, "Sale/PackAuthorised": _of_task,
    "Sale/ShipmentAuthorised": _of_document, "Sale/InvoiceAuthorised": _of_document,
    "Sale/ShipmentTrackingNumberChanged": _tracking,
})  # fmt: skip
