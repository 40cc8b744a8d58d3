"""Where everything stands on a label of 4 by 6 inches, in millimetres from its upper left corner.

Zones from the top: A ship-from beside B ship-to, C postal code beside D carrier, E order and goods, F the SSCC.
Bar widths follow the GS1 General Specifications for logistic labels: 0.495 mm at least, 31.75 mm high.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from include.amazon.orders import Party
from include.ship_notices.label_text import BOLD, REGULAR, fitted, fitted_list, printable, wrapped
from include.ship_notices.labels import Label

WIDTH, HEIGHT = 101.6, 152.4
_LEFT, _RIGHT, _TOP, _BOTTOM = 3.0, 98.6, 3.0, 149.4
_AFTER_B, _AFTER_D, _AFTER_ORDER, _AFTER_ITEM, _AFTER_E = 41.0, 64.5, 77.0, 89.5, 102.0
_BESIDE_B, _BESIDE_D, _BESIDE_ITEM = 37.0, 54.0, 61.0
_PAD = 1.5
_HAIR = 0.375  # a rule's thickness
_CAPTION = 2.4
_PITCH = 1.15  # from line to line, in letter sizes
_ADDRESS_LINES = 4
_POSTAL_CODE = re.compile(r"[A-Z0-9]{3,9}\Z")


@dataclass(frozen=True, slots=True)
class Rule:
    """A black rectangle."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Words:
    """One line of Latin-1 text; `size` is the font's, `top` that of its capitals; centred where it has a `width`."""

    left: float
    top: float
    size: float
    text: str
    font: str = BOLD
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """A GS1-128 bar code in the middle between `left` and `left + width`; the leading FNC1 is not in `content`."""

    left: float
    top: float
    width: float
    height: float
    module: float
    content: str


Mark = Rule | Words | Bars


def lay_out(label: Label) -> tuple[Mark, ...]:
    """All that is drawn on this label."""
    return (
        *_rules(),
        *_ship_from(label.ship_from),
        *_ship_to(label.ship_to),
        *_postal_code(label.ship_to),
        *_carrier(label),
        *_goods(label),
        *_sscc(label.sscc),
    )


def _rules() -> Iterator[Rule]:
    width, height = _RIGHT - _LEFT, _BOTTOM - _TOP
    for top in (_TOP, _AFTER_B, _AFTER_D, _AFTER_ORDER, _AFTER_ITEM, _AFTER_E, _BOTTOM - _HAIR):
        yield Rule(_LEFT, top, width, _HAIR)
    for left in (_LEFT, _RIGHT - _HAIR):
        yield Rule(left, _TOP, _HAIR, height)
    yield Rule(_BESIDE_B, _TOP, _HAIR, _AFTER_B - _TOP)
    yield Rule(_BESIDE_D, _AFTER_B, _HAIR, _AFTER_D - _AFTER_B)
    yield Rule(_BESIDE_ITEM, _AFTER_ORDER, _HAIR, _AFTER_ITEM - _AFTER_ORDER)


def _ship_from(party: Party) -> Iterator[Words]:
    left, width = _LEFT + _PAD, _BESIDE_B - _LEFT - 2 * _PAD
    yield _caption(left, _TOP + _PAD, "SHIP FROM")
    yield from _party(party, left, _TOP + 5.5, width, 3.4, REGULAR)


def _ship_to(party: Party) -> Iterator[Words]:
    left, width = _BESIDE_B + _PAD, _RIGHT - _BESIDE_B - 2 * _PAD
    yield _caption(left, _TOP + _PAD, "SHIP TO")
    if printable(party.identifier) != _name(party):
        yield _line(left + 16.0, _TOP + _PAD, width - 16.0, 5.6, printable(party.identifier))
    yield from _party(party, left, _TOP + 7.6, width, 4.6, BOLD)


def _party(party: Party, left: float, top: float, width: float, size: float, font: str) -> Iterator[Words]:
    name = wrapped(_name(party), width, size, 2)
    yield from _lines(left, top, width, size, name, BOLD)
    below, smaller = top + size * (_PITCH * len(name) + 0.2), size * 0.85
    yield from _lines(left, below, width, smaller, _address(party, width, smaller, font), font)


def _postal_code(party: Party) -> Iterator[Words | Bars]:
    code = re.sub(r"[\s-]", "", party.postal_code or "").upper()
    if not _POSTAL_CODE.match(code):
        return
    yield _caption(_LEFT + _PAD, _AFTER_B + _PAD, "SHIP TO POSTAL CODE")
    module = 0.375 if code.isdigit() and len(code) % 2 else 0.25  # with 420 they are pairs of digits, half as long
    yield Bars(_LEFT, _AFTER_B + 5.0, _BESIDE_D - _LEFT, 12.0, module, f"420{code}")
    yield Words(_LEFT, _AFTER_B + 18.6, 3.6, f"(420) {code}", width=_BESIDE_D - _LEFT)


def _carrier(label: Label) -> Iterator[Words]:
    left, width = _BESIDE_D + _PAD, _RIGHT - _BESIDE_D - 2 * _PAD
    known = (("CARRIER", label.carrier_name), ("PRO", label.pro_number), ("B/L", label.bill_of_lading))
    for row, (caption, value) in enumerate((caption, value) for caption, value in known if value):
        top = _AFTER_B + _PAD + 7.4 * row
        yield _caption(left, top, caption)
        yield _line(left, top + 2.7, width, 4.2, printable(value))


def _goods(label: Label) -> Iterator[Words]:
    left, right, beside = _LEFT + _PAD, _RIGHT - _PAD, _BESIDE_ITEM + _PAD
    orders = [printable(number) for number in label.purchase_order_numbers]
    text, size = fitted_list(orders, right - left, 7.0)
    yield _caption(left, _AFTER_D + _PAD, "PURCHASE ORDER" if len(orders) == 1 else "PURCHASE ORDERS")
    yield Words(left, _AFTER_D + 5.6, size, text)
    yield _caption(left, _AFTER_ORDER + _PAD, "UPC / ITEM")
    yield _line(left, _AFTER_ORDER + 5.6, _BESIDE_ITEM - left - _PAD, 7.0, printable(label.item))
    yield _caption(beside, _AFTER_ORDER + _PAD, "QUANTITY")
    quantity = f"{label.quantity.normalize():f} {printable(label.unit)}"
    yield _line(beside, _AFTER_ORDER + 5.6, right - beside, 7.0, quantity)
    position = f"{label.kind.value.capitalize()} {label.position} of {label.count}"
    yield _line(left, _AFTER_ITEM + 3.0, right - left, 9.5, position)


def _sscc(sscc: str) -> Iterator[Words | Bars]:
    yield _caption(_LEFT + _PAD, _AFTER_E + _PAD, "SSCC-18")
    yield Bars(_LEFT, _AFTER_E + 5.5, _RIGHT - _LEFT, 32.0, 0.5, f"00{sscc}")
    yield Words(_LEFT, _AFTER_E + 40.0, 6.2, f"(00) {sscc}", width=_RIGHT - _LEFT)


def _name(party: Party) -> str:
    return printable(party.name or "") or printable(party.identifier)


def _address(party: Party, width: float, size: float, font: str) -> list[str]:
    """At most _ADDRESS_LINES, the last of them the town with its postal code, whatever has to be cut."""
    place = ", ".join(filter(None, (party.city, party.state)))
    town = printable(" ".join(filter(None, (place, party.postal_code, party.country))))
    lines = [printable(line) for line in party.address_lines]
    streets = [row for line in lines for row in wrapped(line, width, size, 2, font)]
    if len(streets) >= _ADDRESS_LINES:
        streets = [*lines[: _ADDRESS_LINES - 2], ", ".join(lines[_ADDRESS_LINES - 2 :])]
    return [line for line in (*streets, town) if line]


def _caption(left: float, top: float, text: str) -> Words:
    return Words(left, top, _CAPTION, text, REGULAR)


def _line(left: float, top: float, width: float, size: float, text: str, font: str = BOLD) -> Words:
    kept, small = fitted(text, width, size, font)
    return Words(left, top, small, kept, font)


def _lines(left: float, top: float, width: float, size: float, rows: list[str], font: str) -> Iterator[Words]:
    for row, text in enumerate(rows):
        yield _line(left, top + _PITCH * size * row, width, size, text, font)
