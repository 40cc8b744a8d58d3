"""A mailbox that takes no notice or no invoice: the same bytes are tried again until it does, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.amazon.directory_mailbox import DirectoryMailbox
from include.errors import IntegrationError, RejectedError, TransientError
from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, order

MUG = "B00000MUG1"
FULL, FORBIDDEN = TransientError("The server's disk is full."), RejectedError("The server lets nobody write there.")


Refuse = Callable[[str], IntegrationError | None]  # by the file's name


class Picky(DirectoryMailbox):
    """Refuses what `refuses` says, and keeps all that was tried."""

    def __init__(self, path: Path, refuses: Refuse, tried: list[tuple[str, bytes]]) -> None:
        super().__init__(path)
        self._refuses, self._tried = refuses, tried

    def publish(self, name: str, content: bytes, *, rename: bool) -> None:
        self._tried.append((name, content))
        if fault := self._refuses(name):
            raise fault
        super().publish(name, content, rename=rename)


class PickyTrade(ShippingTrade):
    """Fulfilment publishes into a mailbox that may refuse."""

    refuses: Refuse
    tried: list[tuple[str, bytes]]

    def mailbox(self) -> Picky:
        return Picky(self.folder, self.refuses, self.tried)

    def run(self) -> None:
        """A tick of fulfilment, and the way to the next one."""
        self.fulfil()
        self.bill()
        self.pass_time(minutes=11)

    def files(self, transaction_set: str) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (self.folder / "outbound").glob(f"{transaction_set}_*")}


@pytest.fixture
def trade(database, cin7_process, tmp_path) -> PickyTrade:
    cin7_process.become(COMPANY)
    folder = tmp_path / "mailbox"
    folder.mkdir()
    invoices = {"made_by": "vendorlane", "is_held_for_997": False}
    trade = PickyTrade.begin(database, cin7_process, folder, invoices=invoices)
    trade.refuses, trade.tried = nothing, []
    return trade


def nothing(name: str) -> None:
    """Refuses nothing."""


def all_of(transaction_set: str) -> Refuse:
    return lambda name: FULL if name.startswith(transaction_set) else None


def the_first_of(transaction_set: str) -> Refuse:
    """Only the first file of a set is refused, and always."""
    found: list[str] = []

    def refuses(name: str) -> IntegrationError | None:
        if name.startswith(transaction_set) and not found:
            found.append(name)
        return FORBIDDEN if name in found else None

    return refuses


def shipped(trade: PickyTrade, *numbers: str) -> None:
    trade.drop(*(order(number, [Line(MUG, 6)]) for number in numbers))
    trade.tick()
    for number in numbers:
        trade.ship(number, carriers=["UPS Ground"])


@pytest.mark.parametrize("transaction_set", ["856", "810"])
def test_law_9_a_document_that_the_mailbox_refuses_is_tried_again_with_the_same_bytes(
    trade: PickyTrade, transaction_set: str
) -> None:
    trade.refuses = all_of(transaction_set)
    shipped(trade, "4AB7XY2P")
    for _ in range(3):
        trade.run()
    before, told = trade.files(transaction_set), trade.exceptions()
    trade.refuses = nothing
    for _ in range(2):
        trade.run()

    (published,) = trade.files(transaction_set).items()
    tried = [each for each in trade.tried if each[0].startswith(transaction_set)]
    assert before == {}
    assert set(told) == {"transmission_failed"}
    assert published[0] in told["transmission_failed"]
    assert len(tried) == 4
    assert set(tried) == {published}
    assert len(trade.rows("SELECT FROM document WHERE transaction_set = %s", transaction_set)) == 1
    assert trade.exceptions() == {}


def test_law_7_nothing_is_billed_while_its_notice_lies_in_the_outbox(trade: PickyTrade) -> None:
    trade.refuses = all_of("856")
    shipped(trade, "4AB7XY2P")
    for _ in range(3):
        trade.run()
    before = trade.rows("SELECT FROM document WHERE transaction_set = '810'")
    trade.refuses = nothing
    trade.run()
    trade.run()

    assert before == []
    assert len(trade.sent("856")) == len(trade.sent("810")) == 1


@pytest.mark.parametrize("transaction_set", ["856", "810"])
def test_a_refusal_for_good_is_told_at_once_and_the_rest_goes_on(trade: PickyTrade, transaction_set: str) -> None:
    shipped(trade, "4AAAAAAA", "4BBBBBBB")
    trade.refuses = the_first_of(transaction_set)

    trade.run()
    trade.run()

    assert "lets nobody write" in trade.exceptions()["transmission_failed"]
    assert len(trade.files(transaction_set)) == 1
