"""A server that is stopped or killed goes on with all that it has answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.cin7_calls import availability, bill, create, place, sale_of, shipped
from tests.sandbox.cin7_process import LOCATION, Cin7Process


@pytest.fixture
def own(tmp_path) -> Iterator[Cin7Process]:
    """A server that this test may end."""
    process = Cin7Process(tmp_path)
    yield process
    process.close()


def world(process):
    counts = process.get("counts")
    seen = ("calls", "refused", "most_in_window", "by_kind", "sales")
    return [process.get("sales"), process.get("events")["events"], {name: counts[name] for name in seen},
            process.get("behaviour"), [row["Available"] for row in availability(process)]]  # fmt: skip


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_nothing_that_was_answered_is_forgotten(own, end):
    own.behave(undo_ignored=True)
    own.post("stock", {"sku": "BOWL", "add": 7})
    own.post("take_after_reading", {"sku": "MUG", "quantity": 5, "after_readings": 3})
    sale = place(own, ("MUG", 30), ("PLATE", 9))
    before = world(own)

    getattr(own, end)()
    own.start()
    again = world(own)

    assert again[:2] == [before[0], [*before[1], again[1][-1]]]
    assert again[2]["calls"] == before[2]["calls"] + 1
    assert again[3:] == before[3:]
    assert sale_of(own, sale["ID"])["Order"]["Lines"][0]["Quantity"] == 30


def test_a_sale_goes_on_over_a_kill_between_its_two_calls(own):
    sale_id = create(own)["ID"]

    own.kill()
    own.start()
    place(own, ("MUG", 60))

    (mug, *_) = availability(own)
    assert mug["Available"] == 40
    assert sale_of(own, sale_id)["Status"] == "ESTIMATED"


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_what_was_shipped_and_billed_stays_so_and_comes_back_when_it_is_voided(own, end):
    sale = place(own, ("MUG", 30), ("PLATE", 7))
    task_id = shipped(own, sale["ID"], ("MUG", LOCATION, 30, "Box 1"))
    bill(own, sale["ID"], ("MUG", 30, 2), LinkedFulfillmentNumber="1")
    before = sale_of(own, sale["ID"]), world(own)[4]

    getattr(own, end)()
    own.start()
    again = sale_of(own, sale["ID"]), world(own)[4]
    own.ask("DELETE", f"/sale/fulfilment?TaskID={task_id}&Void=true")
    bill(own, sale["ID"], ("MUG", 1, 2))

    assert again == before
    assert availability(own, "Sku=MUG")[0]["OnHand"] == 100
    assert [each["InvoiceNumber"] for each in sale_of(own, sale["ID"])["Invoices"]] == ["INV-00001", "INV-00002"]


def test_what_is_let_go_after_a_restart_comes_back_to_the_same_stock(own):
    sale = place(own, ("MUG", 60))

    own.stop()
    own.start()
    own.ask("DELETE", f"/sale?ID={sale['ID']}&Void=true")

    assert availability(own)[0]["Available"] == 100


def test_many_calls_are_saved_and_their_journal_begins_anew(own, tmp_path):
    for _ in range(1_005):
        own.post("stock", {"sku": "BOWL", "add": 1})
    journal = (tmp_path / "state.journal").stat().st_size

    own.kill()
    own.start()

    assert journal < 5_000
    assert availability(own, "Sku=BOWL")[0]["Available"] == 1_005
