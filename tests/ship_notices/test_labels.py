"""The labels, proven by a reader and by renderers that know nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from include.amazon.orders import Party
from include.identifiers import check_digit
from include.ship_notices.label_layout import Bars, Rule, Words, lay_out
from include.ship_notices.label_pdf import render_pdf
from include.ship_notices.label_text import printable
from include.ship_notices.label_zpl import render_zpl
from include.ship_notices.labels import MIXED_SKUS, Label, LabelKind, UnprintableLabel
from tests.ship_notices import label_reading
from tests.ship_notices.label_reading import Scan

HOSTILE = "^XZ^XA^FO0,0^FDevil^FS~JA\r\n\x00_5E\\&" + "W" * 200 + "\N{SLIGHTLY SMILING FACE}"
SHIP_FROM = Party("SF", "NORDH", "Nordhaven Outdoor Goods Ltd.", ("2200 Warehouse Road",), "Portland", "OR", "97210")
SHIP_TO = Party("ST", "PHX6", "Amazon.com Services LLC", ("4750 W Mohave St",), "Phoenix", "AZ", "85043", "US")


def sscc(serial: int) -> str:
    body = f"0061414100{serial:07d}"
    return body + check_digit(body)


CARTON = Label(
    sscc=sscc(1),
    kind=LabelKind.CARTON,
    ship_from=SHIP_FROM,
    ship_to=SHIP_TO,
    purchase_order_numbers=("1ABC2DEF",),
    item="812345678901",
    quantity=Decimal("24.000"),
    unit="EA",
    position=3,
    count=12,
    carrier_name="Old Dominion Freight Line",
    pro_number="123-4567890",
    bill_of_lading="06141411234567890",
)
HUNDRED = [replace(CARTON, sscc=sscc(n * 7919), position=n, count=100) for n in range(1, 101)]
PALLET = replace(CARTON, kind=LabelKind.PALLET, purchase_order_numbers=("1ABC2DEF", "9XYZ8UVW"), item=MIXED_SKUS)


def filled_with(text: str) -> Label:
    """A label that says this text wherever a document can say something."""
    party = Party("ST", text, text, (text,) * 5, text, text, text, text)
    parties = replace(CARTON, ship_from=party, ship_to=party, purchase_order_numbers=(text, text), item=text, unit=text)
    return replace(parties, carrier_name=text, pro_number=text, bill_of_lading=text)


def scanned_sscc(scan: Scan) -> str:
    """The SSCC as a warehouse system would take it out of what the scanner sends."""
    assert scan.symbology == "]C1"
    element = GS1Message.parse(scan.content).element_strings[0]
    assert element.sscc is not None
    return element.sscc.value


def test_the_bars_of_a_hundred_pdf_pages_read_as_their_ssccs_in_order() -> None:
    images = label_reading.pages(render_pdf(HUNDRED))

    scans = label_reading.scan_last(images)
    assert scans == [Scan("]C1", f"00{label.sscc}") for label in HUNDRED]
    assert [scanned_sscc(scan) for scan in scans] == [label.sscc for label in HUNDRED]


@pytest.mark.slow
@pytest.mark.needs_program("node")
def test_the_bars_of_a_hundred_zpl_labels_read_as_their_ssccs_in_order() -> None:
    images = label_reading.draw(render_zpl(HUNDRED))

    scans = label_reading.scan_last(images)
    assert scans == [Scan("]C1", f"00{label.sscc}") for label in HUNDRED]
    assert [scanned_sscc(scan) for scan in scans] == [label.sscc for label in HUNDRED]


@pytest.mark.slow
@pytest.mark.needs_program("node")
@pytest.mark.parametrize("dots_per_mm", [8, 12, 24])
def test_zpl_is_the_same_label_at_every_resolution(dots_per_mm: int) -> None:
    british = replace(CARTON, ship_to=replace(SHIP_TO, postal_code="LU5 4FE"))

    first, second = label_reading.draw(render_zpl([CARTON, british], dots_per_mm), dots_per_mm)

    assert abs(first.width - 101.6 * dots_per_mm) < 2
    assert label_reading.scan(first) == [Scan("]C1", "42085043"), Scan("]C1", f"00{CARTON.sscc}")]
    assert label_reading.scan(second) == [Scan("]C1", "420LU54FE"), Scan("]C1", f"00{CARTON.sscc}")]


def test_a_resolution_that_no_label_printer_has_is_refused() -> None:
    with pytest.raises(ValueError, match="8, 12 or 24"):
        render_zpl([CARTON], dots_per_mm=203)


@pytest.mark.parametrize("postal_code", ["85043-1201", "LU5 4FE", "1020", "80-890", "W1A 1AA"])
def test_the_postal_code_is_scanned_as_application_identifier_420(postal_code: str) -> None:
    label = replace(CARTON, ship_to=replace(SHIP_TO, postal_code=postal_code))

    (image,) = label_reading.pages(render_pdf([label]))

    characters = "".join(filter(str.isalnum, postal_code))
    assert label_reading.scan(image)[0] == Scan("]C1", f"420{characters}")


@pytest.mark.parametrize("postal_code", [None, "", "?", "^XZ", "٨٥٠٤٣", "1" * 20])
def test_a_postal_code_that_is_none_gets_no_bars(postal_code: str | None) -> None:
    label = replace(CARTON, ship_to=replace(SHIP_TO, postal_code=postal_code))

    (image,) = label_reading.pages(render_pdf([label]))

    assert label_reading.scan(image) == [Scan("]C1", f"00{CARTON.sscc}")]


def test_a_page_says_to_people_what_each_zone_must_say() -> None:
    carton, pallet = label_reading.page_texts(render_pdf([CARTON, PALLET]))

    for said in ("Nordhaven", "2200 Warehouse Road", "Amazon.com Services LLC", "PHX6", "Phoenix, AZ 85043 US"):
        assert said in carton
    for said in ("1ABC2DEF", "812345678901", "24 EA", "Carton 3 of 12", f"(00) {CARTON.sscc}"):
        assert said in carton
    for said in ("Old Dominion Freight Line", "123-4567890", "06141411234567890"):
        assert said in carton
    for said in ("1ABC2DEF, 9XYZ8UVW", MIXED_SKUS, "Pallet 3 of 12"):
        assert said in pallet


def test_a_zpl_label_says_the_same_words_as_its_page() -> None:
    page = label_reading.page_texts(render_pdf([PALLET]))[0]

    fields = label_reading.field_texts(render_zpl([PALLET]))

    assert sorted(" ".join(fields).split()) == sorted(page.split())


def test_the_bars_keep_to_the_sizes_that_gs1_gives_for_logistic_labels() -> None:
    bars = [mark for mark in lay_out(CARTON) if isinstance(mark, Bars)][-1]

    (image,) = label_reading.pages(render_pdf([CARTON]))

    scale = label_reading.DPI / 25.4
    inside_the_box, middle = (round(4 * scale), round(97.5 * scale)), round((bars.top + bars.height / 2) * scale)
    row = image.crop((inside_the_box[0], middle, inside_the_box[1], middle + 1))
    first, _, end, _ = row.point(lambda grey: 255 if grey < 128 else 0).getbbox() or (0, 0, 0, 0)
    assert bars.height >= 31.75
    assert (end - first) / scale == pytest.approx(156 * 0.5, abs=0.3)  # ten pairs, start, FNC1, check digit, stop
    assert min(first, row.width - end) / scale >= 10 * 0.5  # the quiet zones


@pytest.mark.parametrize(
    "change",
    [
        {"sscc": "006141410000000013"},  # wrong check digit
        {"sscc": "00006141410000000012"},
        {"sscc": "00614141000000001²"},
        {"sscc": ""},
        {"purchase_order_numbers": ()},
        {"purchase_order_numbers": ("1ABC2DEF", "\x1b ")},
        {"item": "\u200b"},
        {"quantity": Decimal(0)},
        {"quantity": Decimal("NaN")},
        {"position": 13},
        {"position": 0},
    ],
)
def test_a_label_that_would_be_received_wrongly_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(UnprintableLabel) as refusal:
        replace(CARTON, **change)

    assert refusal.value.document
    assert refusal.value.next_step


def test_a_wrong_check_digit_is_told_with_the_right_one() -> None:
    with pytest.raises(UnprintableLabel, match=r"006141410000000013.*should end in 2"):
        replace(CARTON, sscc="006141410000000013")


def test_hostile_words_add_no_command_to_the_zpl() -> None:
    plain = label_reading.commands(render_zpl([filled_with("Word")]))

    hostile = render_zpl([filled_with(HOSTILE)])

    assert set(label_reading.commands(hostile)) == set(plain)
    assert label_reading.commands(hostile).count("^XA") == 1
    assert hostile.isascii()


@pytest.mark.slow
@pytest.mark.needs_program("node")
def test_hostile_words_add_no_label_and_change_none_beside_it() -> None:
    alone = label_reading.draw(render_zpl([CARTON]))[0]

    images = label_reading.draw(render_zpl([CARTON, filled_with(HOSTILE), CARTON]))

    assert [label_reading.scan(image)[-1].content for image in images] == [f"00{CARTON.sscc}"] * 3
    assert images[0].tobytes() == images[2].tobytes() == alone.tobytes()


def test_what_zpl_would_take_for_a_command_reaches_the_printer_as_the_words_it_is() -> None:
    zpl = render_zpl([replace(CARTON, carrier_name="Köhler^FS~_5E & Söhne")])

    assert "Köhler^FS~_5E & Söhne" in label_reading.field_texts(zpl)


@pytest.mark.parametrize("words", [HOSTILE, "W" * 240, "WWWWWWWWW " * 24])
def test_no_words_of_a_pdf_touch_a_rule(words: str) -> None:
    plain, crowded = label_reading.pages(render_pdf([filled_with("."), filled_with(words)]))

    _assert_same_along_the_rules(plain, crowded)


@pytest.mark.slow
@pytest.mark.needs_program("node")
def test_no_words_of_a_zpl_label_touch_a_rule() -> None:
    plain, crowded = label_reading.draw(render_zpl([filled_with("."), filled_with("WWWWWWWWW " * 24)]))

    _assert_same_along_the_rules(plain, crowded)


@settings(max_examples=60)
@given((st.text(min_size=1) | st.text("^~_\\\nXZFSDA0", min_size=1)).filter(printable))
def test_whatever_the_words_they_stay_latin_inside_the_box_and_one_label(text: str) -> None:
    label = filled_with(text)

    zpl = render_zpl([label])

    assert set(label_reading.commands(zpl)) <= set(label_reading.commands(render_zpl([CARTON])))
    assert zpl.count("^XA") == 1
    for words in (mark for mark in lay_out(label) if isinstance(mark, Words)):
        assert words.text.isprintable() and words.text.encode("latin-1")
        assert words.left + stringWidth(words.text, words.font, words.size) <= 98.6
    assert len(label_reading.pages(render_pdf([label]))) == 1


@pytest.mark.parametrize(
    ("given_text", "printed"),
    [
        ("Très Øre, Müller & Söhne", "Très Øre, Müller & Söhne"),
        ("Kraków Łódź Štefan Őr", "Kraków Lódz Stefan Or"),
        ("\u201cBest\u201d \u2013 Jack\u2019s \u2026 5 €", '"Best" - Jack\'s ... 5 EUR'),
        ("Cafe\u0301", "Café"),
        ("one\r\ntwo\tthree\x00\u202e\u200b", "one two three"),
        ("\N{SLIGHTLY SMILING FACE} Toys", "? Toys"),
    ],
)
def test_characters_beyond_latin_1_are_replaced_sensibly(given_text: str, printed: str) -> None:
    assert printable(given_text) == printed


def test_of_many_orders_as_many_are_named_as_fit_and_the_rest_are_counted() -> None:
    label = replace(CARTON, purchase_order_numbers=tuple(f"PO{n}XYZ{n}" for n in range(9)))

    (text,) = label_reading.page_texts(render_pdf([label]))

    assert "PO0XYZ0, PO1XYZ1, PO2XYZ2 +6 more" in text


def test_a_party_known_by_its_code_alone_is_printed_by_it_once() -> None:
    label = replace(CARTON, ship_to=Party("ST", "PHX6"), ship_from=Party("SF", "VENDR"))

    (text,) = label_reading.page_texts(render_pdf([label]))

    assert text.count("PHX6") == 1
    assert text.count("VENDR") == 1


def test_the_same_labels_are_the_same_bytes_on_another_day() -> None:
    first, second = render_pdf([CARTON, PALLET]), render_pdf([CARTON, PALLET])

    assert first == second
    assert b"D:2000" in first  # the date in the file is not today's


@pytest.mark.parametrize("render", [render_pdf, render_zpl])
def test_no_label_is_refused_rather_than_a_blank_page(render: Callable[[list[Label]], object]) -> None:
    with pytest.raises(ValueError, match="no label"):
        render([])


def _assert_same_along_the_rules(plain: Image.Image, crowded: Image.Image) -> None:
    """Half a millimetre left of and above every rule, and all outside of the box."""
    scale = plain.width / 101.6
    for rule in (mark for mark in lay_out(CARTON) if isinstance(mark, Rule)):
        upright = rule.height > rule.width
        right = rule.left if upright else rule.left + rule.width
        bottom = rule.top + rule.height if upright else rule.top
        left, top = (right - 0.5, rule.top) if upright else (rule.left, bottom - 0.5)
        strip = (round(left * scale), round(top * scale), round(right * scale), round(bottom * scale))
        assert plain.crop(strip).tobytes() == crowded.crop(strip).tobytes()
    margin = (round(98.7 * scale), 0, plain.width, plain.height)
    assert plain.crop(margin).tobytes() == crowded.crop(margin).tobytes()
