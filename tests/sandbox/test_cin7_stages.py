"""How the sandbox's list of sales shows what was picked, packed and shipped."""

from __future__ import annotations

import pytest

from tests.sandbox.cin7_calls import new_task, pack, pick, picked, place, row_of, sale_of, ship, shipped
from tests.sandbox.cin7_process import LOCATION


def test_the_list_filters_by_stage_in_the_parameters_own_spelling(cin7):
    whole, partly, untouched = (place(cin7, ("MUG", 4))["ID"] for _ in range(3))
    shipped(cin7, whole, ("MUG", LOCATION, 4, "Box 1"))
    task_id = picked(cin7, partly)
    pack(cin7, task_id, ("MUG", LOCATION, 3, "Box 1"), ("MUG", LOCATION, 1, "Box 2"))

    def found(query):
        return {each["SaleID"] for each in cin7.ask("GET", f"/saleList?{query}").json()["SaleList"]}

    assert found("CombinedPickStatus=picked") == {whole, partly}
    assert found("CombinedPackStatus=PACKED") == {whole, partly}
    assert found("CombinedShippingStatus=SHIPPED") == {whole}
    assert found("CombinedShippingStatus=NOT SHIPPED") == {partly}
    assert found("ReadyForShipping=true") == {partly}
    assert found("CombinedPickStatus=NOT PICKED") == {untouched}
    assert found("CombinedPickingStatus=PICKED") == {whole, partly, untouched}


def test_the_list_finds_what_is_to_be_shipped_by_a_day(cin7):
    days = ("28", "29", "30")
    gone, waiting, _ = (place(cin7, ("MUG", 4), ShipBy=f"2026-11-{day}")["ID"] for day in days)
    shipped(cin7, gone, ("MUG", LOCATION, 4, "Box 1"))

    rows = cin7.ask("GET", "/saleList?ShipBy=2026-11-29T00:00:00").json()["SaleList"]

    assert [row["SaleID"] for row in rows] == [waiting]


@pytest.mark.parametrize("moves", [True, False])
def test_picking_and_packing_move_updated_or_do_not_and_shipping_does(cin7, moves):
    cin7.behave(stock_steps_move_updated=moves)
    sale = place(cin7, ("MUG", 10))
    seen = [row_of(cin7, sale["ID"])["Updated"]]
    task_id = new_task(cin7, sale["ID"])
    created = row_of(cin7, sale["ID"])["Updated"]
    pick(cin7, task_id, ("MUG", LOCATION, 10))
    pack(cin7, task_id, ("MUG", LOCATION, 10, "Box 1"))
    packed = row_of(cin7, sale["ID"])["Updated"]
    ship(cin7, task_id, ("Box 1", True))

    assert seen[0] < created
    assert (created < packed) == moves
    assert row_of(cin7, sale["ID"])["Updated"] > packed
    assert cin7.ask("GET", f"/saleList?UpdatedSince={packed}").json()["Total"] == 1


@pytest.mark.parametrize(("kind", "shows", "status"), [
    ("Advanced", True, "PICKED"), ("Advanced", False, "ORDERED"), ("Simple", False, "PICKED"),
])  # fmt: skip
def test_a_sale_s_status_shows_its_stage_of_an_advanced_one_by_a_switch(cin7, kind, shows, status):
    cin7.behave(advanced_shows_stage=shows)
    sale = place(cin7, ("MUG", 10), SaleType=kind)

    if kind == "Simple":
        pick(cin7, sale["ID"], ("MUG", LOCATION, 10))
    else:
        picked(cin7, sale["ID"])

    assert row_of(cin7, sale["ID"])["Status"] == sale_of(cin7, sale["ID"])["Status"] == status
