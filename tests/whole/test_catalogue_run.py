"""catalogue_sync as it is started through the REST API: what a person enters is what the next order means."""

from __future__ import annotations

import pytest

from tests.purchase_orders.trade import Line, Trade
from tests.whole.outcome import drop
from tests.whole.whole import CATALOGUE, Whole

pytestmark = [pytest.mark.airflow, pytest.mark.slow, pytest.mark.timeout(900)]

NEW = "B0NEVERSEE"


def test_a_line_for_a_product_never_seen_is_held_until_its_code_is_linked_in_the_form(
    whole: Whole, trade: Trade
) -> None:
    drop(trade, {"4NEVER01": [Line(NEW, 5)]})
    whole.run()
    held = trade.next_steps()["unmapped_product"]

    entered = whole.run(CATALOGUE, relationship=trade.relationship.name, entries={"link": {f"BP {NEW}": "MUG"}})
    whole.run()

    assert "link it in catalogue_sync" in held
    assert entered.state == "success"
    assert set(whole.states(entered).values()) == {"success"}
    assert entered.note.startswith(f"{trade.relationship.name}: ")
    assert [sale["CustomerReference"] for sale in trade.sales()] == ["4NEVER01"]
    assert "unmapped_product" not in trade.exceptions()


def test_an_entry_that_cannot_be_done_turns_its_task_red_at_once_and_the_rest_goes_on(
    whole: Whole, trade: Trade
) -> None:
    run = whole.run(CATALOGUE, relationship=trade.relationship.name, entries={"link": {f"BP {NEW}": "NO-SUCH"}})

    states = whole.states(run)
    read = f"read_products[{trade.relationship.name}]"
    assert (states["enter"], states[read], states["settle"]) == ("failed", "success", "success")
    assert whole.task(run, "enter").tries == 1
    assert "The inventory system has no product NO-SUCH." in whole.api.task_log(run, whole.task(run, "enter"))
