"""A 997 for a notice or an invoice that was never sent: it is told, changes nothing, and the trade goes on."""

from __future__ import annotations

import pytest

from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, order

MUG = "B00000MUG1"
NEVER_SENT = "777777"


@pytest.fixture
def trade(database, cin7_process, tmp_path) -> ShippingTrade:
    cin7_process.become(COMPANY)
    folder = tmp_path / "mailbox"
    folder.mkdir()
    return ShippingTrade.begin(database, cin7_process, folder, invoices={"made_by": "vendorlane"})


def functional(kind: str, group: str, verdict: str, transaction_set: str, number: str = "0001") -> list[str]:
    """The segments of a 997 on one set of a group."""
    accepted = 0 if verdict == "R" else 1
    return [f"AK1*{kind}*{group}", f"AK2*{transaction_set}*{number}", f"AK5*{verdict}", f"AK9*{verdict}*1*1*{accepted}"]


def group_of(trade: ShippingTrade, transaction_set: str) -> str:
    """GS06 of the one file of a set."""
    (segments,) = trade.sent(transaction_set)
    return next(segment[6] for segment in segments if segment[0] == "GS")


def hear(trade: ShippingTrade, *told: list[str]) -> None:
    """The partner's 997s come, and a run of fulfilment sees what they changed."""
    trade.drop(*told, set_identifier="997", group="FA")
    trade.receive()
    trade.pass_time(minutes=10)
    trade.fulfil()
    trade.bill()


def states(trade: ShippingTrade) -> list[tuple[str, str]]:
    rows = trade.rows(
        "SELECT transaction_set, state FROM document "
        "WHERE direction = 'out' AND transaction_set IN ('856', '810') ORDER BY document_id"
    )
    return [(row["transaction_set"], row["state"]) for row in rows]


@pytest.fixture
def notified(trade: ShippingTrade) -> ShippingTrade:
    """An order whose notice was sent and not answered yet."""
    trade.drop(order("4AB7XY2P", [Line(MUG, 6)]))
    trade.tick()
    trade.ship("4AB7XY2P", carriers=["UPS Ground"])
    trade.fulfil()
    return trade


@pytest.mark.parametrize("verdict", ["A", "E", "R"])
@pytest.mark.parametrize(("kind", "transaction_set"), [("SH", "856"), ("IN", "810")])
def test_a_997_for_what_was_never_sent_is_told_and_changes_nothing(
    notified: ShippingTrade, kind: str, transaction_set: str, verdict: str
) -> None:
    hear(notified, functional(kind, NEVER_SENT, verdict, transaction_set))

    assert states(notified) == [("856", "published")]
    assert set(notified.exceptions()) == {"unexpected_997"}
    assert f"group {NEVER_SENT} of {kind}" in notified.exceptions()["unexpected_997"]
    assert notified.rows("SELECT state FROM ship_notice") == [{"state": "sent"}]


def test_law_7_a_997_for_an_invoice_with_the_notices_number_accepts_no_notice(notified: ShippingTrade) -> None:
    hear(notified, functional("IN", group_of(notified, "856"), "A", "810"))

    assert states(notified) == [("856", "published")]
    assert set(notified.exceptions()) == {"unexpected_997"}


@pytest.mark.parametrize("verdict", ["A", "R"])
def test_a_997_that_names_another_set_of_a_sent_group_says_nothing_of_ours(
    notified: ShippingTrade, verdict: str
) -> None:
    group = group_of(notified, "856")

    hear(notified, functional("SH", group, verdict, "856", "0002"))

    assert states(notified) == [("856", "published")]
    assert "set 0002" in notified.exceptions()["unexpected_997"]


def test_a_stray_997_beside_the_right_one_keeps_nothing_from_going_on(notified: ShippingTrade) -> None:
    right = functional("SH", group_of(notified, "856"), "A", "856")

    hear(notified, functional("SH", NEVER_SENT, "R", "856"), right)
    hear(notified, functional("IN", NEVER_SENT, "R", "810"), functional("IN", group_of(notified, "810"), "A", "810"))

    assert states(notified) == [("856", "accepted"), ("810", "accepted")]
    assert set(notified.exceptions()) == {"unexpected_997"}
    assert notified.rows("SELECT state FROM purchase_order") == [{"state": "invoiced"}]
