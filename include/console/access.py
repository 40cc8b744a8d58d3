"""What the console asks Airflow for. The only module of it that imports Airflow."""

from __future__ import annotations

from airflow.models.connection import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from include.database.dsn import dsn

TOKEN = "webhook_token"


def webhook_token(conn_id: str) -> str | None:
    """The bearer token of an inventory system's webhooks: an extra of its connection."""
    connection = _get(conn_id)
    if connection is None or connection.conn_type != "http":
        return None
    token = connection.extra_dejson.get(TOKEN)
    return token if isinstance(token, str) and token else None


def database_of(erp: str) -> str | None:
    """The libpq URI of the database in which the relationships of an inventory system are kept."""
    from include.relationships import loading

    names = {each.database for each in loading.load_relationships().relationships if each.erp == erp}
    connection = _get(names.pop()) if names else None
    if connection is None:
        return None
    return dsn(connection.host, connection.port, connection.login, connection.password, connection.schema)


def _get(conn_id: str) -> Connection | None:
    try:
        return Connection.get_connection_from_secrets(conn_id)
    except AirflowNotFoundException:
        return None
