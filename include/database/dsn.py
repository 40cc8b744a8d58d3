"""The libpq URI of a database from the fields of an Airflow connection."""

from __future__ import annotations

from urllib.parse import quote


def dsn(host: str | None, port: int | None, login: str | None, password: str | None, schema: str | None) -> str:
    """A host that begins with a slash is a socket's folder."""
    name = quote(login or "", safe="")
    secret = f":{quote(password, safe='')}" if password else ""
    user = f"{name}{secret}@" if name else ""
    host = host or ""
    if host.startswith("/"):
        where = f"postgresql://{user}/{schema}?host={quote(host, safe='')}"
        return where + (f"&port={port}" if port else "")
    return f"postgresql://{user}{host}" + (f":{port}" if port else "") + f"/{schema}"
