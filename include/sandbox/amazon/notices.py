"""An 856 as Amazon reads it (5010): its shipment and its cartons, with what the guide has against its structure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from include.sandbox.amazon.faults import BAD_CODE, OUT_OF_PLACE, Fault
from include.sandbox.amazon.reading import TransactionSet
from include.sandbox.amazon.segment_checks import Placed, SegmentChecks

KNOWN = {"BSN", "HL", "TD1", "TD3", "TD5", "REF", "DTM", "FOB", "N1", "N2", "N3", "N4", "PRF", "MAN", "LIN", "SN1",
         "MEA", "CTT"}  # fmt: skip
BELOW: Mapping[str, frozenset[str]] = {
    "": frozenset("S"), "S": frozenset("O"), "O": frozenset("TP"), "T": frozenset("P"), "P": frozenset("I"),
    "I": frozenset(),
}  # fmt: skip
ORIGINAL, REPLACEMENT = "00", "05"
PICK_AND_PACK = "0001"
UNITS = {"EA", "CA"}
ITEM_QUALIFIERS = {"BP", "EN", "IB", "UA", "UK", "UP", "VN"}


@dataclass(frozen=True, slots=True)
class NoticeItem:
    """LIN with SN1."""

    line_number: str
    item: tuple[str, str]
    quantity: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class NoticeCarton:
    """HL P; one that holds goods of several orders stands under each of them."""

    purchase_order_number: str
    sscc: str
    pallet: str | None  # its MAN, empty where the pallet has none; None where it lies on none
    tracking_number: str
    items: tuple[NoticeItem, ...]


@dataclass(slots=True)
class Notice:
    """One 856."""

    purpose: str = ""
    shipment_number: str = ""
    written: str = ""  # BSN03 and 04
    shipped_on: date | None = None
    delivery_on: date | None = None
    scac: str = ""
    carton_count: Decimal | None = None
    references: dict[str, str] = field(default_factory=dict)
    ship_to: tuple[str, str] = ("", "")
    cartons: list[NoticeCarton] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_replacement(self) -> bool:
        return self.purpose == REPLACEMENT


@dataclass(slots=True)
class _Level:
    """An HL loop with the segments in it."""

    place: Placed
    parent: _Level | None
    children: list[_Level] = field(default_factory=list)
    inside: list[Placed] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.place.at(3)

    def all(self, name: str) -> Iterator[Placed]:
        return (each for each in self.inside if each.segment[0] == name)

    def first(self, name: str, qualifier: str | None = None) -> Placed | None:
        found = (each for each in self.all(name) if qualifier is None or each.at(1) == qualifier)
        return next(found, None)


def read_notice(one: TransactionSet) -> Notice:
    """The notice and all that is structurally wrong with it."""
    checks, notice = SegmentChecks(one), Notice()
    notice.faults = checks.faults
    checks.check_frame("BSN", "CTT", KNOWN)
    head = next((each for each in checks.placed() if each.segment[0] == "BSN"), None)
    if head:
        _read_head(head, notice, checks)
    levels = _read_levels(checks)
    for level in levels:
        if level.code == "S" and level is levels[0]:
            _read_shipment(level, notice, checks)
        elif level.code == "P":
            notice.cartons.append(_read_carton(level, checks))
    _check_totals(notice, levels, checks)
    return notice


def _read_head(head: Placed, notice: Notice, checks: SegmentChecks) -> None:
    notice.purpose = checks.need_code(head, 1, {ORIGINAL, REPLACEMENT})
    notice.shipment_number = checks.need_text(head, 2)
    checks.need_day(head, 3)
    if len(head.at(4)) != 6 or not head.at(4).isdigit():
        checks.refuse_element(head, 4, "element 4 is no time of six digits")
    checks.need_code(head, 5, {PICK_AND_PACK})
    notice.written = f"{head.at(3)} {head.at(4)}"


def _read_levels(checks: SegmentChecks) -> list[_Level]:
    levels: dict[str, _Level] = {}
    current: _Level | None = None
    for place in checks.placed():
        if place.segment[0] == "HL":
            current = _open(place, levels, checks)
        elif current is not None and place.segment[0] != "CTT":
            current.inside.append(place)
    for level in levels.values():
        if level.code in BELOW and BELOW[level.code] and not level.children:
            checks.refuse(level.place, f"{level.place.text} has no loop below it", OUT_OF_PLACE)
    return list(levels.values())


def _open(place: Placed, levels: dict[str, _Level], checks: SegmentChecks) -> _Level:
    number, parent = place.at(1), levels.get(place.at(2))
    level = _Level(place, parent)
    if not number or number in levels:
        checks.refuse_element(place, 1, f"the number {number!r} is not one of its own")
    if place.at(2) and parent is None:
        checks.refuse_element(place, 2, f"the loop {place.at(2)!r} does not stand before it")
    elif level.code not in BELOW[parent.code if parent and parent.code in BELOW else ""] or (not parent and levels):
        checks.refuse_element(place, 3, f"no loop {level.code} may stand there", BAD_CODE)
    if parent is not None:
        parent.children.append(level)
    levels[number if number not in levels else f"{number} at {place.position}"] = level
    return level


def _read_shipment(level: _Level, notice: Notice, checks: SegmentChecks) -> None:
    need = {"TD1 CTN": level.first("TD1", "CTN"), "TD5": level.first("TD5"), "DTM 011": level.first("DTM", "011"),
            "DTM 017": level.first("DTM", "017"), "N1 SF": level.first("N1", "SF"), "N1 ST": level.first("N1", "ST"),
            "N4": level.first("N4")}  # fmt: skip
    for name, found in need.items():
        if found is None:
            checks.miss(name[:3].strip(), level.place.position + len(level.inside), f"the shipment has no {name}")
    if goods := need["TD1 CTN"]:
        notice.carton_count = checks.need_number(goods, 2)
    if carrier := need["TD5"]:
        checks.need_code(carrier, 2, {"2"})
        notice.scac = checks.need_text(carrier, 3)
        if not (2 <= len(notice.scac) <= 4 and notice.scac.isalpha() and notice.scac.isupper()):
            checks.refuse_element(carrier, 3, "element 3 is no SCAC")
    notice.shipped_on, notice.delivery_on = (
        checks.need_day(found, 2) if (found := need[f"DTM {code}"]) else None for code in ("011", "017")
    )
    if to := need["N1 ST"]:
        notice.ship_to = (checks.need_code(to, 3, {"15", "92", "ZZ"}), checks.need_text(to, 4))
    if (place := need["N4"]) and not (len(place.at(4)) == 2 and place.at(4).isalpha()):
        checks.refuse_element(place, 4, "element 4 is no country of two letters")
    notice.references = {each.at(1): each.at(2) for each in level.all("REF")}


def _read_carton(level: _Level, checks: SegmentChecks) -> NoticeCarton:
    on = level.parent if level.parent and level.parent.code == "T" else None
    order = on.parent if on else level.parent
    prf = order.first("PRF") if order else None
    if prf is None:
        checks.miss("PRF", level.place.position, f"{level.place.text} stands under no order with a PRF")
    items = tuple(item for each in level.children if each.code == "I" if (item := _read_item(each, checks)))
    tracking = level.first("REF", "CN")
    return NoticeCarton(
        checks.need_text(prf, 1) if prf else "",
        _mark(level, checks),
        _mark(on, checks) if on else None,
        tracking.at(2) if tracking else "",
        items,
    )


def _mark(level: _Level, checks: SegmentChecks) -> str:
    mark = level.first("MAN")
    if mark is None:
        return ""
    checks.need_code(mark, 1, {"GM"})
    return without_prefix(mark.at(2))


def without_prefix(sscc: str) -> str:
    """The 18 digits, also of a code that bears its application identifier 00."""
    return sscc[2:] if len(sscc) == 20 and sscc.startswith("00") else sscc


def _read_item(level: _Level, checks: SegmentChecks) -> NoticeItem | None:
    line, shipped = level.first("LIN"), level.first("SN1")
    for name, found in (("LIN", line), ("SN1", shipped)):
        if found is None:
            checks.miss(name, level.place.position, f"{level.place.text} has no {name}")
    if line is None or shipped is None:
        return None
    if shipped.position < line.position:
        checks.refuse(shipped, f"{shipped.text} stands before its LIN", OUT_OF_PLACE)
    number = checks.need_text(line, 1)
    item = (checks.need_code(line, 2, ITEM_QUALIFIERS), checks.need_text(line, 3))
    if shipped.at(1) != number:
        checks.refuse_element(shipped, 1, f"LIN01 is {number}")
    quantity, unit = checks.need_number(shipped, 2, above_zero=True), checks.need_code(shipped, 3, UNITS)
    return NoticeItem(number, item, quantity or Decimal(0), unit)


def _check_totals(notice: Notice, levels: list[_Level], checks: SegmentChecks) -> None:
    total = next((each for each in checks.placed() if each.segment[0] == "CTT"), None)
    if not levels:
        checks.miss("HL", 3, "there is no HL")
    if total:
        checks.check_total(total, 1, len(levels), "the count of HL loops")
        shipped = sum((item.quantity for carton in notice.cartons for item in carton.items), Decimal(0))
        checks.check_total(total, 2, shipped, "the sum of SN102")
