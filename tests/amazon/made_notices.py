"""Ship notices for tests: small ones by hand, the golden files' values, and any that hypothesis thinks of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from include.amazon.notices import Carton, NoticeItem, NoticeOrder, Pallet, ShipmentType, ShipNotice
from include.amazon.orders import Party
from include.identifiers import ItemIdentifier, build_sscc

NOW = datetime(2026, 12, 1, 14, 30, 15, tzinfo=UTC)
TODAY = NOW.date()
ITEM = ItemIdentifier("BP", "B0EXAMPLE1")
ORDER = "4ABCD123"
WAREHOUSE = Party("92", "VNDR1", city="PORTLAND", state="OR", postal_code="97201", country="US")
CENTRE = Party("92", "PHX6")
FREIGHT = {"scac": "ABFS", "bill_of_lading": "VNDR100001", "pro_number": "987654321"}


def sscc(serial):
    return build_sscc(0, "0614141", serial)


def item(quantity="12", line_number="1", identifier=ITEM, unit="EA", **more):
    return NoticeItem(line_number, identifier, Decimal(quantity), unit, **more)


def carton(serial, *items, **more):
    return Carton(None if serial is None else sscc(serial), items or (item(),), **more)


def order(*cartons, number=ORDER, pallets=()):
    return NoticeOrder(number, cartons, tuple(pallets))


def notice(*orders, **changed):
    """A right notice of freight."""
    values = {
        "shipment_number": "SHIP0001",
        "written_at": NOW,
        "shipped_on": TODAY,
        "delivery_on": date(2026, 12, 4),
        "shipment_type": ShipmentType.LESS_THAN_TRUCKLOAD,
        "ship_from": WAREHOUSE,
        "ship_to": CENTRE,
        "orders": orders or (order(carton(1)),),
        **FREIGHT,
    }
    return ShipNotice(**{**values, **changed})


def parcels(*cartons, **changed):
    """A right notice of small parcels."""
    shipped = cartons or (carton(1, tracking_number="1Z999AA10123456784"),)
    kind = ShipmentType.SMALL_PARCEL
    return notice(order(*shipped), shipment_type=kind, bill_of_lading=None, pro_number=None, **changed)


def as_notice(told):
    """The notice that a golden file's JSON tells."""
    return ShipNotice(
        **{
            **told,
            "written_at": datetime.fromisoformat(told["written_at"]),
            "shipped_on": date.fromisoformat(told["shipped_on"]),
            "delivery_on": date.fromisoformat(told["delivery_on"]),
            "shipment_type": ShipmentType(told["shipment_type"]),
            "ship_from": _party(told["ship_from"]),
            "ship_to": _party(told["ship_to"]),
            "orders": tuple(_order(each) for each in told["orders"]),
            "weight": Decimal(told["weight"]) if "weight" in told else None,
        }
    )


def _party(told):
    return Party(**{**told, "address_lines": tuple(told.get("address_lines", ()))})


def _order(told):
    pallets = (Pallet(each.get("sscc"), _cartons(each)) for each in told.get("pallets", ()))
    return NoticeOrder(told["purchase_order_number"], _cartons(told), tuple(pallets))


def _cartons(told):
    return tuple(
        Carton(each.get("sscc"), tuple(_item(one) for one in each["items"]), each.get("tracking_number"))
        for each in told.get("cartons", ())
    )


def _item(told):
    days = {name: date.fromisoformat(told[name]) for name in ("expires_on", "manufactured_on") if name in told}
    identifier = ItemIdentifier(*told["identifier"].split(" ", 1))
    return NoticeItem(**{**told, "identifier": identifier, "quantity": Decimal(told["quantity"]), **days})


WORDS = st.text("ABCDEFGHXYZ0123456789-/ .", min_size=2, max_size=30).map(str.strip).filter(lambda text: len(text) > 1)
DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
SERIALS = st.integers(1, 10**6)
NUMBERS = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=8, max_size=8)


@st.composite
def parties(draw, is_whole=True):
    place = {"city": WORDS, "state": st.sampled_from(["OR", "TX"]), "postal_code": st.just("97201")}
    place["country"] = st.sampled_from(["US", "CA"])
    given = {name: draw(values if is_whole else st.none() | values) for name, values in place.items()}
    lines = draw(st.lists(WORDS, max_size=4))
    return Party("92", draw(WORDS), draw(st.none() | WORDS), tuple(lines), **given)


@st.composite
def items(draw):
    lines = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3, unique=True))
    return tuple(
        item(
            draw(st.integers(1, 99_999)),
            str(line),
            ItemIdentifier("BP", f"B0LINE{line:04}"),
            "CA" if line % 3 == 0 else "EA",
            lot=f"LOT {line}" if line % 5 == 0 else None,
            expires_on=date(2030, 1, line % 28 + 1) if line % 5 == 0 else None,
            manufactured_on=date(2026, 1, 5) if line % 7 == 0 else None,
        )
        for line in lines
    )


@st.composite
def notices(draw):
    """A notice that breaks no rule, whatever it holds: parcels, or freight with and without pallets."""
    serials = iter(draw(st.lists(SERIALS, min_size=60, max_size=60, unique=True)))
    is_parcel = draw(st.booleans())

    def made_carton():
        tracked = {"tracking_number": f"1Z{next(serials):09}"} if is_parcel else {}
        return carton(next(serials), *draw(items()), **tracked)

    def made_order(number):
        loose = tuple(made_carton() for _ in range(draw(st.integers(0 if not is_parcel else 1, 3))))
        least = 0 if loose else 1
        stacked = 0 if is_parcel else draw(st.integers(least, 2))
        pallets = tuple(
            Pallet(draw(st.sampled_from([None, sscc(next(serials))])), tuple(made_carton() for _ in range(2)))
            for _ in range(stacked)
        )
        return NoticeOrder(number, loose, pallets)

    numbers = draw(st.lists(NUMBERS, min_size=1, max_size=3, unique=True))
    orders = tuple(made_order(number) for number in numbers)
    if len(orders) > 1 and orders[0].cartons:  # a carton of two orders stands under each
        shared = orders[0].cartons[0]
        twin = Carton(shared.sscc, (draw(items()))[:1], shared.tracking_number)
        has_one_lot = not shared.items[0].lot and not twin.items[0].lot
        if has_one_lot and twin.items[0].identifier not in {one.identifier for one in shared.items}:
            orders = (orders[0], NoticeOrder(numbers[1], (twin, *orders[1].cartons), orders[1].pallets), *orders[2:])
    weight = draw(st.none() | st.decimals("0.1", "99999", places=1))
    return notice(
        *orders,
        shipment_number=draw(WORDS),
        shipment_type=ShipmentType.SMALL_PARCEL if is_parcel else ShipmentType.LESS_THAN_TRUCKLOAD,
        ship_from=draw(parties()),
        ship_to=draw(parties(is_whole=False).filter(lambda party: party.country)),
        scac=draw(st.sampled_from(["ABFS", "UPSN", "AMZT"])),
        bill_of_lading=draw(st.sampled_from([None, "VNDR100001"])) if is_parcel else "VNDR100001",
        pro_number=draw(st.sampled_from([None, "MASTER-1"])) if is_parcel else "987654321",
        amazon_reference_number=draw(st.none() | WORDS),
        seal_number=draw(st.none() | WORDS),
        weight=weight,
        weight_unit=draw(st.sampled_from(["LB", "KG"])) if weight is not None else "LB",
        is_replacement=False,
    )
