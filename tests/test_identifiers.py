"""One product's UPC-12, EAN-13 and GTIN-14 are one identifier, and a carton's SSCC is one however it is printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.identifiers import (
    ItemIdentifier,
    UnfitSsccError,
    as_asin,
    as_gtin_14,
    as_sscc,
    build_sscc,
    check_digit,
)


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


SSCC = "006141410000000012"


@pytest.mark.parametrize(
    "text",
    [
        SSCC,
        f"00{SSCC}",
        f"(00){SSCC}",
        "(00) 0 0614141 000000001 2",
        "0-0614141-000000001-2",
        f"SSCC {SSCC}",
        f"sscc-18: (00){SSCC}",
        f"SSCC{SSCC}",
        f"Box 3 of 7, SSCC #{SSCC}, 12 pieces",
        f"SSCC {SSCC} 12 pieces",
        f"SSCC {SSCC} / SSCC 00{SSCC}",
    ],
)
def test_an_sscc_has_one_spelling(text):
    assert as_sscc(text) == SSCC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Box 1",
        "SSCC",
        "006141410000000013",  # check digit
        "06141410000000012",  # 17 digits
        f"01{SSCC}",  # another application identifier
        f"(00)(00){SSCC}",
        "0" * 18,
        "٠٠٦١٤١٤١٠٠٠٠٠٠٠٠١٢",
        f"Box {SSCC}",  # nothing says what the number is
        f"{SSCC} fragile",
        f"SSCC {SSCC}1",
        f"SSCCS {SSCC}",
        f"SSCC {SSCC} SSCC 006141410000000029",
        f"SSCC to follow, order {SSCC}",
    ],
)
def test_what_is_no_sscc_is_none(text):
    assert as_sscc(text) is None


@given(st.text("0123456789 -()", max_size=200), st.text(max_size=80))
def test_a_long_box_name_is_no_sscc_by_accident(digits, words):
    """A word in it is enough, and so is a digit too many."""
    assert as_sscc(f"Box {words} {digits}".replace("SSCC", "").replace("sscc", "")) is None
    assert as_sscc(digits + "1" * 21) is None


@given(st.integers(0, 9), st.text("0123456789", min_size=4, max_size=12), st.data())
def test_an_sscc_that_we_build_is_one(extension, prefix, data):
    serial = data.draw(st.integers(0, 10 ** (16 - len(prefix)) - 1))

    sscc = build_sscc(extension, prefix, serial)

    assert sscc.startswith(f"{extension}{prefix}")
    assert int(sscc[1 + len(prefix) : -1]) == serial
    assert as_sscc(sscc) == (sscc if sscc.strip("0") else None)


@pytest.mark.parametrize(
    ("extension", "prefix", "serial"),
    [(10, "0614141", 1), (-1, "0614141", 1), (0, "061", 1), (0, "0614141000000", 1), (0, "06141A1", 1), (0, "", 1),
     (0, "0614141", 10**9), (0, "0614141", -1), (0, "061414100000", 10**4)],
)  # fmt: skip
def test_an_sscc_is_not_built_of_what_does_not_fit(extension, prefix, serial):
    with pytest.raises(UnfitSsccError):
        build_sscc(extension, prefix, serial)


def test_serials_that_differ_make_codes_that_differ():
    assert len({build_sscc(0, "0614141", serial) for serial in range(1000)}) == 1000
