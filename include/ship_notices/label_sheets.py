"""The sheet of labels of a notice: made when its cartons are packed, and anew when what it says changes.

The SSCCs are those of the notice, so that what is stuck on a carton is what the 856 says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from include.amazon.orders import Party
from include.ship_notices import label_pdf, label_zpl
from include.ship_notices.building import Built
from include.ship_notices.desk import Desk
from include.ship_notices.labels import MIXED_SKUS, Label, LabelKind
from include.ship_notices.store import named
from include.ship_notices.values import NOTHING, Item, StagedCarton, StagedNotice

EACHES = "EA"
PDF, ZPL = ".pdf", ".zpl"


def renew(desk: Desk, notice: StagedNotice, built: Built) -> int:
    """Make the sheet if it is not there or says something else now; how many labels were made anew."""
    labels = labels_of(notice, built)
    if not labels:
        return 0
    said = sha256(repr(labels).encode()).digest()
    if named.sheet_says(desk.connection, notice_id=notice.notice_id) == said:
        return 0
    pdf, zpl = label_pdf.render_pdf(labels), label_zpl.render_zpl(labels)
    named.save_sheet(
        desk.connection,
        notice_id=notice.notice_id,
        said=said,
        pdf=pdf,
        zpl=zpl,
        labels=len(labels),
        now=desk.now(),
    )
    if desk.relationship.notices.label_folder:
        _put(Path(desk.relationship.notices.label_folder), notice.shipment_number, pdf, zpl)
    return len(labels)


def clear_folder(desk: Desk) -> None:
    """Take the files of withdrawn notices out of the set folder, so that no spooler prints them."""
    folder = Path(desk.relationship.notices.label_folder or "")
    if not desk.relationship.notices.label_folder or not folder.is_dir():
        return
    numbers = sorted({path.stem for path in folder.iterdir() if path.suffix in {PDF, ZPL}})
    rows = named.withdrawn(desk.connection, relationship=desk.relationship.name, shipment_numbers=numbers)
    for row in list(rows):
        for suffix in (PDF, ZPL):
            (folder / f"{row['shipment_number']}{suffix}").unlink(missing_ok=True)


def labels_of(notice: StagedNotice, built: Built) -> tuple[Label, ...]:
    """A label for every pallet and carton that has its SSCC, in the order of the notice; none without a ship-from."""
    ship_from, ship_to = built.notice.ship_from, built.notice.ship_to
    if not ship_from.identifier:
        return ()
    cartons: dict[str, list[StagedCarton]] = defaultdict(list)
    pallets: dict[str, list[StagedCarton]] = defaultdict(list)
    sscc_of = {pallet.pallet_id: pallet.sscc for pallet in notice.pallets}
    for carton in notice.cartons:
        if carton.sscc:
            cartons[carton.sscc].append(carton)
        if on := sscc_of.get(carton.pallet_id or 0):
            pallets[on].append(carton)
    return (
        *_labels(LabelKind.PALLET, pallets, notice, built.items, ship_from, ship_to),
        *_labels(LabelKind.CARTON, cartons, notice, built.items, ship_from, ship_to),
    )


def _labels(
    kind: LabelKind,
    by_sscc: dict[str, list[StagedCarton]],
    notice: StagedNotice,
    items: Sequence[Item],
    ship_from: Party,
    ship_to: Party,
) -> Iterator[Label]:
    for position, (sscc, cartons) in enumerate(by_sscc.items(), 1):
        inside = {carton.carton_id for carton in cartons}
        held = [item for item in items if item.carton_id in inside]
        if not held:
            continue
        products = {str(item.share.identifier or item.share.sku) for item in held}
        units = {item.share.unit for item in held}
        is_one_unit = len(units) == 1
        yield Label(
            sscc=sscc,
            kind=kind,
            ship_from=ship_from,
            ship_to=ship_to,
            purchase_order_numbers=tuple(dict.fromkeys(carton.purchase_order_number for carton in cartons)),
            item=products.pop() if len(products) == 1 else MIXED_SKUS,
            quantity=sum((item.quantity if is_one_unit else item.sku_quantity for item in held), NOTHING),
            unit=units.pop() if is_one_unit else EACHES,
            position=position,
            count=len(by_sscc),
            carrier_name=notice.carrier,
            pro_number=notice.pro_number,
            bill_of_lading=notice.bill_of_lading,
        )


def _put(folder: Path, name: str, pdf: bytes, zpl: str) -> None:
    """Both files, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in ((PDF, pdf), (ZPL, zpl.encode("ascii"))):
        temporary = folder / f".{name}{suffix}"
        temporary.write_bytes(content)
        temporary.rename(folder / f"{name}{suffix}")
