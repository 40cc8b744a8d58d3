"""What the product writes as 846s is what the sandbox's Amazon believes; neither shares code with the other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from include.amazon.stock_reports import StockReport, split
from include.amazon.x12_846 import write_stock_report
from include.x12.writing import OutgoingGroup, OutgoingSet, write_interchange
from tests.amazon.stock_report_values import SETTINGS, level, report
from tests.sandbox.amazon_vendor import Play
from tests.x12.outgoing import envelope
from tests.x12.readers import amazon

PLENTY = tuple(level(f"BP B{place:09}", str(place * 7)) for place in range(7))


def written(part: StockReport, number: int) -> bytes:
    outgoing = OutgoingSet("846", "0001", write_stock_report(part, SETTINGS))
    group = OutgoingGroup("IB", "VENDORLANE", "AMAZON", number, "004010", (outgoing,))
    return write_interchange(
        envelope("00401", sender_id="VENDORLANE", control_number=number), [group], guide_for=amazon
    )


@pytest.mark.parametrize("largest", [1, 3, 7])
def test_a_report_in_parts_and_the_changes_after_it_are_believed_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, largest: int
) -> None:
    monkeypatch.delenv("VENDORLANE_CLOCK", raising=False)
    play = Play(tmp_path)
    play.step(1)
    erased = report(level("BP B0ERASED01"), feed_id="FEED0")
    changed = [replace(each, quantity=Decimal(1)) for each in PLENTY[2:4]]
    whole, after = report(*PLENTY, feed_id="FEED1"), report(*changed, feed_id="FEED1", is_full=False)

    for number, part in enumerate([erased, *split(whole, largest), *split(after, largest)], 1):
        play.publish(f"846_{number:09}.edi", written(part, number), 1 + number)

    told = play.report(30)
    expected = {str(each.identifier): f"{each.quantity:f}" for each in (*PLENTY, *changed)}
    assert {item: each["quantity"] for item, each in told["levels"].items()} == expected
    assert [fault for each in told["stock_reports"] for fault in each["faults"]] == []
