"""What the sandbox is told to play: the same for the same seed, well-formed, and true to its own catalogue.

The orders are read by the product's reader and parser, which share no code with the writer here.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import include.amazon
import include.relationships
from include.amazon.orders import PurchaseOrder
from include.amazon.x12_850 import parse_purchase_order
from include.identifiers import as_asin, as_gtin_14
from include.sandbox.amazon.scenario import Interchange, Line, Order, Scenario, load_scenario
from include.sandbox.cin7.warehouse_plan import FAULTS, intend, read_plan
from include.sandbox.cin7.world import build_world
from include.sandbox.scenarios import inventory
from include.sandbox.scenarios.__main__ import main
from include.x12.envelope import InterchangeEnd, TransactionSet
from include.x12.guides import find_guide
from include.x12.reading import read_interchanges

START = "2026-11-25T08:00:00+00:00"
NAMES = {
    "demo": (),
    "simulation": ("--orders", "300"),
    "fulfilment": ("--orders", "300"),
    "intake": ("--orders", "100", "--lines", "20"),
    "inventory": ("--skus", "2000"),
}
GUIDES = Path(include.amazon.__file__).parent / "guides"
RELATIONSHIPS = Path(include.relationships.__file__).parent


@dataclass(frozen=True)
class Written:
    scenario: Scenario
    catalogue: dict[str, Any]

    @property
    def interchanges(self) -> list[Interchange]:
        return [each for drop in self.scenario.drops for each in drop.interchanges]

    @property
    def orders(self) -> list[Order]:
        return [order for each in self.interchanges for order in each.orders]

    @property
    def first_orders(self) -> dict[str, Order]:
        found: dict[str, Order] = {}
        for order in self.orders:
            found.setdefault(order.purchase_order_number, order)
        return found


@pytest.fixture(scope="module", params=sorted(NAMES))
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp(request.param)
    return write(folder, request.param, *NAMES[request.param])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("demo"), "demo")


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return write(tmp_path_factory.mktemp("simulation"), "simulation")


def write(folder: Path, name: str, *words: str) -> Written:
    main([name, "--out", str(folder), "--start", START, *words])
    return Written(load_scenario(folder / "orders.json"), json.loads((folder / "catalogue.json").read_text()))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_same_words_give_the_same_files(name: str, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write(tmp_path / folder, name, *NAMES[name])

    for file in ("catalogue.json", "orders.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_another_seed_gives_other_orders(tmp_path: Path) -> None:
    one = write(tmp_path / "one", "simulation", "--orders", "50")
    two = write(tmp_path / "two", "simulation", "--orders", "50", "--seed", "2")

    assert [order.lines for order in one.orders] != [order.lines for order in two.orders]


def test_every_order_is_read_as_it_was_meant(written: Written) -> None:
    for drop in written.scenario.drops:
        read = read_orders(drop.content)
        meant = [(each.control_number, order) for each in drop.interchanges for order in each.orders]

        assert [(number, told(order)) for number, order in read] == [(number, asked(order)) for number, order in meant]


def test_every_bad_interchange_is_refused_or_unreadable(demo: Written) -> None:
    bad = [each.control_number for each in demo.interchanges if not each.is_good]

    assert len(bad) == 4
    assert [number for drop in demo.scenario.drops for number, _ in read_orders(drop.content) if number in bad] == []


def test_control_numbers_and_names_are_used_again_only_for_the_same_bytes(written: Written) -> None:
    texts: dict[str, set[str]] = {}
    for drop in written.scenario.drops:
        if len(drop.interchanges) == 1:
            texts.setdefault(drop.interchanges[0].control_number, set()).add(drop.text)

    assert all(len(each) == 1 for each in texts.values())
    assert len({drop.name for drop in written.scenario.drops}) == len(written.scenario.drops)
    groups = {(each.control_number, each.group_control_number) for each in written.interchanges}
    assert len({group for _, group in groups}) == len({number for number, _ in groups}) == len(groups)


def test_purchase_order_numbers_are_eight_signs_and_each_its_own(written: Written) -> None:
    assert all(len(number) == 8 and number.isalnum() for number in written.first_orders)
    assert all(order.lines for order in written.orders)


def test_every_line_means_one_product_of_the_catalogue_in_its_unit(written: Written) -> None:
    products = {each["SKU"]: each for each in written.catalogue["products"]}

    for line in (line for order in written.orders for line in order.lines):
        found = products_of(line, written)
        assert len(found) == (line.fault != "unmapped")
        if found:
            assert found == [line.sku]
            assert base_units(products[line.sku], products, line.unit) == {line.eaches}


def test_only_the_marked_lines_have_another_price_than_the_list(written: Written) -> None:
    prices = {each["SKU"]: Decimal(str(each["PriceTiers"]["Amazon"])) for each in written.catalogue["products"]}
    sizes = {each["SKU"]: case_size(each) for each in written.catalogue["products"]}
    differing = [
        line.unit_price < prices[line.sku] / sizes[line.sku]
        for order in written.first_orders.values()
        for line in order.lines
        if line.sku and (line.unit_price != prices[line.sku] / sizes[line.sku] or line.fault == "price")
    ]

    assert sorted(differing) == ([False, True] if written.scenario.name == "demo" else [])


def test_the_catalogue_is_a_company_that_the_shipped_relationship_can_trade_with(written: Written) -> None:
    relationship = yaml.safe_load((RELATIONSHIPS / "amazon_us.yaml").read_text())
    world = build_world(json.loads(json.dumps(written.catalogue), parse_float=Decimal))

    tenant = world.tenant
    assert [each["Name"] for each in tenant.customers] == [relationship["customer"]]
    assert tenant.by_name(tenant.locations, relationship["location"])
    assert tenant.by_name(tenant.price_tiers, relationship["price_tier"])
    assert tenant.by_name(tenant.tax_rules, relationship["tax_rule"])
    assert tenant.by_name(tenant.payment_terms, relationship["terms"])
    assert relationship["sales_representative"] in tenant.contacts
    assert written.scenario.location == relationship["location"]
    for party, told in ((written.scenario.amazon, "partner"), (written.scenario.vendor, "ours")):
        assert (party.qualifier, party.identifier) == (relationship[told]["qualifier"], relationship[told]["id"])


@pytest.mark.parametrize("name", ["demo", "fulfilment"])
def test_the_account_has_the_bill_to_and_the_terms_of_the_shipped_relationship(name: str, tmp_path: Path) -> None:
    told = yaml.safe_load((RELATIONSHIPS / "amazon_us.yaml").read_text())
    account = write(tmp_path, name).scenario.account

    billed, terms = told["invoices"]["bill_to"], told["invoices"]["terms"]
    assert account.bill_to is not None
    assert account.terms is not None
    assert (account.bill_to.name, account.bill_to.identifier) == (billed["name"], billed.get("code", ""))
    assert [*account.bill_to.lines, account.bill_to.city, account.bill_to.state, account.bill_to.postal_code,
            account.bill_to.country] == list(billed["address"].values())  # fmt: skip
    assert asdict(account.terms) == terms | {"discount_percent": None, "discount_days": None}
    assert account.is_collect == told["notices"].get("is_collect", False)


@pytest.mark.parametrize("name", ["demo", "fulfilment"])
def test_every_carrier_of_the_warehouse_is_one_of_the_shipped_relationship(name: str, tmp_path: Path) -> None:
    told = yaml.safe_load((RELATIONSHIPS / "amazon_us.yaml").read_text())["notices"]
    written = write(tmp_path, name)
    plan = read_plan(written.catalogue["warehouse"])
    carriers = {carrier: each for number in written.first_orders for each in [intend(plan, number)]
                for carrier in each.plan.carriers}  # fmt: skip

    kinds = {carrier: told["carriers"][carrier]["shipment"] for carrier in carriers}
    assert set(kinds.values()) == {"small_parcel", "less_than_truckload"}
    for carrier, intent in carriers.items():
        is_parcel = kinds[carrier] == "small_parcel"
        assert (intent.plan.tracking, intent.plan.notes) == (("carton", ()) if is_parcel else ("none", ("BOL", "PRO")))


def test_the_demos_warehouse_does_of_everything_something(demo: Written) -> None:
    plan = read_plan(demo.catalogue["warehouse"])
    intents = [intend(plan, number) for number in demo.first_orders]

    faults = Counter(fault for each in intents for fault in each.faults)
    assert set(plan.sales) <= set(demo.first_orders)
    assert set(faults) == {"missing_tracking", "unknown_carrier", "pack_more", "invoice_penny", "never_shipped"}
    assert {each.parts for each in intents} == {1, 2}
    assert {each.box_name for each in intents} == {"plain", "pallet", "sscc"}
    assert all(each.is_invoiced for each in intents)
    assert [each for each in intents if each.plan.mixed_cartons]


def test_the_fulfilment_has_every_fault_of_the_warehouse_at_a_few_percent(tmp_path: Path) -> None:
    written = write(tmp_path, "fulfilment")
    plan = read_plan(written.catalogue["warehouse"])
    intents = [intend(plan, number) for number in written.first_orders]

    faults = Counter(fault for each in intents for fault in each.faults)
    assert len(intents) == 1000
    assert set(faults) == set(FAULTS)
    assert all(0.005 <= count / 1000 <= 0.04 for count in faults.values())
    assert Counter(each.parts for each in intents).keys() == {1, 2, 3}
    assert not any(order.back_order_allowed for order in written.orders)
    assert written.scenario.switches.miscount_every


def test_identifiers_are_valid_and_each_product_has_its_own(written: Written) -> None:
    products = written.catalogue["products"]

    assert all(as_gtin_14(each["Barcode"]) for each in products)
    assert all(as_asin(each["AdditionalAttribute1"]) for each in products if "AdditionalAttribute1" in each)
    for name in ("SKU", "Barcode", "AdditionalAttribute1"):
        values = [each[name] for each in products if each.get(name)]
        assert len(values) == len(set(values))


def test_a_sale_keyed_by_hand_is_for_what_its_order_asks(written: Written) -> None:
    sizes = {each["SKU"]: case_size(each) for each in written.catalogue["products"]}
    keyed = [sale for each in written.catalogue["timeline"] for sale in each.get("sales", ())]

    assert bool(keyed) == (written.scenario.name not in {"intake", "inventory"})
    for sale in keyed:
        order = written.first_orders[sale["customer_reference"]]
        eaches = [(each["sku"], each["quantity"] * sizes[each["sku"]]) for each in sale["lines"]]
        assert eaches == [(line.sku, line.quantity * line.eaches) for line in order.lines]
        assert len(dict(eaches)) == len(eaches)


def test_the_demo_has_one_of_everything_that_makes_the_work_hard(demo: Written) -> None:
    orders = demo.first_orders.values()
    start = datetime.fromisoformat(START)

    assert 20 <= len(orders) <= 32
    assert all(start < each.at <= start + timedelta(hours=20) for each in demo.scenario.drops)
    assert {order.order_type for order in orders} == {"NE", "RO"}
    assert {line.item[0] for order in orders for line in order.lines} == {"BP", "UP", "EN", "UK", "VN"}
    assert {line.fault for order in orders for line in order.lines} == {None, "unmapped", "price"}
    assert {line.sku for order in orders for line in order.lines if line.unit == "CA" and "CASE" in str(line.sku)}
    assert [order for order in orders if order.window_start > order.window_end]
    assert {each.ship_to[1] for each in orders} > known_centres()
    assert [drop for drop in demo.scenario.drops if len(drop.interchanges) > 1 and drop.races == ()]
    assert [drop for drop in demo.scenario.drops if drop.races]
    assert [drop for drop in demo.scenario.drops if "|00501|" in drop.text]
    assert [order for order in orders if len({line.sku for line in order.lines}) < len(order.lines)]
    happens = Counter(name for each in demo.catalogue["timeline"] for name in each if name != "at")
    assert set(happens) == {"stock", "sales", "behaviour"}


def test_the_demo_changes_cancels_and_resends_orders(demo: Written) -> None:
    again: dict[str, list[Order]] = {}
    for order in demo.orders:
        again.setdefault(order.purchase_order_number, []).append(order)
    later = [(first, *rest) for first, *rest in again.values() if rest]

    assert sum(first == second for first, second in later) == 2
    assert sum(second.is_cancelled for _, second in later) == 1
    assert sum(first.lines == second.lines and first != second for first, second in later) == 1
    assert sum(any(line.quantity == 0 for line in second.lines) for _, second in later) == 2
    assert len(later) == 6
    resent = Counter(drop.text for drop in demo.scenario.drops)
    assert sorted(resent.values())[-2:] == [1, 2]


def test_the_simulation_has_the_shares_that_it_promises(simulation: Written) -> None:
    orders = simulation.first_orders
    count = len(orders)
    seen: set[str] = set()
    about_known_orders = 0
    for drop in simulation.scenario.drops:
        numbers = {order.purchase_order_number for each in drop.interchanges for order in each.orders}
        about_known_orders += numbers <= seen
        seen |= numbers

    assert count == 2000
    assert 0.08 <= len(short_orders(simulation)) / count <= 0.12
    assert sum(len(drop.races) for drop in simulation.scenario.drops) == 0.02 * count
    assert about_known_orders == (0.03 + 0.02) * count
    assert sum(len(each.get("sales", ())) for each in simulation.catalogue["timeline"]) == 0.01 * count
    assert {len(order.lines) for order in orders.values()} >= set(range(1, 9))


def test_the_simulation_is_down_for_half_a_window_and_limits_in_every_way(simulation: Written) -> None:
    behaviours = [(each["at"], each["behaviour"]) for each in simulation.catalogue["timeline"] if "behaviour" in each]
    down = [datetime.fromisoformat(at) for at, told in behaviours if "down" in told]

    assert down[1] - down[0] == timedelta(hours=12)
    assert {told["limit_answer"] for _, told in behaviours if "limit_answer" in told} == {429, 503, 400}


def test_the_intake_is_dropped_at_once_and_a_tenth_of_it_is_short(tmp_path: Path) -> None:
    bench = write(tmp_path, "intake")

    assert len(bench.first_orders) == 500
    assert {len(order.lines) for order in bench.orders} == {20}
    assert {drop.at for drop in bench.scenario.drops} == {datetime.fromisoformat(START)}
    assert len(short_orders(bench)) == 50
    assert len(bench.catalogue["races"]) == 10


def read_orders(content: bytes) -> list[tuple[str, PurchaseOrder]]:
    """What the product's reader accepts, for whoever it is addressed to."""
    sets: list[TransactionSet] = []
    accepted: list[tuple[str, PurchaseOrder]] = []
    for event in read_interchanges(io.BytesIO(content), lambda _, group, name: guide(group.release, name)):
        if isinstance(event, TransactionSet):
            sets.append(event)
        elif isinstance(event, InterchangeEnd):
            if event.verdict != "R" and event.header.receiver_id == "VENDORLANE":
                accepted += [(event.header.control_number, parse_purchase_order(each.segments))
                             for each in sets if each.verdict == "A"]  # fmt: skip
            sets = []
    return accepted


@cache
def guide(release: str, name: str) -> Any:
    return find_guide(GUIDES, release, name)


def told(order: PurchaseOrder) -> tuple[Any, ...]:
    assert order.ship_to is not None
    return (
        order.purchase_order_number,
        order.ordered_on,
        order.back_order_allowed,
        (order.window_start, order.window_end),
        (order.ship_to.qualifier, order.ship_to.identifier),
        order.is_cancelled,
        [
            (each.line_number, each.quantity, each.unit, each.unit_price, each.price_basis, str(each.identifiers[0]))
            for each in order.lines
        ],
    )


def asked(order: Order) -> tuple[Any, ...]:
    return (
        order.purchase_order_number,
        order.ordered_on,
        order.back_order_allowed,
        (order.window_start, order.window_end),
        order.ship_to,
        order.is_cancelled,
        [
            (each.line_number, each.quantity, each.unit, each.unit_price, "PE", " ".join(each.item))
            for each in order.lines
        ],
    )


def products_of(line: Line, written: Written) -> list[str]:
    qualifier, value = line.item
    field = {"BP": "AdditionalAttribute1", "VN": "SKU"}.get(qualifier, "Barcode")
    wanted = as_gtin_14(value) if field == "Barcode" else value
    index = written.catalogue.setdefault("index", {})
    if field not in index:
        index[field] = {}
        for each in written.catalogue["products"]:
            told = each.get(field, "")
            index[field].setdefault(as_gtin_14(told) if field == "Barcode" else told, []).append(each["SKU"])
    return index[field].get(wanted, [])


def case_size(product: dict[str, Any]) -> int:
    return sum(part["Quantity"] for part in product.get("BillOfMaterialsProducts", ())) or 1


def base_units(product: dict[str, Any], products: dict[str, Any], unit: str) -> set[Decimal]:
    """Every size that the catalogue gives the line's unit: one, or it contradicts itself."""
    if unit == "EA":
        return {Decimal(1)}
    sku = product["SKU"]
    linked = {
        case_size(each) for each in products.values() if sku in (component(each), each["SKU"]) and component(each)
    }
    return {
        Decimal(size) for size in linked | ({product["CartonQuantity"]} if product.get("CartonQuantity") else set())
    }


def component(product: dict[str, Any]) -> str | None:
    parts = product.get("BillOfMaterialsProducts", ())
    return parts[0]["ProductCode"] if parts else None


def known_centres() -> set[str]:
    told = yaml.safe_load((RELATIONSHIPS / "fulfilment_centres.yaml").read_text())["centres"]
    return {each["code"] for each in told}


def short_orders(written: Written) -> set[str]:
    """The orders that find too little, served as they come, before anyone else takes or brings anything."""
    left: Counter[str] = Counter()
    for row in written.catalogue["stock"]:
        left[row["sku"]] += row["on_hand"] * (row["location"] == written.scenario.location)
    bases = {each["SKU"]: component(each) or each["SKU"] for each in written.catalogue["products"]}
    short = set()
    for order in written.first_orders.values():
        for line in order.lines:
            base = bases[line.sku or ""]
            got = min(line.quantity, left[base] // line.eaches)
            left[base] -= int(got * line.eaches)
            if got < line.quantity:
                short.add(order.purchase_order_number)
    return short


def test_the_inventory_has_a_row_for_each_product_and_location_and_all_that_makes_stock_hard() -> None:
    company = inventory.build(datetime.fromisoformat(START), 2_000, 5, seed=1).company
    world = build_world(company)
    told = world.desk.read({"limit": "1000"}, datetime.fromisoformat(START), world.behaviour)

    rows = company["stock"]
    assert told["Total"] == len(rows) == (2_000 - 2) * 5
    assert len({row["location"] for row in rows}) == 5
    assert any(row["location"] == inventory.QUARANTINE for row in rows)
    assert all(any(told) for told in ([row.get("bin") and row["on_hand"] < 0 for row in rows],
                                      [row.get("expires_on", START) < START for row in rows]))  # fmt: skip
    assert inventory.build(datetime.fromisoformat(START), 2_000, 5, seed=1).company == company
