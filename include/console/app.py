"""The application that Airflow's server mounts: every route asks who is there, and nothing lists the routes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import psycopg
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from include.console import webhooks
from include.database.connection import connect
from include.errors import TransientError


def make_app(
    token_of: Callable[[str], str | None], database_of: Callable[[str], str | None], now: Callable[[], datetime]
) -> FastAPI:
    """`token_of` and `database_of` know an inventory system by its connection."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/webhooks/{erp}")
    async def receive_webhook(erp: str, request: Request) -> Response:
        token = await run_in_threadpool(token_of, erp)
        if not webhooks.is_let_in(request.headers.get("authorization"), token):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        return Response(status_code=await run_in_threadpool(_note, database_of, erp, body, now()))

    return app


async def _body(request: Request) -> bytes | None:
    """The whole body, or None as soon as it is longer than any webhook."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > webhooks.LARGEST_BODY:
            return None
    return bytes(body)


def _note(database_of: Callable[[str], str | None], erp: str, body: bytes, now: datetime) -> int:
    dsn = database_of(erp)
    if dsn is None:
        return 202  # nothing here trades with that system
    try:
        with connect(dsn) as connection:
            webhooks.note(connection, erp, body, now)
            connection.commit()
    except (TransientError, psycopg.Error):
        return 503  # it calls again
    return 202
