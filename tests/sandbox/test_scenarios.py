"""What the sandbox is told to play: the same for the same seed, well-formed, and true to its own catalogue.

The orders are read by the product's reader and parser, which share no code with the writer here.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from include.identifiers import as_asin, as_gtin_14
from tests.sandbox.written_scenarios import (
    NAMES,
    Written,
    asked,
    base_units,
    case_size,
    products_of,
    read_orders,
    told,
    write,
)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_same_words_give_the_same_files(name: str, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(tmp_path / folder, name, *NAMES[name])

    for file in ("catalogue.json", "orders.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_another_seed_gives_other_orders(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "simulation", "--orders", "50")
    two = write(tmp_path / "two", "simulation", "--orders", "50", "--seed", "2")

    assert [order.lines for order in one.orders] != [order.lines for order in two.orders]


def test_every_order_is_read_as_it_was_meant(written: Written) -> None:
    for drop in written.scenario.drops:
        read = read_orders(drop.content)
        meant = [(each.control_number, order) for each in drop.interchanges for order in each.orders]

        assert [(number, told(order)) for number, order in read] == [(number, asked(order)) for number, order in meant]


def test_every_bad_interchange_is_refused_or_unreadable(demo: Written) -> None:
    bad = [each.control_number for each in demo.interchanges if not each.is_good]

    assert len(bad) == 4
    assert [number for drop in demo.scenario.drops for number, _ in read_orders(drop.content) if number in bad] == []


def test_control_numbers_and_names_are_used_again_only_for_the_same_bytes(written: Written) -> None:
    texts: dict[str, set[str]] = {}
    for drop in written.scenario.drops:
        if len(drop.interchanges) == 1:
            texts.setdefault(drop.interchanges[0].control_number, set()).add(drop.text)

    assert all(len(each) == 1 for each in texts.values())
    assert len({drop.name for drop in written.scenario.drops}) == len(written.scenario.drops)
    groups = {(each.control_number, each.group_control_number) for each in written.interchanges}
    assert len({group for _, group in groups}) == len({number for number, _ in groups}) == len(groups)


def test_purchase_order_numbers_are_eight_signs_and_each_its_own(written: Written) -> None:
    assert all(len(number) == 8 and number.isalnum() for number in written.first_orders)
    assert all(order.lines for order in written.orders)


def test_every_line_means_one_product_of_the_catalogue_in_its_unit(written: Written) -> None:
    products = {each["SKU"]: each for each in written.catalogue["products"]}

    for line in (line for order in written.orders for line in order.lines):
        found = products_of(line, written)
        assert len(found) == (line.fault != "unmapped")
        if found:
            assert found == [line.sku]
            assert base_units(products[line.sku], products, line.unit) == {line.eaches}


def test_only_the_marked_lines_have_another_price_than_the_list(written: Written) -> None:
    prices = {each["SKU"]: Decimal(str(each["PriceTiers"]["Amazon"])) for each in written.catalogue["products"]}
    sizes = {each["SKU"]: case_size(each) for each in written.catalogue["products"]}
    differing = [
        line.unit_price < prices[line.sku] / sizes[line.sku]
        for order in written.first_orders.values()
        for line in order.lines
        if line.sku and (line.unit_price != prices[line.sku] / sizes[line.sku] or line.fault == "price")
    ]

    assert sorted(differing) == ([False, True] if written.scenario.name == "demo" else [])


def test_identifiers_are_valid_and_each_product_has_its_own(written: Written) -> None:
    products = written.catalogue["products"]

    assert all(as_gtin_14(each["Barcode"]) for each in products)
    assert all(as_asin(each["AdditionalAttribute1"]) for each in products if "AdditionalAttribute1" in each)
    for name in ("SKU", "Barcode", "AdditionalAttribute1"):
        values = [each[name] for each in products if each.get(name)]
        assert len(values) == len(set(values))


def test_a_sale_keyed_by_hand_is_for_what_its_order_asks(written: Written) -> None:
    sizes = {each["SKU"]: case_size(each) for each in written.catalogue["products"]}
    keyed = [sale for each in written.catalogue["timeline"] for sale in each.get("sales", ())]

    assert bool(keyed) == (written.scenario.name != "intake")
    for sale in keyed:
        order = written.first_orders[sale["customer_reference"]]
        eaches = [(each["sku"], each["quantity"] * sizes[each["sku"]]) for each in sale["lines"]]
        assert eaches == [(line.sku, line.quantity * line.eaches) for line in order.lines]
        assert len(dict(eaches)) == len(eaches)
