"""A 997 that accepts a notice or an invoice and notes errors: it stands, a person hears which field, and decides."""

from __future__ import annotations

import pytest

from include.invoices import completing as invoices
from include.ship_notices import completing as notices
from tests.orchestration.shipping_trade import ShippingTrade
from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Line, order

NUMBER = "4AB7XY2P"


@pytest.fixture
def trade(database, cin7_process, tmp_path) -> ShippingTrade:
    """An order that was notified, and billed once its notice is accepted."""
    cin7_process.become(COMPANY)
    folder = tmp_path / "mailbox"
    folder.mkdir()
    trade = ShippingTrade.begin(database, cin7_process, folder, invoices={"made_by": "vendorlane"})
    trade.drop(order(NUMBER, [Line("B00000MUG1", 6)]))
    trade.tick()
    trade.ship(NUMBER, carriers=["UPS Ground"])
    trade.fulfil()
    return trade


def answer(trade: ShippingTrade, transaction_set: str, verdict: str, *fault: str) -> None:
    """The partner's 997 on the last file of a set; `fault` begins the segment in which something is wrong."""
    segments = trade.sent(transaction_set)[-1]
    (group,) = (segment for segment in segments if segment[0] == "GS")
    inside = segments[next(n for n, segment in enumerate(segments) if segment[0] == "ST") :]
    place = next((n for n, segment in enumerate(inside, 1) if tuple(segment[: len(fault)]) == fault), 0)
    named = [f"AK3*{fault[0]}*{place}**8", "AK4*2**7*?"] if fault else []
    body = [f"AK1*{group[1]}*{group[6]}", f"AK2*{transaction_set}*0001", *named, f"AK5*{verdict}"]
    trade.drop([*body, f"AK9*{verdict}*1*1*{0 if verdict == 'R' else 1}"], set_identifier="997", group="FA")
    trade.receive()


def run(trade: ShippingTrade) -> None:
    trade.pass_time(minutes=11)
    trade.fulfil()
    trade.bill()


def states(trade: ShippingTrade) -> tuple[str, ...]:
    """Of the notice, the order and its invoices."""
    found = trade.rows(
        "SELECT state FROM ship_notice UNION ALL SELECT state FROM purchase_order UNION ALL SELECT state FROM invoice"
    )
    return tuple(row["state"] for row in found)


def of_each(trade: ShippingTrade, transaction_set: str, segment: str, element: int) -> list[str]:
    return [part[element] for each in trade.sent(transaction_set) for part in each if part[0] == segment]


def test_a_notice_accepted_with_errors_is_billed_told_by_our_fields_and_replaced_by_a_persons_word(trade):
    answer(trade, "856", "E", "TD5")
    run(trade)
    run(trade)
    stood, told = states(trade), trade.exceptions()
    (notice,) = trade.rows("SELECT shipment_number FROM ship_notice")

    with trade.shipping() as desk:
        entries = notices.Entries(scac="FDEG", send_again=True)
        notices.complete(desk, notice["shipment_number"], entries, actor="olivia")
        desk.connection.commit()
    run(trade)

    assert stood == ("sent", "invoiced", "sent")
    assert set(told) == {"incomplete_notice"}
    assert "was accepted by the partner with errors in carrier." in told["incomplete_notice"]
    assert of_each(trade, "856", "BSN", 1) == ["00", "05"]
    assert of_each(trade, "856", "TD5", 3) == ["UPSN", "FDEG"]
    assert len(trade.sent("810")) == 1
    assert trade.exceptions() == {}


def test_an_invoice_accepted_with_errors_is_told_by_our_fields_and_billed_anew_by_a_persons_word(trade):
    answer(trade, "856", "A")
    run(trade)
    answer(trade, "810", "E", "N1", "BT")
    run(trade)
    run(trade)
    stood, told, before = states(trade), trade.exceptions(), len(trade.sent("810"))

    with trade.billing() as desk:
        invoices.complete(desk, NUMBER, invoices.Entries(new_number=True), actor="frank")
        desk.connection.commit()
    run(trade)

    first, second = of_each(trade, "810", "BIG", 2)
    assert stood == ("sent", "invoiced", "sent")
    assert set(told) == {"invoice_mismatch"}
    assert "was accepted by the partner with errors in bill_to." in told["invoice_mismatch"]
    assert before == 1
    assert first != second
    assert trade.exceptions() == {}


@pytest.mark.parametrize("transaction_set", ["856", "810"])
def test_what_was_noted_and_closed_by_a_person_is_not_told_again(trade, transaction_set):
    answer(trade, "856", "E" if transaction_set == "856" else "A")
    run(trade)
    if transaction_set == "810":
        answer(trade, "810", "E")
        run(trade)
    told = trade.exceptions()
    trade.rows("UPDATE exception_entry SET state = 'resolved', resolved_at = now() RETURNING 1")

    run(trade)

    assert len(told) == 1
    assert "nothing in particular" in next(iter(told.values()))
    assert trade.exceptions() == {}


def test_a_notice_that_is_refused_is_open_again_with_its_field_named(trade):
    answer(trade, "856", "R", "TD5")
    run(trade)

    assert states(trade) == ("reopened", "shipped")
    assert "which names carrier." in trade.exceptions()["incomplete_notice"]
    assert (len(trade.sent("856")), trade.sent("810")) == (1, [])


def test_an_invoice_that_is_refused_is_open_again_with_its_field_named(trade):
    answer(trade, "856", "A")
    run(trade)
    answer(trade, "810", "R", "ITD")
    run(trade)

    assert states(trade)[-1] == "reopened"
    assert "which names terms." in trade.exceptions()["invoice_mismatch"]
    assert len(trade.sent("810")) == 1
