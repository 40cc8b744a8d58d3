"""From Airflow connections to what the processes take as arguments. Nothing is opened before a task asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from include.errors import ConfigurationError

if TYPE_CHECKING:
    import psycopg

    from include.amazon.mailbox import Mailbox
    from include.cin7.client import Cin7Client, Lane

BASE_PATH = "/ExternalApi/v2"
ACCOUNT_LIMIT = 60
CALLS_PER_MINUTE = 45
LONGEST_WAIT = 90.0  # real seconds that a call may wait for its slot before the task ends and leaves it to the next


def database_dsn(conn_id: str) -> str:
    """The libpq URI of a `postgres` connection."""
    return dsn_of(_get(conn_id))


def dsn_of(connection: Connection) -> str:
    """The libpq URI of a connection already fetched."""
    from include.database.dsn import dsn

    return dsn(connection.host, connection.port, connection.login, connection.password, connection.schema)


def _get(conn_id: str) -> Connection:
    """A connection by its id; ConfigurationError where there is none, which then fails alone whoever needs it."""
    try:
        found: Connection = Connection.get(conn_id)
    except AirflowNotFoundException as fault:
        raise ConfigurationError(f"There is no connection {conn_id}.", setting=f"connection {conn_id}") from fault
    return found


@contextmanager
def database(conn_id: str) -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """One connection to the product's database, closed with the task that opened it."""
    from include.database.connection import connect, passing_faults

    with passing_faults(), connect(database_dsn(conn_id)) as connection:
        yield connection


@contextmanager
def mailbox(conn_id: str) -> Iterator[Mailbox]:
    """The mailbox behind a connection of type `fs` or `sftp`."""
    connection = _get(conn_id)
    if connection.conn_type == "sftp":
        opened = _sftp_mailbox(conn_id, connection)
    elif connection.conn_type == "fs":
        opened = _directory_mailbox(conn_id, connection)
    else:
        raise ConfigurationError(
            f"A mailbox is of type fs or sftp, not {connection.conn_type}.", setting=f"connection {conn_id}"
        )
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def cin7(conn_id: str, database_conn_id: str, lane: Lane) -> Iterator[Cin7Client]:
    """A Cin7 client on the account's shared budget of calls, which lies in the product's database."""
    from include.cin7.client import Cin7Client
    from include.database.rate_limit import PostgresLimiter

    connection = _get(conn_id)
    if not (connection.host and connection.login and connection.password):
        raise ConfigurationError(
            "Cin7 needs a host, the account id as login and the application key as password.",
            setting=f"connection {conn_id}",
        )
    extras = connection.extra_dejson
    port = f":{connection.port}" if connection.port else ""
    host = connection.host if "://" in connection.host else f"{connection.schema or 'https'}://{connection.host}"
    limiter = PostgresLimiter(
        database_dsn(database_conn_id),
        connection.login,
        account_limit=int(extras.get("account_limit", ACCOUNT_LIMIT)),
        calls_per_minute=_calls_per_minute(connection),
        max_wait_seconds=LONGEST_WAIT,
    )
    client = Cin7Client(
        f"{host}{port}{extras.get('base_path', BASE_PATH)}",
        connection.login,
        connection.password,
        limiter,
        lane=lane,
    )
    try:
        yield client
    finally:
        client.close()
        limiter.close()


def calls_per_minute(conn_id: str) -> int:
    """Our share of a Cin7 account's limit."""
    return _calls_per_minute(_get(conn_id))


def _calls_per_minute(connection: Connection) -> int:
    return int(connection.extra_dejson.get("calls_per_minute", CALLS_PER_MINUTE))


def _directory_mailbox(conn_id: str, connection: Connection) -> Mailbox:
    from pathlib import Path

    from include.amazon.directory_mailbox import DirectoryMailbox

    path = connection.extra_dejson.get("path")
    if not path:
        raise ConfigurationError("A directory mailbox needs the extra `path`.", setting=f"connection {conn_id}")
    return DirectoryMailbox(Path(path))


def _sftp_mailbox(conn_id: str, download: Connection) -> Mailbox:
    from include.amazon.sftp_mailbox import SftpMailbox

    upload_id = download.extra_dejson.get("upload_conn_id", conn_id)
    upload = download if upload_id == conn_id else _get(upload_id)
    return SftpMailbox(
        download=_sftp_account(conn_id, download),
        upload=_sftp_account(upload_id, upload),
        inbound=download.extra_dejson.get("inbound_path", "inbound"),
        outbound=upload.extra_dejson.get("outbound_path", "outbound"),
    )


def _sftp_account(conn_id: str, connection: Connection) -> Any:
    from include.amazon.sftp_login import SftpAccount

    extras = connection.extra_dejson
    return SftpAccount(
        setting=f"connection {conn_id}",
        host=connection.host or "",
        port=connection.port or 22,
        login=connection.login or "",
        password=connection.password,
        private_key=extras.get("private_key"),
        host_key=extras.get("host_key"),
    )
