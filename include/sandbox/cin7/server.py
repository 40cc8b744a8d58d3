"""HTTP: credentials, the limit, the faults that are switched on, and JSON with exact decimals."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from include.sandbox import clock
from include.sandbox.cin7 import admin
from include.sandbox.cin7.api import ROUTES
from include.sandbox.cin7.asked import Asked
from include.sandbox.cin7.calls import Call
from include.sandbox.cin7.refusal import Refused
from include.sandbox.cin7.saving import Received, Saving
from include.sandbox.cin7.sending import Sender
from include.sandbox.cin7.world import World

BASE = "/externalapi/v2"
BETWEEN_TICKS = 0.05  # real seconds
HTML = (b"<!DOCTYPE html><html><head><title>Page not found</title></head><body>"
        b"<h1>Page not found</h1><p>The page you are looking for does not exist.</p></body></html>")  # fmt: skip
LIMIT_TEXT = "You have reached {} calls per {:g} seconds API limit."
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Reply = tuple[int, list[tuple[bytes, bytes]], bytes]


class ClosableProtocol(HttpToolsProtocol):
    """Gives the application its connection, so that it can be closed without an answer."""

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self.scope["state"]["transport"] = self.transport


class Cin7Server:
    """The ASGI application around one company, which takes up the calls that a killed server had answered."""

    def __init__(self, world: World, saving: Saving) -> None:
        self.world = world
        self._saving = saving
        self._sender = Sender(clock.now)
        for received in saving.calls_after(world):
            self._take(received)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or start and stop with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read_body(receive)
        query = scope["query_string"].decode("latin-1")
        received = Received(scope["method"], scope["path"], query, dict(scope["headers"]), body, clock.now())
        if self.world.behaviour.latency_ms and not _is_admin(received):
            await asyncio.sleep(self.world.behaviour.latency_ms / 1000)
        if not (_is_admin(received) and received.method == "GET"):
            self._saving.note(self.world, received)
        reply = self._take(received)
        self._saving.save_now_and_then(self.world)
        if reply is None:
            scope["state"]["transport"].abort()
            await asyncio.sleep(0.001)  # until the connection is seen as lost
            return
        status, headers, content = reply
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _take(self, received: Received) -> Reply | None:
        self.world.catch_up(received.at)
        reply = self._reply_to(received)
        self.world.tell(received.at)
        return reply

    def _reply_to(self, received: Received) -> Reply | None:
        if _is_admin(received):
            self.world.version += received.method != "GET"
            return self._admin(received)
        self.world.version += 1
        return self._answer_api(received)

    def _admin(self, received: Received) -> Reply:
        try:
            return _json_reply(200, admin.answer_admin(self.world, received.method, received.path, _asked(received)))
        except Refused as refused:
            return _errors(refused.status, refused.text)

    def _answer_api(self, received: Received) -> Reply | None:
        short = received.path.lower().rstrip("/").removeprefix(BASE)
        reply, is_refused = self._judge(received, short)
        status = reply[0] if reply else 0
        self.world.calls.record(
            Call(received.at, datetime.now(UTC), received.method, short, received.query, status, is_refused)
        )
        return reply

    def _judge(self, received: Received, short: str) -> tuple[Reply | None, bool]:
        """The reply (None: closed without one), and whether the limit refused the call."""
        world, behaviour = self.world, self.world.behaviour
        if behaviour.down or behaviour.down_answer:
            return (_plain(behaviour.down_answer, b"") if behaviour.down_answer else None), False
        if not self._is_known(received):
            return _errors(403, "Incorrect credentials!"), False
        if not world.calls.is_allowed(received.at, behaviour):
            return self._over_limit(), True
        world.calls.number += 1
        if behaviour.html_200_every and world.calls.number % behaviour.html_200_every == 0:
            return _plain(200, HTML), False
        if behaviour.error_in_200_every and world.calls.number % behaviour.error_in_200_every == 0:
            return _errors(200, "Unexpected error", 500), False
        if not received.path.lower().startswith(BASE) or short not in ROUTES:
            return _plain(200, HTML), False
        reply = self._work(received, short)
        return (None if self._is_lost(received.method, short) else reply), False

    def _work(self, received: Received, short: str) -> Reply:
        answer = ROUTES[short].get(received.method)
        if answer is None:
            text = f"The requested resource does not support http method '{received.method}'."
            return _json_reply(405, {"Message": text})
        try:
            return _json_reply(200, answer(self.world, _asked(received)))
        except Refused as refused:
            return _errors(refused.status, refused.text)

    def _is_known(self, received: Received) -> bool:
        tenant, headers = self.world.tenant, received.headers
        given = (headers.get(b"api-auth-accountid"), headers.get(b"api-auth-applicationkey"))
        return given == (tenant.account_id.encode(), tenant.application_key.encode())

    def _over_limit(self) -> Reply:
        behaviour = self.world.behaviour
        text = LIMIT_TEXT.format(behaviour.limit_calls, behaviour.limit_seconds)
        if behaviour.limit_answer == 503:
            return _plain(503, b"")
        if behaviour.limit_answer == 400:
            return _errors(400, text)
        status, headers, content = _errors(429, text)
        if behaviour.retry_after_text:
            headers.append((b"retry-after", behaviour.retry_after_text.encode()))
        return status, headers, content

    def _is_lost(self, method: str, short: str) -> bool:
        behaviour = self.world.behaviour
        for each in behaviour.drop_answer_next:
            if each.lower() == f"{method} {short}".lower():
                left = list(behaviour.drop_answer_next)
                left.remove(each)
                self.world.behaviour = behaviour.merged({"drop_answer_next": left})
                return True
        if method != "POST":
            return False
        self.world.calls.posts += 1
        return bool(behaviour.drop_answer_every) and self.world.calls.posts % behaviour.drop_answer_every == 0

    async def _live(self, receive: Receive, send: Send) -> None:
        going_on = asyncio.create_task(self._go_on())
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        going_on.cancel()
        self._saving.save(self.world)
        await send({"type": "lifespan.shutdown.complete"})

    async def _go_on(self) -> None:
        """What is due by the clock happens though nobody calls."""
        while True:
            await asyncio.sleep(BETWEEN_TICKS)
            now = clock.now()
            if (due := self.world.next_due()) and due <= now:
                tick = Received("POST", f"{admin.PREFIX}/tick", "", {}, b"", now)
                self._saving.note(self.world, tick)
                self._take(tick)
                self._saving.save_now_and_then(self.world)
            self._sender.send_due(self.world.webhooks)


def _is_admin(received: Received) -> bool:
    return received.path.startswith(admin.PREFIX)


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _asked(received: Received) -> Asked:
    params = {name.lower(): value for name, value in parse_qsl(received.query, keep_blank_values=True)}
    if not received.body:
        return Asked(params, {}, received.at)
    try:
        read = json.loads(received.body, parse_float=Decimal)
    except ValueError as fault:
        raise Refused("Unable to parse request body", 500) from fault
    if not isinstance(read, dict):
        raise Refused("Request body must be an object", 500)
    return Asked(params, read, received.at)


def _json_reply(status: int, content: object) -> Reply:
    text = json.dumps(content, default=_as_number, separators=(",", ":"))
    return _reply(status, text.encode(), b"application/json; charset=utf-8")


def _errors(status: int, text: str, code: int | None = None) -> Reply:
    return _json_reply(status, [{"ErrorCode": code or status, "Exception": text}])


def _plain(status: int, content: bytes) -> Reply:
    return _reply(status, content, b"text/html; charset=utf-8")


def _reply(status: int, content: bytes, content_type: bytes) -> Reply:
    return status, [(b"content-type", content_type), (b"content-length", str(len(content)).encode())], content


def _as_number(value: object) -> int | float:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{type(value)} has no place in an answer")
