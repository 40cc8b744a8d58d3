"""Mounts the console and the webhook receiver in Airflow's own server, at /vendorlane."""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin


class LazyApp:
    """The application, made by the first request: every task process loads plugins and none needs what it imports."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._app is None:
            from include import clock
            from include.console import access
            from include.console.app import make_app

            self._app = make_app(access.webhook_token, access.database_of, clock.now)
        await self._app(scope, receive, send)


class Console(AirflowPlugin):
    name = "vendorlane_console"
    fastapi_apps = [{"app": LazyApp(), "url_prefix": "/vendorlane", "name": "vendorlane"}]  # noqa: RUF012 - Airflow reads it so
