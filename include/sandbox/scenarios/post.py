"""Amazon's post: orders as 850s in interchanges, under control numbers that rise, in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from include.sandbox.amazon.scenario import Drop, Interchange, Line, Order, Party
from include.sandbox.amazon.writing import RETAIL, Envelope, Style, write_interchange
from include.sandbox.scenarios.company import base_of

AMAZON, VENDOR = Party("ZZ", "AMAZON"), Party("ZZ", "VENDORLANE")
VENDOR_CODE = "VNDLN"
CENTRES = (("92", "PHX6"), ("92", "MDW2"), ("92", "BFI4"), ("15", "1553992"))
ODD = Style("|", "!", ":", "^", "00501", "005010", "\r\n")
WINDOW = (6, 13)  # days of delivery, after the order's


@dataclass(frozen=True, slots=True)
class Written:
    """An interchange and what it holds."""

    text: str
    interchange: Interchange


@dataclass(slots=True)
class Post:
    """Writes interchanges and gathers the files."""

    drops: list[Drop] = field(default_factory=list)
    _number: int = 0

    def write(
        self, at: datetime, orders: Sequence[Order], style: Style = RETAIL, receiver: Party = VENDOR
    ) -> Written:  # one group of 850s; an order for another receiver is none of the vendor's
        self._number += 1
        envelope = Envelope(AMAZON, receiver, f"{self._number:09}", str(self._number), at, style)
        text = write_interchange(envelope, "PO", "850", [_body(each) for each in orders])
        is_good = receiver == VENDOR
        return Written(text, Interchange(envelope.control_number, envelope.group_control_number,
                                         tuple(orders) if is_good else (), is_good))  # fmt: skip

    def drop(self, at: datetime, *parts: Written, races: Sequence[dict[str, Any]] = ()) -> None:
        """A file of these interchanges."""
        name = f"VNDLN.I{len(self.drops) + 1:07}"
        text, held = "".join(each.text for each in parts), tuple(each.interchange for each in parts)
        self.drops.append(Drop(at, name, text, held, tuple(races)))

    def send(self, at: datetime, *orders: Order, races: Sequence[dict[str, Any]] = ()) -> Written:
        """A file with one interchange of these orders."""
        written = self.write(at, orders)
        self.drop(at, written, races=races)
        return written


def spoilt(written: Written, text: str) -> Written:
    """The interchange with other bytes, which the vendor must not accept."""
    held = written.interchange
    return Written(text, Interchange(held.control_number, held.group_control_number, (), is_good=False))


def make_order(
    number: str,
    at: datetime,
    lines: Sequence[Line],
    *,
    back_order: bool = False,
    order_type: str = "NE",
    ship_to: tuple[str, str] = CENTRES[0],
    window: tuple[int, int] = WINDOW,
) -> Order:
    """An order of the day it is sent on."""
    day = at.date()
    return Order(
        number,
        day,
        order_type,
        back_order,
        day + timedelta(days=window[0]),
        day + timedelta(days=window[1]),
        ship_to,
        tuple(lines),
    )


def keyed_sale(order: Order) -> dict[str, Any]:
    """What a person keys into Cin7 who saw the order on Amazon's pages before its 850 came; each SKU stands once."""
    sizes = [(line, base_of(line.sku or "")[1]) for line in order.lines]
    lines = [{"sku": line.sku, "quantity": int(line.quantity * line.eaches / size),
              "price": float(line.unit_price * size)} for line, size in sizes]  # fmt: skip
    return {"customer_reference": order.purchase_order_number, "lines": lines}


def plain(number: Decimal) -> str:
    """A number without exponent or needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _body(order: Order) -> list[list[str]]:
    """The segments between ST and SE, as Amazon's retail guide orders them."""
    return [
        ["BEG", "00", order.order_type, order.purchase_order_number, "", f"{order.ordered_on:%Y%m%d}"],
        ["REF", "CR", VENDOR_CODE],
        ["CSH", "Y" if order.back_order_allowed else "N"],
        ["DTM", "064", f"{order.window_start:%Y%m%d}"],
        ["DTM", "063", f"{order.window_end:%Y%m%d}"],
        ["N1", "ST", "", *order.ship_to],
        *(["PO1", line.line_number, plain(line.quantity), line.unit, plain(line.unit_price), "PE", *line.item]
          for line in order.lines),
        ["CTT", str(len(order.lines)), plain(sum((line.quantity for line in order.lines), Decimal(0)))],
    ]  # fmt: skip
