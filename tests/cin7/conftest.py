"""The client at a sandbox Cin7 Core, and at a server of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from include.cin7.client import Cin7Client, Lane
from tests.cin7.odd_server import OddServer
from tests.sandbox.cin7_process import ACCOUNT, KEY, Cin7Process


class UnlimitedLimiter:
    """Lets every call go and keeps the lanes asked for and the back-offs told."""

    def __init__(self) -> None:
        self.lanes: list[str] = []
        self.holds: list[float] = []

    def wait_for_slot(self, lane: str) -> None:
        self.lanes.append(lane)

    def back_off(self, seconds: float) -> None:
        self.holds.append(seconds)


@pytest.fixture
def limiter() -> UnlimitedLimiter:
    return UnlimitedLimiter()


@pytest.fixture
def connect(limiter: UnlimitedLimiter) -> Iterator[Callable[..., Cin7Client]]:
    """Makes clients of a URL; they are closed at the end."""
    made: list[Cin7Client] = []

    def make(url: str, account: str = ACCOUNT, key: str = KEY, timeout: float = 10.0) -> Cin7Client:
        made.append(Cin7Client(url, account, key, limiter, lane=Lane.ACKNOWLEDGEMENT, timeout=timeout))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(cin7: Cin7Process, connect: Callable[..., Cin7Client]) -> Cin7Client:
    """A client of the sandbox's Cin7 Core."""
    return connect(cin7.url)


@pytest.fixture
def odd() -> Iterator[OddServer]:
    server = OddServer()
    yield server
    server.close()


@pytest.fixture
def odd_client(odd: OddServer, connect: Callable[..., Cin7Client]) -> Cin7Client:
    """A client of the test's own server."""
    return connect(odd.url)
