"""Amazon's listings: they follow the products, a person's word goes before, and what is told is what is accepted."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.catalogue import links, listings
from include.catalogue.entering import Entries, enter
from include.catalogue.links import ListingState
from include.catalogue.listing import load_listed
from include.catalogue.matching import Match, WantedItem, match_lines
from include.catalogue.product_rows import save_products
from include.database.connection import connect
from include.errors import RejectedError
from include.identifiers import ItemIdentifier
from tests.catalogue.master import NOW, Sold
from tests.relationships.examples import relationship

US = relationship()
UPC, GTIN = "036000291452", "00036000291452"
MUG, PLATE = "B000000MUG", "B00000PLAT"
LATER = NOW + timedelta(hours=1)


def follow(connection, terms=US, now=NOW):
    followed = listings.follow(connection, terms, now)
    connection.commit()
    return followed


def say(connection, terms=US, now=NOW, **entries):
    enter(connection, terms, Entries(**entries), actor="ann", now=now)
    connection.commit()


def kept(connection):
    rows = connection.execute("SELECT qualifier, value, sku, origin, state FROM item_link ORDER BY 1, 2").fetchall()
    return {f"{row['qualifier']} {row['value']}": (row["sku"], row["origin"], row["state"]) for row in rows}


def listed(connection, terms=US):
    return {str(item.identifier): item.sku for item in load_listed(connection, terms)}


# --- following the products -----------------------------------------------------------------------------------------


def test_a_product_is_known_by_the_first_identifier_that_it_has(connection, stocked):
    stocked(Sold("MUG", asin=MUG, barcode=UPC), Sold("BOWL", barcode="4006381333931"), Sold("JUG"))

    follow(connection)

    assert kept(connection) == {
        f"BP {MUG}": ("MUG", "asin", "listed"),
        "UK 04006381333931": ("BOWL", "gtin", "not_listed"),
        "VN JUG": ("JUG", "sku", "not_listed"),
    }
    assert listed(connection) == {f"BP {MUG}": "MUG"}


def test_a_relationship_that_buys_by_gtin_lists_by_it(connection, stocked):
    stocked(Sold("MUG", barcode=UPC))
    terms = relationship(catalogue={"listed_by": ["link", "asin", "gtin"]})

    follow(connection, terms)

    assert listed(connection, terms) == {f"UK {GTIN}": "MUG"}


@pytest.mark.parametrize("told", [f" {MUG.lower()} ", f"\u00a0{MUG}"])
def test_an_asin_with_blanks_and_small_letters_is_one_listing(connection, stocked, told):
    stocked(Sold("MUG", asin=told))

    follow(connection)

    assert kept(connection) == {f"BP {MUG}": ("MUG", "asin", "listed")}


def test_a_second_run_changes_nothing(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("JUG"))
    follow(connection)
    before = connection.execute("SELECT * FROM item_link ORDER BY value").fetchall()

    assert follow(connection, now=LATER) == listings.Followed(0, 0, 0)
    assert connection.execute("SELECT * FROM item_link ORDER BY value").fetchall() == before


def test_a_code_that_moves_to_another_product_takes_its_listing_along(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("MUG-2"))
    follow(connection)
    stocked(Sold("MUG"), Sold("MUG-2", asin=MUG))

    assert follow(connection).moved == 1
    assert listed(connection) == {f"BP {MUG}": "MUG-2"}


def test_a_code_that_is_taken_off_is_cancelled_and_comes_back_with_it(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)
    stocked(Sold("MUG"))

    assert follow(connection).cancelled == 1
    assert kept(connection) == {f"BP {MUG}": ("MUG", "asin", "cancelled"), "VN MUG": ("MUG", "sku", "not_listed")}
    stocked(Sold("MUG", asin=MUG))
    follow(connection)
    assert kept(connection) == {f"BP {MUG}": ("MUG", "asin", "listed")}


def test_a_product_that_is_deprecated_keeps_its_listing_and_is_told_no_more(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)
    stocked(Sold("MUG", asin=MUG, status="Deprecated"))

    follow(connection)

    assert kept(connection) == {f"BP {MUG}": ("MUG", "asin", "listed")}
    assert listed(connection) == {}


def test_a_code_on_two_products_is_told_for_neither_until_one_lets_go(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)
    stocked(Sold("CUP", asin=MUG))
    follow(connection)

    assert kept(connection) == {f"BP {MUG}": ("MUG", "asin", "listed")}
    assert listed(connection) == {}
    stocked(Sold("MUG"))
    follow(connection)
    assert listed(connection) == {f"BP {MUG}": "CUP"}


def test_what_the_file_links_is_listed_as_long_as_it_stands_there(connection, stocked):
    stocked(Sold("MUG"))
    terms = relationship(items={"links": {f"BP {MUG.lower()}": "MUG"}})
    follow(connection, terms)

    assert kept(connection) == {f"BP {MUG}": ("MUG", "relationship", "listed")}
    follow(connection, US)
    assert kept(connection)[f"BP {MUG}"] == ("MUG", "relationship", "cancelled")


def test_two_runs_at_once_add_each_listing_once(stocked, database):
    stocked(*(Sold(f"SKU-{number}", asin=f"B{number:09d}") for number in range(500)))
    start = threading.Barrier(2)

    def run():
        with connect(database) as own:
            start.wait(30)
            return follow(own).added

    with ThreadPoolExecutor(2) as pool:
        added = sorted(each.result() for each in [pool.submit(run), pool.submit(run)])

    assert added == [0, 500]


# --- by hand --------------------------------------------------------------------------------------------------------


def test_a_link_by_hand_stays_whatever_the_products_say(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("PLATE"))
    follow(connection)
    say(connection, link={f"BP {MUG.lower()}": "PLATE"})

    follow(connection)

    assert kept(connection)[f"BP {MUG}"] == ("PLATE", "hand", "listed")
    assert listed(connection) == {f"BP {MUG}": "PLATE"}


def test_who_confirms_what_the_products_say_is_kept_beside_its_origin(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)

    say(connection, link={f"BP {MUG}": "MUG"}, now=LATER)

    found = links.find_link(connection, "amazon_us", ItemIdentifier("BP", MUG))
    assert (found.origin, found.linked_by, found.linked_at) == ("asin", "vendorlane", NOW)
    assert (found.confirmed_by, found.confirmed_at) == ("ann", LATER)


def test_a_product_is_told_under_each_of_its_codes(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)
    say(connection, link={"BP B000000CUP": "MUG"})

    assert listed(connection) == {f"BP {MUG}": "MUG", "BP B000000CUP": "MUG"}
    aliases = links.list_aliases(connection, "amazon_us", "MUG")
    assert [str(each.identifier) for each in aliases] == ["BP B000000CUP", f"BP {MUG}"]


def test_an_unlinked_code_is_again_what_the_products_say(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("PLATE"))
    say(connection, link={f"BP {MUG}": "PLATE"})

    say(connection, unlink=(f"BP {MUG}",))
    follow(connection)

    assert listed(connection) == {f"BP {MUG}": "MUG"}


def test_a_merged_code_is_understood_and_no_longer_told(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)

    say(connection, merge={"BP B0OLD00000": f"BP {MUG}"})

    assert kept(connection)["BP B0OLD00000"] == ("MUG", "hand", "cancelled")
    assert listed(connection) == {f"BP {MUG}": "MUG"}
    assert ordered(connection, "BP B0OLD00000") == "MUG"


def test_a_merged_code_goes_where_its_successor_goes(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("MUG-2"))
    follow(connection)
    say(connection, merge={"BP B0OLD00000": f"BP {MUG}"})

    say(connection, link={f"BP {MUG}": "MUG-2"})
    follow(connection)

    assert ordered(connection, "BP B0OLD00000") == "MUG-2"


def test_a_listing_that_a_person_cancelled_stays_cancelled_and_is_understood(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)

    say(connection, state={f"BP {MUG}": ListingState.CANCELLED})
    follow(connection)

    assert kept(connection) == {f"BP {MUG}": ("MUG", "asin", "cancelled")}
    assert listed(connection) == {}
    assert ordered(connection, f"BP {MUG}") == "MUG"


def test_every_change_by_hand_is_kept(connection, stocked):
    stocked(Sold("MUG"), Sold("PLATE"))
    say(connection, link={f"BP {MUG}": "MUG"})
    say(connection, link={f"BP {MUG}": "PLATE"})
    say(connection, unlink=(f"BP {MUG}",))

    told = connection.execute("SELECT actor, what FROM item_link_event ORDER BY 1, item_link_event_id").fetchall()

    assert [row["actor"] for row in told] == ["ann"] * 3
    assert [row["what"] for row in told] == ["Linked to MUG.", "Linked to PLATE, before MUG.", "Unlinked."]


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"link": {f"BP {MUG}": "NO-SUCH"}}, "no product NO-SUCH"),
        ({"link": {MUG: "MUG"}}, "is no identifier"),
        ({"unlink": (f"BP {MUG}",)}, "linked by nobody"),
        ({"merge": {"BP B0OLD00000": "BP B0NOSUCH00"}}, "is no listing"),
        ({"merge": {f"BP {MUG}": f"BP {MUG.lower()}"}}, "into itself"),
        ({"state": {"BP B0NOSUCH00": ListingState.LISTED}}, "is no listing"),
    ],
)
def test_an_entry_that_cannot_be_done_is_refused_with_what_to_do(connection, stocked, entries, words):
    stocked(Sold("MUG", asin=MUG))
    follow(connection)

    with pytest.raises(RejectedError, match=words) as refused:
        enter(connection, US, Entries(**entries), actor="ann", now=NOW)

    assert refused.value.next_step


# --- what Amazon is told --------------------------------------------------------------------------------------------


def test_a_listed_item_says_all_that_a_level_needs(connection, stocked):
    stocked(
        Sold("MUG", asin=MUG, carton_quantity=Decimal(12), price="4.25", tags=frozenset({"core", "summer"})),
        Sold("CASE", asin=PLATE, of=("MUG", 12)),
        Sold("PAIR", asin="B0000PAIR0", of=("MUG", 2)),
    )
    terms = relationship(vendor_code="ABC12", items={"packs": ["PAIR"]}, catalogue={"units": {"MUG": "CA"}})
    follow(connection, terms)

    case, mug, pair = sorted(load_listed(connection, terms), key=lambda item: item.sku)

    assert (mug.unit, mug.eaches, mug.stock_key, mug.stock_per_unit, mug.multiple) == ("CA", 12, "MUG", 12, 1)
    assert (mug.vendor_code, mug.tags, mug.list_price) == ("ABC12", {"core", "summer"}, Decimal("4.25"))
    assert (case.unit, case.eaches, case.stock_key, case.stock_factor) == ("EA", 1, "MUG", 12)
    assert (case.stock_per_unit, case.multiple) == (1, 12)
    assert (pair.eaches, pair.stock_key, pair.stock_per_unit, pair.multiple) == (1, "MUG", 2, 1)


def test_a_product_told_by_the_case_without_a_case_size_is_not_told(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("BOWL", asin=PLATE, carton_quantity=Decimal(6)))
    terms = relationship(catalogue={"unit": "CA"})
    follow(connection, terms)

    assert listed(connection, terms) == {f"BP {PLATE}": "BOWL"}


def test_each_vendor_code_has_its_own_listings_of_one_product(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    stocked(Sold("MUG", asin="B00000MUGX"), catalogue="cin7_core by Code CA")
    canada = relationship(name="amazon_ca", vendor_code="CAN01", items={"asin_attribute": "Code CA"})
    follow(connection)
    follow(connection, canada)

    (told,) = load_listed(connection, canada)
    assert (told.identifier.value, told.sku, told.vendor_code) == ("B00000MUGX", "MUG", "CAN01")
    assert listed(connection) == {f"BP {MUG}": "MUG"}


def test_a_batch_may_end_anywhere(connection, stocked, monkeypatch):
    monkeypatch.setattr("include.catalogue.listing.BATCH", 3)
    stocked(*(Sold(f"SKU-{number}", asin=f"B{number:09d}") for number in range(7)))
    follow(connection)
    told = []

    for item in load_listed(connection, US):
        connection.commit()
        told.append(item.sku)

    assert told == [f"SKU-{number}" for number in range(7)]


def ordered(connection, code, terms=US, unit="EA"):
    identifier = ItemIdentifier(*code.split(" ", 1))
    found = match_lines(connection, terms, [WantedItem("1", (identifier,), unit)])["1"]
    return found.sku if isinstance(found, Match) else None


CODES = st.sampled_from([None, MUG, PLATE, "b000000mug "])
PRODUCTS = st.lists(
    st.builds(
        Sold,
        sku=st.sampled_from(["A", "B", "C"]),
        asin=CODES,
        barcode=st.sampled_from([None, UPC, "036000291453"]),
        status=st.sampled_from(["Active", "Deprecated"]),
        carton_quantity=st.sampled_from([None, Decimal(6)]),
    ),
    max_size=4,
    unique_by=lambda sold: sold.sku,
)


@given(
    readings=st.lists(PRODUCTS, min_size=1, max_size=3),
    linked=st.dictionaries(st.sampled_from([f"BP {MUG}", f"UP {UPC}"]), st.sampled_from(["A", "B"]), max_size=2),
    unit=st.sampled_from(["EA", "CA"]),
)
@settings(max_examples=40)
def test_what_is_told_is_what_an_order_would_get(catalogue_database, readings, linked, unit):
    terms = relationship(catalogue={"listed_by": ["link", "asin", "gtin", "sku"], "unit": unit})
    with connect(catalogue_database) as connection:
        connection.execute("TRUNCATE product, item_link, item_link_event, catalogue_fault, watermark")
        for code, sku in linked.items():
            links.save_link(connection, "amazon_us", ItemIdentifier(*code.split(" ", 1)), sku, linked_by="ann", now=NOW)
        for reading in readings:
            save_products(connection, "cin7_core", reading, NOW)
            follow(connection, terms)

        known = [code for code, row in kept(connection).items() if row[2] == "listed"]

        told = listed(connection, terms)
        accepted = {code: ordered(connection, code, terms, unit) for code in known}

        assert told == {code: sku for code, sku in accepted.items() if sku}
