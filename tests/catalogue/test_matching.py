"""Which product an order line means, and how many of it: found, or refused with a sentence, never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from include.catalogue.links import remove_link, save_link
from include.catalogue.matching import ItemFault, Match, Mismatch, WantedItem, match_lines
from include.identifiers import ItemIdentifier
from include.relationships.catalogue import ItemKey
from tests.catalogue.master import NOW, Sold
from tests.relationships.examples import relationship

US = relationship()
UPC = "036000291452"
BOOK = "9780306406157"


def match(connection, *identifiers, unit="EA", terms=US):
    pairs = tuple(ItemIdentifier(*text.split(" ", 1)) for text in identifiers)
    return match_lines(connection, terms, [WantedItem("1", pairs, unit)])["1"]


def sku(found):
    assert isinstance(found, Match), found
    return found.sku


def fault(found):
    assert isinstance(found, Mismatch), found
    return found.fault


# --- the identifiers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ordered", ["BP B000000MUG", "BP b000000mug ", "BP  B000000MUG", "IN B000000MUG"])
@pytest.mark.parametrize("kept", ["B000000MUG", " b000000mug ", "\u00a0B000000MUG"])
def test_an_asin_is_found_whatever_its_blanks_and_case(connection, stocked, ordered, kept):
    stocked(Sold("MUG", asin=kept), Sold("PLATE", asin="B00000PLAT"))

    found = match(connection, ordered)

    assert (sku(found), found.origin) == ("MUG", ItemKey.ASIN)


@pytest.mark.parametrize("kept", [UPC, f"0{UPC}", f"00{UPC}", "0-36000-29145-2", f" {UPC} "])
@pytest.mark.parametrize("ordered", [f"UP {UPC}", f"EN 0{UPC}", f"UK 00{UPC}", "UP 0 36000 29145 2"])
def test_a_upc_an_ean_and_a_gtin_of_one_product_are_the_same(connection, stocked, kept, ordered):
    stocked(Sold("MUG", barcode=kept))

    assert sku(match(connection, ordered)) == "MUG"


@pytest.mark.parametrize(
    "ordered", ["IB 0306406152", "IB 0-306-40615-2", f"IB {BOOK}", "IB 978-0-306-40615-7", f"EN {BOOK}"]
)
def test_a_book_is_found_by_either_of_its_isbns(connection, stocked, ordered):
    stocked(Sold("BOOK", barcode=BOOK))

    assert sku(match(connection, ordered)) == "BOOK"


def test_an_isbn_that_ends_in_x_is_read(connection, stocked):
    stocked(Sold("BOOK", barcode="9780804429573"))

    assert sku(match(connection, "IB 080442957x")) == "BOOK"


def test_an_isbn_with_a_slip_is_no_other_book(connection, stocked):
    stocked(Sold("OTHER", barcode="9780306406164"))

    assert fault(match(connection, "IB 0306406162")) is ItemFault.UNMAPPED


@pytest.mark.parametrize("ordered", ["VN ab-1", "VN AB-1 ", "VP AB-1", "SK AB-1"])
def test_a_vendors_number_is_the_sku(connection, stocked, ordered):
    stocked(Sold("AB-1"))

    assert (sku(match(connection, ordered)), match(connection, ordered).origin) == ("AB-1", ItemKey.SKU)


def test_a_sku_as_told_goes_before_the_one_in_capitals(connection, stocked):
    stocked(Sold("ab-1"), Sold("AB-1"))

    assert sku(match(connection, "VN ab-1")) == "ab-1"


@pytest.mark.parametrize("ordered", ["UP 036000291453", "UP 03600029145", "UP ²3600029145²", "IB ²³1234567x", "UP Mük"])
def test_a_code_that_is_no_gtin_is_told_as_such(connection, stocked, ordered):
    stocked(Sold("MUG", barcode=UPC))

    found = match(connection, ordered)

    assert fault(found) is ItemFault.UNMAPPED
    assert "is no GTIN: its length or its check digit is wrong" in found.sentence


def test_a_code_of_one_kind_is_not_looked_up_as_another(connection, stocked):
    stocked(Sold("B000000MUG"), Sold("PLATE", asin="AB-1"))

    assert fault(match(connection, "BP B000000MUG")) is ItemFault.UNMAPPED
    assert fault(match(connection, "VN AB-1")) is ItemFault.UNMAPPED


def test_a_line_without_a_code_and_one_with_an_unknown_qualifier_are_unmapped(connection, stocked):
    stocked(Sold("MUG"))

    assert match(connection).sentence == "The line names no product."
    assert match(connection, "QQ MUG").sentence == "No product carries QQ MUG."


# --- links and order ------------------------------------------------------------------------------------------------


def test_a_link_goes_before_all_that_the_inventory_system_says(connection, stocked):
    stocked(Sold("MUG", asin="B000000MUG"), Sold("PLATE"))
    terms = relationship(items={"links": {"BP b000000mug": "PLATE"}})

    found = match(connection, "BP B000000MUG", terms=terms)

    assert (sku(found), found.origin) == ("PLATE", ItemKey.LINK)


@pytest.mark.parametrize(("said", "ordered"), [("UP " + UPC, f"UK 00{UPC}"), ("BP b000000mug", "IN B000000MUG"),
                                               ("VN  AB-1", "VN AB-1")])  # fmt: skip
def test_a_link_said_in_one_spelling_is_found_in_another(connection, stocked, said, ordered):
    stocked(Sold("PLATE"))
    save_link(connection, "amazon_us", ItemIdentifier(*said.split(" ", 1)), "PLATE", linked_by="ann", now=NOW)

    assert sku(match(connection, ordered)) == "PLATE"


def test_the_last_link_holds_and_may_be_taken_back(connection, stocked):
    stocked(Sold("MUG"), Sold("PLATE"))
    code = ItemIdentifier("BP", "B0")
    for each in ("MUG", "PLATE"):
        save_link(connection, "amazon_us", code, each, linked_by="ann", now=NOW)

    linked = match(connection, "BP B0")

    assert sku(linked) == "PLATE"
    assert [remove_link(connection, "amazon_us", code, actor="ann", now=NOW) for _ in range(2)] == [True, False]
    assert fault(match(connection, "BP B0")) is ItemFault.UNMAPPED


def test_a_link_in_the_table_goes_before_the_one_in_the_file(connection, stocked):
    stocked(Sold("MUG"), Sold("PLATE"))
    save_link(connection, "amazon_us", ItemIdentifier("BP", "B0"), "PLATE", linked_by="ann", now=NOW)

    assert sku(match(connection, "BP B0", terms=relationship(items={"links": {"BP B0": "MUG"}}))) == "PLATE"


def test_a_link_of_another_relationship_means_nothing_here(connection, stocked):
    stocked(Sold("MUG"))
    save_link(connection, "amazon_ca", ItemIdentifier("BP", "B0"), "MUG", linked_by="ann", now=NOW)

    assert fault(match(connection, "BP B0")) is ItemFault.UNMAPPED


def test_a_link_to_a_product_that_is_not_there_is_told(connection):
    terms = relationship(items={"links": {"BP B0": "GONE"}})

    assert (
        "linked to GONE, which the inventory system does not know" in match(connection, "BP B0", terms=terms).sentence
    )


def test_two_links_of_a_file_that_contradict_are_ambiguous(connection, stocked):
    stocked(Sold("MUG"), Sold("PLATE"))
    terms = relationship(items={"links": {"BP b0": "MUG", "BP B0": "PLATE"}})

    assert fault(match(connection, "BP B0", terms=terms)) is ItemFault.AMBIGUOUS


@pytest.mark.parametrize(("order", "expected"), [(["asin", "gtin", "sku"], "BY-ASIN"), (["gtin", "asin"], "BY-GTIN"),
                                                 (["sku", "asin", "gtin"], "BY-SKU")])  # fmt: skip
def test_the_relationship_says_which_code_goes_first(connection, stocked, order, expected):
    stocked(Sold("BY-ASIN", asin="B0"), Sold("BY-GTIN", barcode=UPC), Sold("BY-SKU"))
    terms = relationship(items={"identifier_order": order})

    assert sku(match(connection, f"UP {UPC}", "BP B0", "VN BY-SKU", terms=terms)) == expected


def test_a_way_that_the_relationship_leaves_out_is_not_gone(connection, stocked):
    stocked(Sold("MUG", barcode=UPC))

    terms = relationship(items={"identifier_order": ["asin"]})

    assert fault(match(connection, f"UP {UPC}", terms=terms)) is ItemFault.UNMAPPED


def test_a_code_that_matches_nothing_does_not_hide_one_that_does(connection, stocked):
    stocked(Sold("MUG", barcode=UPC))

    assert sku(match(connection, "BP B0UNKNOWN1", f"UP {UPC}")) == "MUG"


# --- doubt ----------------------------------------------------------------------------------------------------------


def test_a_code_on_two_products_is_never_guessed(connection, stocked):
    stocked(Sold("MUG", asin="B0"), Sold("MUG-OLD", asin="b0"))

    found = match(connection, "BP B0")

    assert fault(found) is ItemFault.AMBIGUOUS
    assert "MUG, MUG-OLD" in found.sentence


@pytest.mark.parametrize("gone", [{"status": "Deprecated"}, {"is_sellable": False}])
def test_a_product_that_is_not_sold_leaves_its_code_to_the_one_that_is(connection, stocked, gone):
    stocked(Sold("MUG", asin="B0"), Sold("MUG-OLD", asin="B0", **gone))

    assert sku(match(connection, "BP B0")) == "MUG"


@pytest.mark.parametrize("gone", [{"status": "Deprecated"}, {"is_sellable": False}])
def test_a_product_that_is_not_sold_is_told_and_not_used(connection, stocked, gone):
    stocked(Sold("MUG", asin="B0", **gone))

    found = match(connection, "BP B0")

    assert (fault(found), found.sentence) == (ItemFault.NOT_SOLD, "BP B0 is MUG, which is deprecated or not sold.")


@pytest.mark.parametrize("unit", ["PL", "ea", "", "DZ"])
def test_an_unknown_unit_is_refused_and_named(connection, stocked, unit):
    stocked(Sold("MUG", asin="B0"))

    found = match(connection, "BP B0", unit=unit)

    assert (fault(found), repr(unit) in found.sentence) == (ItemFault.UNKNOWN_UNIT, True)


def test_a_unit_that_the_relationship_knows_is_read_as_it_says(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(12)))

    assert match(connection, "BP B0", unit="CT", terms=relationship(items={"units": {"CT": "CA"}})).eaches == 12


# --- pack sizes -----------------------------------------------------------------------------------------------------


def case(connection, terms=US):
    return match(connection, "BP B0", unit="CA", terms=terms)


def test_a_case_of_eaches_holds_what_the_carton_says(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(12), price="4.25"))

    found = case(connection)

    assert (found.sku_units, found.eaches, found.stock_key, found.stock_factor) == (12, 12, "MUG", 1)
    assert found.list_price == Decimal("4.25")


@pytest.mark.parametrize("carton", [None, Decimal(0), Decimal(1)])
def test_a_case_of_unknown_size_is_refused(connection, stocked, carton):
    stocked(Sold("MUG", asin="B0", carton_quantity=carton))

    assert fault(case(connection)) is ItemFault.NO_CASE_SIZE


def test_a_linked_case_tells_the_size_of_a_case(connection, stocked):
    stocked(Sold("MUG", asin="B0"), Sold("MUG-CASE", of=("MUG", 24)))

    assert case(connection).sku_units == 24


def test_a_carton_and_a_linked_case_that_agree_are_no_conflict(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(24)), Sold("MUG-CASE", of=("MUG", 24)))

    assert case(connection).eaches == 24


def test_a_carton_and_a_linked_case_that_disagree_are_for_a_person(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(12)), Sold("MUG-CASE", of=("MUG", 24)))

    found = case(connection)

    assert fault(found) is ItemFault.PACK_SIZE_CONFLICT
    assert "12 and 24" in found.sentence


def test_a_size_set_by_hand_ends_the_conflict(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(12)), Sold("MUG-CASE", of=("MUG", 24)))

    assert case(connection, relationship(items={"case_sizes": {"MUG": 6}})).eaches == 6


def test_a_case_that_is_no_longer_made_says_nothing(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(12)),
            Sold("MUG-CASE", of=("MUG", 24), status="DEPRECATED"))  # fmt: skip

    assert case(connection).eaches == 12


def test_a_multipack_named_as_such_is_no_case_of_its_single(connection, stocked):
    stocked(Sold("MUG", asin="B0", carton_quantity=Decimal(12)), Sold("MUG-PAIR", of=("MUG", 2)))

    assert fault(case(connection)) is ItemFault.PACK_SIZE_CONFLICT
    assert case(connection, relationship(items={"packs": ["MUG-PAIR"]})).eaches == 12


def test_a_case_sku_that_amazon_orders_by_the_case_is_one_of_itself_and_draws_on_its_single(connection, stocked):
    stocked(Sold("MUG"), Sold("MUG-CASE", asin="B0", of=("MUG", 12), price="51"))

    found = case(connection)

    assert (found.sku, found.sku_units, found.eaches) == ("MUG-CASE", 1, 12)
    assert (found.stock_key, found.stock_factor, found.list_price) == ("MUG", 12, 51)


def test_a_case_sku_that_amazon_orders_by_the_each_is_a_part_of_itself(connection, stocked):
    stocked(Sold("MUG"), Sold("MUG-CASE", asin="B0", of=("MUG", 12)))

    found = match(connection, "BP B0")

    assert found.eaches == 1
    assert found.sku_units == Decimal("0.08333333333333333333333333334")


def test_a_multipack_is_amazons_each_and_draws_on_its_single(connection, stocked):
    stocked(Sold("MUG"), Sold("MUG-PAIR", asin="B0", of=("MUG", 2)))

    found = match(connection, "BP B0", terms=relationship(items={"packs": ["MUG-PAIR"]}))

    assert (found.sku_units, found.eaches, found.stock_key, found.stock_factor) == (1, 1, "MUG", 2)


def test_a_pallet_of_cases_of_eaches_draws_on_the_eaches(connection, stocked):
    stocked(Sold("MUG"), Sold("MUG-CASE", of=("MUG", 12)), Sold("MUG-PALLET", asin="B0", of=("MUG-CASE", 40)))

    found = match(connection, "BP B0", unit="CA")

    assert (found.stock_key, found.stock_factor, found.eaches) == ("MUG", 480, 480)


def test_a_kit_of_several_products_is_a_product_of_its_own(connection, stocked):
    parts = (("MUG", Decimal(1)), ("PLATE", Decimal(1)))
    stocked(Sold("MUG"), Sold("PLATE"), Sold("SET", asin="B0", components=parts))

    found = match(connection, "BP B0")

    assert (found.sku_units, found.stock_key) == (1, "SET")


@pytest.mark.parametrize("price", ["0", "0.00"])
def test_a_price_list_without_a_price_has_none(connection, stocked, price):
    stocked(Sold("MUG", asin="B0", price=price))

    assert match(connection, "BP B0").list_price is None
    assert match(connection, "BP B0", terms=relationship(price_tier="Retail")).list_price is None


# --- many lines -----------------------------------------------------------------------------------------------------


def test_each_line_gets_its_own_answer(connection, stocked):
    stocked(Sold("MUG", asin="B0"), Sold("PLATE", barcode=UPC))
    wanted = [WantedItem("1", (ItemIdentifier("BP", "B0"),), "EA"), WantedItem("2", (ItemIdentifier("UP", UPC),), "CA"),
              WantedItem("3", (), "EA")]  # fmt: skip

    found = match_lines(connection, US, wanted)

    assert [type(found[key]) for key in ("1", "2", "3")] == [Match, Mismatch, Mismatch]


def test_products_of_another_account_are_not_ours(connection, stocked):
    stocked(Sold("MUG", asin="B0"), catalogue="another_account")

    assert fault(match(connection, "BP B0")) is ItemFault.UNMAPPED


def test_another_attribute_for_the_asin_is_another_catalogue(connection, stocked):
    stocked(Sold("MUG", asin="B0"), catalogue="cin7_core by Amazon code")

    assert sku(match(connection, "BP B0", terms=relationship(items={"asin_attribute": "Amazon code"}))) == "MUG"
