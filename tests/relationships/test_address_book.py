"""The address book: where a ship-to code or SAN is."""

from __future__ import annotations

import pytest

from include.relationships.loading import load_relationships

BOOK = """
centres:
  - code: phx6
    san: 155-3992
    name: Amazon PHX6
    zone: America/Phoenix
    address: {line1: 4750 W Mohave St, country: US}
  - {code: MDW2, san: 123456x, name: Amazon MDW2, address: {line1: 250 Emerald Dr, country: US}}
"""


def load(folder, text):
    (folder / "fulfilment_centres.yaml").write_text(text)
    return load_relationships(folder)


@pytest.mark.parametrize(("qualifier", "identifier", "code"), [
    ("92", "PHX6", "PHX6"), ("92", " phx6 ", "PHX6"), ("ZZ", "MDW2", "MDW2"),
    ("15", "1553992", "PHX6"), ("15", "155-3992", "PHX6"), ("15", "123456X", "MDW2"),
    ("92", "1553992", None), ("15", "PHX6", None), ("92", "XYZ1", None), ("9", "PHX6", None), ("", "", None),
])  # fmt: skip
def test_a_centre_is_found_by_its_code_or_its_san(tmp_path, qualifier, identifier, code):
    found = load(tmp_path, BOOK).address_book.resolve(qualifier, identifier)

    assert (found.code if found else None) == code


def test_without_a_book_every_centre_is_unknown(tmp_path):
    assert load_relationships(tmp_path).address_book.resolve("92", "PHX6") is None


@pytest.mark.parametrize(("bad", "sentence"), [
    ("{code: X, name: X, address: {line1: x}}", "centres.2.address.country: is required and missing"),
    ("{code: X, san: 12, name: X, address: {line1: x, country: US}}",
     "centres.2.san: must be seven digits, such as 1553992"),
    ("{code: X, nam: X, address: {line1: x, country: US}}", "centres.2.name: is required and missing"),
    ("nonsense", "centres.2: must be a group of fields, each `field: value`"),
])  # fmt: skip
def test_a_slip_in_one_centre_makes_no_other_unknown(tmp_path, bad, sentence):
    loaded = load(tmp_path, f"{BOOK}  - {bad}\n")

    assert str(loaded.faults[0]) == f"fulfilment_centres.yaml: {sentence}"
    assert [centre.code for centre in loaded.address_book.centres] == ["PHX6", "MDW2"]


@pytest.mark.parametrize(("twin", "named"), [("{code: PHX6, name: X, address: {line1: x, country: US}}", "code PHX6"),
                                             ("{code: X, san: '1553992', name: X, address: {line1: x, country: US}}",
                                              "SAN 1553992")])  # fmt: skip
def test_of_two_centres_with_one_code_the_first_is_used_and_it_is_told(tmp_path, twin, named):
    loaded = load(tmp_path, f"{BOOK}  - {twin}\n")

    assert [str(fault) for fault in loaded.faults] == [
        f"fulfilment_centres.yaml: centres: {named} names more than one centre; the first is used"
    ]
    assert loaded.address_book.resolve("15", "1553992").name == "Amazon PHX6"


def test_a_book_that_cannot_be_read_is_told_and_stops_no_relationship(tmp_path):
    loaded = load(tmp_path, "centres: [")

    assert str(loaded.faults[0]).startswith("fulfilment_centres.yaml: is not readable as YAML")
    assert loaded.address_book.centres == ()
