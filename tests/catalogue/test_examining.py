"""What listed products lack is told to merchandising before an order finds out, one entry for each kind of lack."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from include.catalogue import listings
from include.catalogue.examining import NAMED, count_faults, examine, list_faults, subject
from include.catalogue.readiness import Lack
from include.exceptions.kinds import Kind
from include.exceptions.queue import list_open
from tests.catalogue.master import NOW, Sold
from tests.relationships.examples import relationship

US = relationship()
MUG = "B000000MUG"
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def empty_queue(connection):
    connection.execute("TRUNCATE exception_entry CASCADE")
    connection.commit()


def run(connection, terms=US, now=NOW):
    listings.follow(connection, terms, now)
    found = examine(connection, terms, now)
    connection.commit()
    return found


def entries(connection):
    return {entry.subject: entry for entry in list_open(connection, "amazon_us")}


def lacks(connection):
    return {(fault.sku, fault.lack) for fault in list_faults(connection, "amazon_us", limit=100)}


def test_products_that_lack_nothing_are_told_to_nobody(connection, stocked):
    stocked(Sold("MUG", asin=MUG, barcode="036000291452"), Sold("CASE", asin="B00000CASE", of=("MUG", 12)))

    assert run(connection) == 0
    assert entries(connection) == {}


@pytest.mark.parametrize(
    ("product", "terms", "lack", "words"),
    [
        (Sold("MUG", asin=MUG), {"catalogue": {"needs_gtin": True}}, Lack.NO_GTIN, "MUG has no barcode."),
        (Sold("MUG", asin=MUG, barcode="M-1"), {"catalogue": {"needs_gtin": True}}, Lack.NO_GTIN, "which is no GTIN"),
        (Sold("MUG", asin=MUG, barcode="036000291453"), {}, Lack.BAD_GTIN, "036000291453 of MUG is no GTIN"),
        (Sold("MUG", asin=MUG), {"catalogue": {"unit": "CA"}}, Lack.NO_CASE_SIZE, "no case size is known"),
        (Sold("MUG", asin=MUG), {"catalogue": {"needs_case_size": True}}, Lack.NO_CASE_SIZE, "no case size is known"),
        (
            Sold("MUG", asin=MUG, carton_quantity=Decimal(12), inner_quantity=Decimal(5)),
            {"catalogue": {"needs_case_size": True}},
            Lack.PACK_SIZE_CONFLICT,
            "a case of 12 and inner packs of 5",
        ),
        (Sold("MUG", asin="B0 MUG"), {}, Lack.BAD_ASIN, "B0 MUG is no ASIN"),
        (Sold("MUG", asin=MUG, status="Setup required"), {}, Lack.HALF_SET_UP, "its status is setup required"),
        (Sold("MUG", asin=MUG, name=""), {}, Lack.HALF_SET_UP, "it has no name"),
        (Sold("CASE", asin=MUG, of=("NO-SUCH", 6)), {}, Lack.HALF_SET_UP, "NO-SUCH, which it is made of, is not known"),
        (Sold("MUG", asin=MUG), {"pricing": {"unlisted": "hold"}}, Lack.HALF_SET_UP, "it has no price in Amazon"),
    ],
)
def test_what_an_order_needs_and_is_missing_is_told_with_what_to_do(connection, stocked, product, terms, lack, words):
    stocked(product)

    run(connection, relationship(**terms))

    (entry,) = entries(connection).values()
    assert (entry.kind, entry.subject, entry.owner_team) == (Kind.PRODUCT_NOT_READY, subject(lack), "merchandising")
    assert words in entry.what_happened
    assert entry.next_step
    assert entry.deadline == NOW + timedelta(days=7)


def test_a_code_on_two_products_is_told_once_and_names_both(connection, stocked):
    stocked(Sold("MUG", asin=MUG), Sold("CUP", asin=MUG))

    run(connection)

    (entry,) = entries(connection).values()
    assert entry.subject == subject(Lack.AMBIGUOUS)
    assert f"BP {MUG} stands on several products: CUP, MUG" in entry.what_happened


def test_a_product_deprecated_between_two_runs_is_told_until_it_is_no_longer_listed(connection, stocked):
    stocked(Sold("MUG", asin=MUG))
    run(connection)
    stocked(Sold("MUG", asin=MUG, status="Deprecated"))
    run(connection)

    assert lacks(connection) == {("MUG", Lack.NOT_SOLD)}
    connection.execute("UPDATE item_link SET state = 'cancelled', state_by = 'ann'")
    run(connection)
    assert (lacks(connection), entries(connection)) == (set(), {})


def test_a_barcode_with_a_slip_is_told_where_products_are_listed_by_it(connection, stocked):
    stocked(Sold("MUG", barcode="036000291453"), Sold("INNER", barcode="M-1"))

    run(connection, relationship(catalogue={"listed_by": ["gtin"]}))

    assert lacks(connection) == {("MUG", Lack.BAD_GTIN)}


def test_an_entry_is_closed_when_the_last_product_is_mended(connection, stocked):
    stocked(Sold("MUG", asin=MUG, name=""))
    run(connection)

    stocked(Sold("MUG", asin=MUG, name="A mug"))
    run(connection, now=LATER)

    assert (entries(connection), count_faults(connection, US)) == ({}, {})


def test_a_lack_keeps_the_moment_at_which_it_was_first_seen(connection, stocked):
    stocked(Sold("MUG", asin=MUG, name=""))
    run(connection)

    stocked(Sold("MUG", asin=MUG, name="", status="Setup required"))
    run(connection, now=LATER)

    (fault,) = list_faults(connection, "amazon_us", limit=10)
    assert (fault.found_at, "setup required" in fault.sentence) == (NOW, True)


def test_a_run_that_finds_the_same_adds_nothing_to_the_history(connection, stocked):
    stocked(Sold("MUG", asin=MUG, name=""))
    run(connection)

    run(connection, now=LATER)

    assert connection.execute("SELECT count(*) AS count FROM exception_event").fetchone()["count"] == 1


def test_five_thousand_like_lacks_are_one_entry(connection, stocked):
    stocked(*(Sold(f"SKU-{number:04d}", asin=f"B{number:09d}", name="") for number in range(5_000)))

    assert run(connection) == 5_000
    (entry,) = entries(connection).values()
    assert "Listings that are set up half: 5,000." in entry.what_happened
    assert f"And {5_000 - NAMED:,} more." in entry.what_happened
    assert entry.what_happened.count("SKU-") == NAMED


def test_one_relationships_lacks_are_not_anothers(connection, stocked):
    stocked(Sold("MUG", asin=MUG, name=""))
    run(connection)

    run(connection, relationship(name="amazon_ca", erp="other_account"))

    assert lacks(connection) == {("MUG", Lack.HALF_SET_UP)}
