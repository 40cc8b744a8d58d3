"""The product master: read whole once, then by its changes, by one reader at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest

from include.catalogue import product_rows, products
from include.database.connection import connect
from include.errors import ConfigurationError, TransientError
from tests.catalogue.master import NOW, Sold
from tests.relationships.examples import relationship

US = relationship()
HOUR = timedelta(hours=1)


class Master:
    """Answers with these products and keeps the instants since which it was asked."""

    def __init__(self, *sold: Sold) -> None:
        self.sold = sold
        self.asked = []

    def __call__(self, since):
        self.asked.append(since)
        return iter(self.sold)


def kept(connection, columns="sku"):
    rows = connection.execute(f"SELECT {columns} FROM product ORDER BY sku").fetchall()
    return [next(iter(row.values())) if len(row) == 1 else tuple(row.values()) for row in rows]


def test_the_first_reading_is_of_all_products(connection):
    master = Master(Sold("MUG"), Sold("PLATE"))

    assert products.refresh(connection, US, master, NOW) == 2
    assert (master.asked, kept(connection)) == ([None], ["MUG", "PLATE"])


def test_what_was_read_lately_is_not_read_again(connection):
    master = Master(Sold("MUG"))
    products.refresh(connection, US, master, NOW)

    assert products.refresh(connection, US, master, NOW + HOUR - timedelta(seconds=1)) == 0
    assert len(master.asked) == 1


def test_later_only_changes_are_read_with_an_overlap(connection):
    products.refresh(connection, US, Master(Sold("MUG"), Sold("PLATE")), NOW)
    changed = Master(Sold("MUG", name="A bigger mug"))

    assert products.refresh(connection, US, changed, NOW + HOUR) == 1
    assert changed.asked == [NOW - products.OVERLAP]
    assert kept(connection, "sku, name") == [("MUG", "A bigger mug"), ("PLATE", "A product")]


def test_a_clock_that_was_ahead_does_not_stop_the_reading(connection):
    products.refresh(connection, US, Master(), NOW + 5 * HOUR)
    master = Master(Sold("MUG"))

    products.refresh(connection, US, master, NOW)

    assert master.asked == [NOW - products.OVERLAP]


def test_a_renamed_product_leaves_no_twin_and_keeps_its_code(connection):
    products.refresh(connection, US, Master(Sold("MUG", asin="B0", id="1")), NOW)

    products.refresh(connection, US, Master(Sold("MUG-BLUE", asin="B0", id="1")), NOW + HOUR)

    assert kept(connection, "sku, asin") == [("MUG-BLUE", "B0")]


def test_two_products_may_swap_their_skus(connection):
    products.refresh(connection, US, Master(Sold("A", id="1"), Sold("B", id="2")), NOW)

    products.refresh(connection, US, Master(Sold("B", id="1"), Sold("A", id="2")), NOW + HOUR)

    assert kept(connection, "sku, product_id") == [("A", "2"), ("B", "1")]


def test_products_without_an_id_are_not_taken_for_one_another(connection):
    nameless = [type("Nameless", (Sold,), {"product_id": ""})(sku) for sku in ("A", "B")]

    product_rows.save_products(connection, "cin7_core", nameless[:1], NOW)
    product_rows.save_products(connection, "cin7_core", nameless[1:], NOW + HOUR)

    assert kept(connection) == ["A", "B"]


def test_a_product_is_kept_in_one_spelling(connection):
    products.refresh(connection, US, Master(Sold(
        "MUG", asin=" b0mug ", barcode="036000291452", carton_quantity=Decimal("12.0"), price="4.2500", status="Active",
    )), NOW)  # fmt: skip

    (row,) = kept(connection, "asin, gtin, status, carton_quantity, prices")
    assert row == ("B0MUG", "00036000291452", "ACTIVE", 12, {"Amazon": "4.2500"})


def test_a_text_that_the_database_cannot_keep_stops_nothing(connection):
    products.refresh(connection, US, Master(Sold("MUG", name="A\0 mug \ud800 \\u0000"), Sold("PLATE")), NOW)

    assert kept(connection, "name") == ["A mug ? \\u0000", "A product"]


@pytest.mark.parametrize("components", [(), (("MUG", Decimal(0)),), (("", Decimal(2)),), (("CASE", Decimal(2)),),
                                        (("A", Decimal(1)), ("B", Decimal(1)))])  # fmt: skip
def test_only_one_other_component_makes_a_product_a_unit_of_it(connection, components):
    products.refresh(connection, US, Master(Sold("CASE", components=components)), NOW)

    assert kept(connection, "base_sku") == [None]


def test_a_reading_that_breaks_off_is_begun_anew(connection):
    def breaking(_):
        yield from (Sold(f"SKU-{number:04d}") for number in range(product_rows.BATCH + 1))
        raise TransientError("Cin7's limit is reached.")

    with pytest.raises(TransientError):
        products.refresh(connection, US, breaking, NOW)
    master = Master(Sold("SKU-0000"), Sold("SKU-9999"))

    assert len(kept(connection)) == product_rows.BATCH
    assert products.refresh(connection, US, master, NOW + HOUR) == 2
    assert master.asked == [None]


def test_a_reader_that_broke_off_leaves_the_way_free(connection, database):
    def breaking(_):
        raise TransientError("Cin7 cannot be reached.")

    with pytest.raises(TransientError):
        products.refresh(connection, US, breaking, NOW)

    with connect(database) as other:
        assert products.refresh(other, US, Master(Sold("MUG")), NOW) == 1


def test_a_reader_whose_connection_dies_leaves_the_way_free(connection, database):
    def dying(_):
        connection.close()
        raise TransientError("Killed.")

    with pytest.raises(TransientError):
        products.refresh(connection, US, dying, NOW)

    with connect(database) as other:
        assert products.refresh(other, US, Master(Sold("MUG")), NOW) == 1


@pytest.mark.parametrize("words", [{}, {"max_age": timedelta(0), "whole": True}], ids=["due", "at once and whole"])
def test_of_two_at_once_one_reads_and_the_other_waits_for_the_first_reading(database, words):
    is_reading, may_end = threading.Event(), threading.Event()
    asked = []

    def slow(since):
        asked.append(since)
        is_reading.set()
        assert may_end.wait(30)
        yield Sold("MUG")

    def read(fetch):
        with connect(database) as own:
            return products.refresh(own, US, fetch, NOW, **words), kept(own)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(read, slow)
        assert is_reading.wait(30)
        second = pool.submit(read, slow)
        wait_until_blocked(database)
        may_end.set()

    assert (first.result(), second.result()) == ((1, ["MUG"]), (0, ["MUG"]))
    assert asked == [None]


def test_of_two_at_once_the_other_goes_on_with_what_is_known(connection, database):
    products.refresh(connection, US, Master(Sold("MUG")), NOW)
    told = []

    def meanwhile(_):
        with connect(database) as other:
            told.append(products.refresh(other, US, Master(Sold("NEVER")), NOW + HOUR))
        return iter([Sold("PLATE")])

    products.refresh(connection, US, meanwhile, NOW + HOUR)

    assert (told, kept(connection)) == ([0], ["MUG", "PLATE"])


def test_a_whole_reading_is_of_all_products_again(connection):
    products.refresh(connection, US, Master(Sold("MUG")), NOW)
    master = Master(Sold("MUG"), Sold("PLATE"))

    assert products.refresh(connection, US, master, NOW + HOUR, whole=True) == 2
    assert master.asked == [None]


def test_a_whole_reading_is_due_a_day_after_the_last(connection):
    assert products.is_whole_due(connection, US, NOW)
    products.refresh(connection, US, Master(), NOW)
    products.refresh(connection, US, Master(), NOW + 23 * HOUR)

    assert not products.is_whole_due(connection, US, NOW + 23 * HOUR)
    assert products.is_whole_due(connection, US, NOW + 24 * HOUR)


def test_a_product_is_gone_once_two_whole_readings_in_a_row_do_not_show_it(connection):
    def read(*sold, hours, whole=True):
        products.refresh(connection, US, Master(*sold), NOW + hours * HOUR, whole=whole)
        return kept(connection)

    read(Sold("MUG"), Sold("PLATE"), hours=0)
    assert read(Sold("MUG"), hours=2) == ["MUG", "PLATE"]
    assert read(Sold("MUG"), hours=4, whole=False) == ["MUG", "PLATE"]
    assert read(Sold("MUG"), Sold("PLATE"), hours=6) == ["MUG", "PLATE"]
    assert read(Sold("MUG"), hours=8) == ["MUG", "PLATE"]
    assert read(Sold("MUG"), hours=10) == ["MUG"]


def test_a_reading_that_lacks_most_products_is_doubted_and_none_is_forgotten(connection):
    products.refresh(connection, US, Master(*(Sold(f"SKU-{number}") for number in range(300))), NOW)

    for hours in (2, 4, 6):
        with pytest.raises(ConfigurationError, match="did not show 300 of 300") as doubted:
            products.refresh(connection, US, Master(), NOW + hours * HOUR, whole=True)
        connection.rollback()

    assert "right account" in doubted.value.next_step
    assert len(kept(connection)) == 300


def test_packs_tags_and_a_barcode_that_is_no_gtin_are_kept(connection):
    products.refresh(connection, US, Master(Sold(
        "MUG", barcode=" 036000291453 ", inner_quantity=Decimal(4), tags=frozenset({"summer", "core"}),
    )), NOW)  # fmt: skip

    (row,) = kept(connection, "barcode, gtin, inner_quantity, tags")
    assert row == ("036000291453", None, 4, ["core", "summer"])


def test_relationships_with_another_attribute_read_for_themselves(connection):
    other = relationship(name="other", items={"asin_attribute": "Amazon code"})
    products.refresh(connection, US, Master(Sold("MUG", asin="A1")), NOW)
    products.refresh(connection, other, Master(Sold("MUG", asin="A2")), NOW)

    assert sorted(kept(connection, "erp, asin")) == [("cin7_core", "A1"), ("cin7_core by Amazon code", "A2")]


def test_twenty_thousand_products_are_read_and_found(connection):
    from include.catalogue.matching import Match, WantedItem, match_lines
    from include.identifiers import ItemIdentifier

    many = [Sold(f"SKU-{number:05d}", asin=f"B{number:09d}") for number in range(20_000)]
    wanted = [WantedItem(str(number), (ItemIdentifier("BP", f"B{number:09d}"),), "EA") for number in range(20_000)]

    assert products.refresh(connection, US, Master(*many), NOW) == 20_000
    found = match_lines(connection, US, wanted)

    assert sum(isinstance(each, Match) for each in found.values()) == 20_000
    assert found["19999"].sku == "SKU-19999"


def wait_until_blocked(database: str) -> None:
    with connect(database, autocommit=True) as watching:
        while not watching.execute(
            "SELECT 1 AS waits FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ).fetchone():
            pass
