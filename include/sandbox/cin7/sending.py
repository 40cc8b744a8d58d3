"""Sends what webhooks are to be told, each by itself, so that a receiver that hangs holds no other up."""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import httpx2

from include.sandbox.cin7.tenant import Json
from include.sandbox.cin7.webhooks import Delivery, Webhooks

PATIENCE = 10.0  # real seconds
AT_ONCE = 20  # messages to one webhook, however many wait
NEW_CONNECTIONS = httpx2.Limits(max_keepalive_connections=0)  # a kept one may be closed just as it is used


class Sender:
    """Takes what is due and tells the outcome back."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._to: Counter[str] = Counter()  # messages under way, by webhook
        self._http: httpx2.AsyncClient | None = None  # made once: making one costs more than many messages

    def send_due(self, webhooks: Webhooks) -> None:
        """Begin to send what is due and not under way."""
        for each in webhooks.due(self._now()):
            if id(each) not in self._under_way and self._to[each.webhook_id] < AT_ONCE:
                self._to[each.webhook_id] += 1
                self._under_way[id(each)] = asyncio.create_task(
                    self._send(webhooks, webhooks.hooks[each.webhook_id], each)
                )

    async def _send(self, webhooks: Webhooks, hook: Json, delivery: Delivery) -> None:
        self._http = self._http or httpx2.AsyncClient(trust_env=False, timeout=PATIENCE, limits=NEW_CONNECTIONS)
        try:
            answer = await self._http.post(hook["ExternalURL"], json=delivery.body, headers=_headers(hook))
            status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
            status = 0
        webhooks.settle(delivery, status, self._now())
        del self._under_way[id(delivery)]
        self._to[delivery.webhook_id] -= 1


def _headers(hook: Json) -> dict[str, str]:
    headers = {str(each["Key"]): str(each["Value"]) for each in hook["ExternalHeaders"]}
    if hook["ExternalAuthorizationType"] == "bearerauth":
        headers["Authorization"] = f"Bearer {hook['ExternalBearerToken']}"
    if hook["ExternalAuthorizationType"] == "basicauth":
        told = f"{hook['ExternalUserName']}:{hook['ExternalPassword']}"
        headers["Authorization"] = f"Basic {base64.b64encode(told.encode()).decode()}"
    return headers
