"""The 856, ship notice, written in release 5010: shipment, orders, pallets, cartons and items as a tree of HL loops.

Written and read back it is equal, but for what an 856 does not say: the shipment type (cartons with tracking numbers
are read as small parcels, all else as less than truckload), the unit of a weight that is not given, and whether a small
parcel's PRO number was its first carton's tracking number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from include.amazon.elements import Segment, element, parse_date, parse_number
from include.amazon.hierarchy import Level, read_tree
from include.amazon.notices import Carton, NoticeItem, NoticeOrder, NoticeSettings, Pallet, ShipmentType, ShipNotice
from include.amazon.orders import Party
from include.amazon.parties import parse_party
from include.amazon.x12_855 import number
from include.identifiers import ItemIdentifier, as_sscc

ORIGINAL, REPLACEMENT = "00", "05"  # BSN01
PICK_AND_PACK = "0001"  # BSN05: shipment, order, packaging, item
SHIPMENT, ORDER, PALLET, CARTON, ITEM = "S", "O", "T", "P", "I"  # HL03
SHIPPED, DELIVERED = "011", "017"  # DTM01
BILL_OF_LADING, CARRIER_REFERENCE, AMAZON_REFERENCE, SEAL = "BM", "CN", "BX", "SN"  # REF01


def write_notice(notice: ShipNotice, settings: NoticeSettings) -> list[list[str]]:
    """The segments between ST and SE."""
    tree = _Tree(settings)
    at = notice.written_at.astimezone(ZoneInfo(settings.zone))
    purpose = REPLACEMENT if notice.is_replacement else ORIGINAL
    beginning = ["BSN", purpose, notice.shipment_number, _day(at), at.strftime(settings.time_format), PICK_AND_PACK]
    shipment = tree.open(SHIPMENT, "", _shipment(notice))
    for order in notice.orders:
        tree.add_order(order, shipment)
    total = sum((item.quantity for _, item in notice.items()), Decimal(0))
    return [beginning, *tree.segments, ["CTT", str(tree.count), number(total)]]


def parse_notice(segments: Sequence[Segment], settings: NoticeSettings) -> ShipNotice:
    """The notice that an accepted 856 tells, ours above all; `segments` as the reader gives them, ST first."""
    beginning = next((segment for segment in segments if segment[0] == "BSN"), ())
    shipment = read_tree(segments)
    orders = tuple(_parse_order(each, settings) for each in shipment.children)
    tracking_numbers = [carton.tracking_number for order in orders for carton in order.all_cartons()]
    is_parcel = any(tracking_numbers)
    references = {element(each, 1): element(each, 2) for each in shipment.all("REF")}
    pro_number = references.get(CARRIER_REFERENCE)
    goods = shipment.first("TD1")
    return ShipNotice(
        shipment_number=element(beginning, 2),
        written_at=_parse_moment(element(beginning, 3), element(beginning, 4), settings),
        shipped_on=shipment.day(SHIPPED),
        delivery_on=shipment.day(DELIVERED),
        shipment_type=ShipmentType.SMALL_PARCEL if is_parcel else ShipmentType.LESS_THAN_TRUCKLOAD,
        ship_from=_parse_party(shipment, "SF"),
        ship_to=_parse_party(shipment, "ST"),
        orders=orders,
        scac=element(shipment.first("TD5"), 3) or None,
        bill_of_lading=references.get(BILL_OF_LADING),
        pro_number=None if is_parcel and pro_number == tracking_numbers[0] else pro_number,
        amazon_reference_number=references.get(AMAZON_REFERENCE),
        seal_number=references.get(SEAL),
        weight=parse_number(element(goods, 7)),
        weight_unit=element(goods, 8) or "LB",
        is_replacement=element(beginning, 1) == REPLACEMENT,
    )


class _Tree:
    """The HL loops so far; each gets the next number and names its parent's."""

    def __init__(self, settings: NoticeSettings) -> None:
        self.segments: list[list[str]] = []
        self.count = 0
        self._settings = settings

    def open(self, level: str, parent: str, content: Sequence[list[str]]) -> str:
        self.count += 1
        self.segments += [["HL", str(self.count), parent, level], *content]
        return str(self.count)

    def add_order(self, order: NoticeOrder, parent: str) -> None:
        at = self.open(ORDER, parent, [["PRF", order.purchase_order_number]])
        for carton in order.cartons:
            self._add_carton(carton, at)
        for pallet in order.pallets:
            on = self.open(PALLET, at, self._marks(pallet.sscc))
            for carton in pallet.cartons:
                self._add_carton(carton, on)

    def _add_carton(self, carton: Carton, parent: str) -> None:
        at = self.open(CARTON, parent, [*_ref(CARRIER_REFERENCE, carton.tracking_number), *self._marks(carton.sscc)])
        for item in carton.items:
            self.open(ITEM, at, self._item(item))

    def _item(self, item: NoticeItem) -> list[list[str]]:
        settings = self._settings
        return [
            ["LIN", item.line_number, item.identifier.qualifier, item.identifier.value],
            ["SN1", item.line_number, number(item.quantity), item.unit],
            *_ref(settings.lot_qualifier, item.lot),
            *_dtm(settings.expiry_qualifier, item.expires_on),
            *_dtm(settings.manufacture_qualifier, item.manufactured_on),
        ]

    def _marks(self, sscc: str | None) -> list[list[str]]:
        return [["MAN", "GM", self._settings.sscc_prefix + sscc]] if sscc else []


def _shipment(notice: ShipNotice) -> list[list[str]]:
    weight = ["", "", "", "G", number(notice.weight), notice.weight_unit] if notice.weight is not None else []
    pallets = [["TD1", "PLT", str(notice.pallet_count)]] if notice.pallet_count else []
    return [
        ["TD1", "CTN", str(notice.carton_count), *weight],
        *pallets,
        *([["TD5", "", "2", notice.scac]] if notice.scac else []),
        *_ref(BILL_OF_LADING, notice.bill_of_lading),
        *_ref(CARRIER_REFERENCE, notice.carrier_reference),
        *_ref(AMAZON_REFERENCE, notice.amazon_reference_number),
        *_ref(SEAL, notice.seal_number),
        *_dtm(SHIPPED, notice.shipped_on),
        *_dtm(DELIVERED, notice.delivery_on),
        *_party("SF", notice.ship_from),
        *_party("ST", notice.ship_to),
    ]


def _party(role: str, party: Party) -> list[list[str]]:
    lines = list(party.address_lines)
    place = [party.city or "", party.state or "", party.postal_code or "", party.country or ""]
    return [
        ["N1", role, party.name or "", party.qualifier, party.identifier],
        *(["N3", *lines[at : at + 2]] for at in range(0, len(lines), 2)),
        *([["N4", *place]] if any(place) else []),
    ]


def _ref(qualifier: str, value: str | None) -> list[list[str]]:
    return [["REF", qualifier, value]] if value else []


def _dtm(qualifier: str, day: date | None) -> list[list[str]]:
    return [["DTM", qualifier, _day(day)]] if day else []


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _mark(level: Level) -> str | None:
    """The SSCC without its application identifier; what stands there where it is none."""
    text = element(level.first("MAN"), 2)
    return as_sscc(text) or text or None


def _parse_order(level: Level, settings: NoticeSettings) -> NoticeOrder:
    return NoticeOrder(
        element(level.first("PRF"), 1),
        tuple(_parse_carton(each, settings) for each in level.children if each.code == CARTON),
        tuple(_parse_pallet(each, settings) for each in level.children if each.code == PALLET),
    )


def _parse_pallet(level: Level, settings: NoticeSettings) -> Pallet:
    return Pallet(_mark(level), tuple(_parse_carton(each, settings) for each in level.children))


def _parse_carton(level: Level, settings: NoticeSettings) -> Carton:
    items = tuple(_parse_item(each, settings) for each in level.children)
    return Carton(_mark(level), items, level.reference(CARRIER_REFERENCE))


def _parse_item(level: Level, settings: NoticeSettings) -> NoticeItem:
    line, shipped = level.first("LIN"), level.first("SN1")
    return NoticeItem(
        line_number=element(line, 1),
        identifier=ItemIdentifier(element(line, 2), element(line, 3)),
        quantity=parse_number(element(shipped, 2)) or Decimal(0),
        unit=element(shipped, 3),
        lot=level.reference(settings.lot_qualifier),
        expires_on=level.day(settings.expiry_qualifier),
        manufactured_on=level.day(settings.manufacture_qualifier),
    )


def _parse_party(shipment: Level, role: str) -> Party:
    """The N1 of that role with what follows it, up to the next."""
    found: list[Segment] = []
    for segment in shipment.segments:
        if segment[0] == "N1":
            if found:
                break
            if element(segment, 1) == role:
                found.append(segment)
        elif found:
            found.append(segment)
    return parse_party(found) if found else Party("", "")


def _parse_moment(day: str, time: str, settings: NoticeSettings) -> datetime:
    """BSN03/04; the beginning of time where they are none."""
    on = parse_date(day) or date.min
    hour, minute, second = (int(time[at : at + 2] or 0) if time[at : at + 2].isdigit() else 0 for at in (0, 2, 4))
    return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=ZoneInfo(settings.zone))
