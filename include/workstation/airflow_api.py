"""Airflow's REST API (v2), as far as the workstation needs it: is it ready, run this, how did it go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import httpx2

from include.workstation.settings import Pool

UNAUTHORISED = 401
CONFLICT = 409
ENDED = {"success", "failed"}


@dataclass(frozen=True, slots=True)
class ListedDag:
    """A DAG as the scheduler knows it."""

    dag_id: str
    is_paused: bool
    last_parsed: datetime | None


@dataclass(frozen=True, slots=True)
class DagRun:
    """One run: `state` is queued, running, success or failed."""

    dag_id: str
    run_id: str
    state: str
    note: str | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.state in ENDED


class AirflowApi:
    """A logged-in caller. Answers that are no success raise httpx2.HTTPStatusError."""

    def __init__(self, url: str, username: str, password: str) -> None:
        self._login = {"username": username, "password": password}
        self._client = httpx2.Client(base_url=url, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def unhealthy_parts(self) -> tuple[str, ...]:
        """The parts of Airflow that do not say `healthy`; needs no login."""
        told = self._client.get("/api/v2/monitor/health").raise_for_status().json()
        return tuple(sorted(name for name, part in told.items() if (part or {}).get("status") != "healthy"))

    def dags(self) -> tuple[ListedDag, ...]:
        """Every DAG that is not stale."""
        listed = self._call("GET", "/api/v2/dags", params={"limit": 100})["dags"]
        return tuple(ListedDag(d["dag_id"], d["is_paused"], _instant(d["last_parsed_time"])) for d in listed)

    def import_errors(self) -> tuple[str, ...]:
        """What went wrong in reading DAG files, one text a file."""
        told = self._call("GET", "/api/v2/importErrors")["import_errors"]
        return tuple(f"{each['filename']}: {each['stack_trace']}" for each in told)

    def unpause(self, dag_id: str) -> None:
        """Let its runs start."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}", params={"update_mask": "is_paused"}, json={"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Let no schedule start it."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}", params={"update_mask": "is_paused"}, json={"is_paused": True})

    def load_pool(self, pool: Pool) -> None:
        """Make the pool, or give an existing one the settings file's slots."""
        body = {"slots": pool.pool_slot, "description": pool.pool_description, "include_deferred": False}
        if self._client.get(f"/api/v2/pools/{pool.pool_name}", headers=self._headers()).is_success:
            self._call("PATCH", f"/api/v2/pools/{pool.pool_name}", json={"pool": pool.pool_name, **body})
        else:
            self._call("POST", "/api/v2/pools", json={"name": pool.pool_name, **body})

    def trigger(self, dag_id: str, params: Mapping[str, Any] | None = None) -> DagRun:
        """Start a run now."""
        body = {"logical_date": None, "conf": dict(params or {})}
        return _run(self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=body))

    def run(self, dag_id: str, run_id: str) -> DagRun:
        """How a run stands."""
        return _run(self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"))

    def runs(self, dag_id: str, limit: int = 100) -> tuple[DagRun, ...]:
        """The latest runs, newest first."""
        words = {"limit": limit, "order_by": "-run_after"}
        return tuple(map(_run, self._call("GET", f"/api/v2/dags/{dag_id}/dagRuns", params=words)["dag_runs"]))

    def _call(self, method: str, path: str, **words: Any) -> Any:
        answer = self._client.request(method, path, headers=self._headers(), **words)
        if answer.status_code == UNAUTHORISED:
            self._client.headers.pop("Authorization", None)
            answer = self._client.request(method, path, headers=self._headers(), **words)
        return answer.raise_for_status().json()

    def _headers(self) -> dict[str, str]:
        if "Authorization" not in self._client.headers:
            answer = self._client.post("/auth/token", json=self._login).raise_for_status()
            self._client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return {}


def _run(told: Mapping[str, Any]) -> DagRun:
    return DagRun(told["dag_id"], told["dag_run_id"], told["state"], told.get("note"))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
