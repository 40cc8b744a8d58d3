"""What Amazon answers to our documents."""

from __future__ import annotations

from tests.purchase_orders.trade import Trade


def acknowledge(trade: Trade, number: str) -> None:
    """Lay a 997 into the mailbox that accepts the 855 of an order."""
    (content,) = [
        text
        for text in (path.read_text() for path in (trade.folder / "outbound").glob("855_*.edi"))
        if f"*{number}*" in text
    ]
    segments = [segment.split("*") for segment in content.split("~")]
    group = next(each[6] for each in segments if each[0] == "GS")
    control = next(each[2] for each in segments if each[0] == "ST")
    body = [f"AK1*PR*{group}", f"AK2*855*{control}", "AK5*A", "AK9*A*1*1*1"]
    trade.drop(body, set_identifier="997", group="FA")
