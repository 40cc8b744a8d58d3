"""One product's UPC-12, EAN-13 and GTIN-14 are one identifier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.identifiers import ItemIdentifier, as_asin, as_gtin_14, check_digit


@pytest.mark.parametrize("text", ["036000291452", "0036000291452", "00036000291452", " 0 36000-29145 2 "])
def test_a_gtin_has_one_spelling(text):
    assert as_gtin_14(text) == "00036000291452"


def test_a_gtin_of_eight_digits_is_one_too():
    assert as_gtin_14("96385074") == "00000096385074"


@pytest.mark.parametrize(
    "text", ["", "036000291453", "03600029145", "0360002914521111", "03600029145X", "٠٣٦٠٠٠٢٩١٤٥٢", "²36000291452"]
)
def test_what_is_no_gtin_is_none(text):
    assert as_gtin_14(text) is None


@given(st.text("0123456789", min_size=13, max_size=13))
def test_a_check_digit_makes_a_gtin_and_no_other_does(digits):
    right = check_digit(digits)

    assert [each for each in "0123456789" if as_gtin_14(digits + each)] == [right]


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(digits, place, by):
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]

    assert check_digit(wrong) != check_digit(digits)


def test_an_identifier_reads_as_its_pair():
    assert str(ItemIdentifier("BP", "B000000MUG")) == "BP B000000MUG"


@pytest.mark.parametrize(("text", "asin"), [
    (" b000000mug ", "B000000MUG"), ("0306406152", "0306406152"), ("B000", None), ("B000000MÜG", None),
    ("B000000MUG1", None), ("", None),
])  # fmt: skip
def test_an_asin_is_ten_letters_and_digits(text, asin):
    assert as_asin(text) == asin
