"""From a staged notice to the values of its 856, with what no 856 can say. Pure: nothing is saved here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from include.amazon.notices import Carton, NoticeItem, NoticeOrder, NoticeSettings, Pallet, ShipmentType, ShipNotice
from include.amazon.orders import Party
from include.identifiers import ItemIdentifier
from include.relationships.address_book import FulfilmentCentre
from include.relationships.model import Relationship
from include.relationships.settings import Address
from include.relationships.shipping import Severity, ShipFrom
from include.ship_notices.unmerging import unmerge
from include.ship_notices.values import Item, Obstacle, Share, StagedCarton, StagedNotice

CODE = "92"  # N103: assigned by the buyer
NOBODY = Party(CODE, "")


@dataclass(frozen=True, slots=True)
class Built:
    """A notice as it would leave, what it says of order lines, and what no 856 can say."""

    notice: ShipNotice
    items: tuple[Item, ...]
    obstacles: tuple[Obstacle, ...]


def build(
    staged: StagedNotice,
    shares: Sequence[Share],
    ship_from: ShipFrom | None,
    centre: FulfilmentCentre | None,
    *,
    weight_unit: str,
    is_replacement: bool,
    written_at: datetime,
) -> Built:
    """The notice by what is known of it now; what is missing is left empty, and the rules ask for it."""
    items, obstacles = unmerge(staged.cartons, shares)
    by_carton: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_carton[item.carton_id].append(item)
    notice = ShipNotice(
        shipment_number=staged.shipment_number,
        written_at=written_at,
        shipped_on=staged.shipped_on,
        delivery_on=staged.delivery_on,
        shipment_type=ShipmentType(staged.shipment_type or ShipmentType.SMALL_PARCEL),
        ship_from=party(ship_from.code, ship_from.name, ship_from.address) if ship_from else NOBODY,
        ship_to=ship_to(staged.ship_to, centre),
        orders=tuple(_orders(staged, by_carton)),
        scac=staged.scac,
        bill_of_lading=staged.bill_of_lading,
        pro_number=staged.pro_number,
        amazon_reference_number=staged.amazon_reference_number,
        seal_number=staged.seal_number,
        weight=staged.weight,
        weight_unit=weight_unit,
        is_replacement=is_replacement,
    )
    return Built(notice, items, (*obstacles, *_unboxed(staged)))


def settings_of(relationship: Relationship, notice: StagedNotice) -> NoticeSettings:
    """What the relationship sets of the 856, and what a person decided for this one."""
    told = relationship.notices
    warned = {"856-10"} if notice.send_as_packed else set()
    if told.carton_tracking is Severity.WARN:
        warned.add("856-06 tracking_number")
    if told.carrier_reference is Severity.WARN:
        warned.add("856-06 pro_number")
    return NoticeSettings(
        zone=relationship.zone,
        time_format="%H%M%S" if told.time_with_seconds else "%H%M",
        is_collect=told.is_collect,
        needs_pallet_sscc=told.pallet_sscc is Severity.BLOCK,
        days_ahead=told.days_ahead,
        days_back=told.days_before,
        replacement_days=told.replacement_days,
        warned=frozenset(warned),
    )


def ship_to(told: Party, centre: FulfilmentCentre | None) -> Party:
    """The centre as the order names it, with its address where the address book has it."""
    return party(told.identifier, centre.name, centre.address, told.qualifier) if centre else told


def party(code: str, name: str, address: Address, qualifier: str = CODE) -> Party:
    """A party by its code, name and address."""
    return Party(
        qualifier,
        code,
        name,
        address_lines=tuple(line for line in (address.line1, address.line2) if line),
        city=address.city,
        state=address.state,
        postal_code=address.postcode,
        country=address.country,
    )


def _orders(staged: StagedNotice, items: Mapping[int, Sequence[Item]]) -> list[NoticeOrder]:
    """Each order's loose cartons, then its pallets. Two boxes of an order with one SSCC are one carton."""
    by_order: dict[str, list[StagedCarton]] = defaultdict(list)
    for carton in staged.cartons:
        by_order[carton.purchase_order_number].append(carton)
    return [
        NoticeOrder(
            number,
            tuple(_cartons([each for each in cartons if each.pallet_id is None], items)),
            tuple(
                Pallet(pallet.sscc, tuple(_cartons(on_it, items)))
                for pallet in staged.pallets
                if (on_it := [each for each in cartons if each.pallet_id == pallet.pallet_id])
            ),
        )
        for number, cartons in by_order.items()
    ]


def _cartons(staged: Sequence[StagedCarton], items: Mapping[int, Sequence[Item]]) -> list[Carton]:
    together: dict[str, list[StagedCarton]] = defaultdict(list)
    for carton in staged:
        together[carton.sscc or f"box {carton.carton_id}"].append(carton)
    return [
        Carton(
            sscc=boxes[0].sscc,
            items=tuple(_item(item) for box in boxes for item in items.get(box.carton_id, ())),
            tracking_number=next((box.tracking_number for box in boxes if box.tracking_number), None),
        )
        for boxes in together.values()
    ]


def _item(item: Item) -> NoticeItem:
    identifier = item.share.identifier or ItemIdentifier("", "")
    return NoticeItem(
        item.share.line_number, identifier, item.quantity, item.share.unit, lot=item.lot, expires_on=item.expires_on
    )


def _unboxed(staged: StagedNotice) -> list[Obstacle]:
    return [
        Obstacle(
            "856-07",
            "box",
            f"carton {carton.carton_id}",
            f"Goods of order {carton.purchase_order_number} are packed in no box, so that they have no SSCC.",
        )
        for carton in staged.cartons
        if not carton.box and carton.sscc is None
    ]
