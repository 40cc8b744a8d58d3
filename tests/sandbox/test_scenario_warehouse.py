"""The company, the account and the warehouse of a scenario are those of the shipped relationship."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from include.sandbox.cin7.warehouse_plan import FAULTS, intend, read_plan
from include.sandbox.cin7.world import build_world
from tests.sandbox.written_scenarios import RELATIONSHIPS, Written, write


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
