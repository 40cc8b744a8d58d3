"""A mailbox folder, a database and one relationship: what receiving and publishing need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from include.amazon.directory_mailbox import DirectoryMailbox
from include.amazon.mailbox import Mailbox
from include.database.connection import connect
from include.documents.inbound import load_to_take_up
from include.documents.outbox import PublishResult, publish_due
from include.documents.receiving import ReceiveResult, receive_mailbox
from include.exceptions.queue import ExceptionEntry, list_open
from include.relationships.model import Relationship
from include.x12.acknowledgement import Acknowledgement, parse_997
from include.x12.envelope import TransactionSet
from tests.documents.interchanges import relationship
from tests.x12.readers import read, sets_of

MAILBOX = "amazon_mailbox"
DROPPED_AT = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
NOW = DROPPED_AT + timedelta(minutes=5)


@dataclass
class Office:
    """One mailbox and its ledger. The clock stands still until a test moves it."""

    dsn: str
    folder: Path
    connection: psycopg.Connection[dict[str, Any]]
    relationships: list[Relationship] = field(default_factory=lambda: [relationship()])
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def drop(self, name: str, content: bytes, at: datetime = DROPPED_AT) -> Path:
        path = self.folder / "inbound" / name
        path.write_bytes(content)
        os.utime(path, (at.timestamp(), at.timestamp()))
        return path

    def receive(self, mailbox: Mailbox | None = None) -> ReceiveResult:
        box = mailbox or DirectoryMailbox(self.folder)
        return receive_mailbox(self.connection, box, MAILBOX, self.relationships, self.now)

    def publish(self, mailbox: Mailbox | None = None) -> PublishResult:
        box = mailbox or DirectoryMailbox(self.folder)
        return publish_due(self.connection, box, MAILBOX, self.relationships, self.now)

    def take_in(self, *contents: bytes) -> ReceiveResult:
        """Drop each as a file of its own, receive them and publish the answers."""
        for content in contents:
            self.drop(f"order_{self.count('transmission')}_{len(list(self.inbound.iterdir()))}.edi", content)
        received = self.receive()
        self.publish()
        return received

    @property
    def inbound(self) -> Path:
        return self.folder / "inbound"

    @property
    def outbound(self) -> Path:
        return self.folder / "outbound"

    def published(self) -> list[str]:
        return sorted(path.name for path in self.outbound.iterdir())

    def answers(self) -> list[Acknowledgement]:
        """The 997s in the outbound folder, in the order of their names."""
        return [
            parse_997(each)
            for name in self.published()
            for each in sets_of(read((self.outbound / name).read_bytes()))
            if each.identifier == "997"
        ]

    def sent(self, name: str) -> list[TransactionSet]:
        return sets_of(read((self.outbound / name).read_bytes()))

    def to_take_up(self, name: str = "amazon") -> list[str]:
        """The numbers of the orders that wait for their process."""
        taken = load_to_take_up(self.connection, name, ["850", "860"], limit=50)
        self.connection.rollback()
        return [document.segments[1][3] for document in taken]

    def exceptions(self) -> list[ExceptionEntry]:
        entries = list(list_open(self.connection))
        self.connection.rollback()
        return sorted(entries, key=lambda entry: entry.exception_id)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        rows = self.connection.execute(query, values).fetchall()
        self.connection.rollback()
        return rows

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) AS number FROM {table}")[0]["number"])

    def states(self) -> list[str]:
        """The inbound interchanges' states, in the order they were entered."""
        query = "SELECT state FROM interchange WHERE direction = 'in' ORDER BY interchange_id"
        return [row["state"] for row in self.rows(query)]

    def documents(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM document WHERE direction = 'in' ORDER BY document_id")


@pytest.fixture
def office(database: str, tmp_path: Path) -> Iterator[Office]:
    for name in ("inbound", "outbound"):
        (tmp_path / name).mkdir()
    with connect(database) as connection:
        yield Office(database, tmp_path, connection)
        connection.rollback()
