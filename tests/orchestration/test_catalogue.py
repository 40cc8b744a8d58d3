"""The catalogue's steps against a Cin7 Core that shifts its pages, runs out of calls, drops answers and is killed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from include import clock
from include.catalogue import examining, links, listings, products, writing
from include.catalogue.listing import load_listed
from include.catalogue.readiness import Lack
from include.cin7.client import Cin7Client, Lane
from include.database.connection import connect
from include.errors import TransientError
from include.identifiers import ItemIdentifier
from include.orchestration.cin7_catalogue import Cin7Catalogue
from include.relationships.model import Relationship
from tests.purchase_orders.trade import UnlimitedLimiter
from tests.relationships.examples import relationship
from tests.sandbox.cin7_process import ACCOUNT, COMPANY, KEY, Cin7Process

MANY = 2_300
MUG, PLATE = "B000000MUG", "B00000PLAT"

Company = Mapping[str, Any]


@dataclass
class Sync:
    """One relationship's catalogue; `waits` is how long its reading waited for calls."""

    connection: psycopg.Connection[dict[str, Any]]
    client: Cin7Client
    relationship: Relationship
    cin7: Cin7Process
    waits: list[float] = field(default_factory=list)
    on_wait: Callable[[], None] = lambda: None
    pace: float = 0.0

    def read(self, *, whole: bool = False) -> int:
        now = clock.now()
        return products.refresh(
            self.connection, self.relationship, self.master.fetch, now, max_age=timedelta(0), whole=whole
        )

    def run(self, *, whole: bool = False) -> None:
        """All steps of a run."""
        now = clock.now()
        self.read(whole=whole)
        listings.follow(self.connection, self.relationship, now)
        self.connection.commit()
        writing.write_codes(self.connection, self.relationship, self.master, now)
        examining.examine(self.connection, self.relationship, now)
        self.connection.commit()

    @property
    def master(self) -> Cin7Catalogue:
        return Cin7Catalogue(lambda: self.client, self.relationship, wait=self._wait, pace=self.pace)

    def link(self, code: str, sku: str) -> None:
        identifier = ItemIdentifier("BP", code)
        links.save_link(self.connection, self.relationship.name, identifier, sku, linked_by="ann", now=clock.now())
        self.connection.commit()

    def listed(self) -> dict[str, str]:
        return {item.identifier.value: item.sku for item in load_listed(self.connection, self.relationship)}

    def lacks(self) -> set[tuple[str, Lack]]:
        return {
            (each.sku, each.lack) for each in examining.list_faults(self.connection, self.relationship.name, limit=100)
        }

    def calls(self, path: str, method: str = "GET") -> int:
        return sum(
            each["path"].lower().endswith(path) and each["method"] == method for each in self.cin7.get("log")["log"]
        )

    def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.on_wait()


@pytest.fixture
def begin(cin7: Cin7Process, database: str) -> Iterator[Callable[..., Sync]]:
    """Begins a relationship of these settings with this company."""
    client = Cin7Client(cin7.url, ACCOUNT, KEY, UnlimitedLimiter(), lane=Lane.BULK)
    with connect(database) as connection:

        def make(company: Company = COMPANY, **settings: Any) -> Sync:
            cin7.become(company)
            return Sync(connection, client, relationship(**settings), cin7)

        yield make
    client.close()


def many(count: int = MANY, **behaviour: Any) -> Company:
    """A company of so many products, each with an ASIN."""
    sold = [
        {"SKU": f"SKU-{number:05d}", "AttributeSet": "Amazon", "AdditionalAttribute2": f"B{number:09d}"}
        for number in range(count)
    ]
    return {**COMPANY, "products": sold, "stock": [], "behaviour": {"limit_calls": 10_000, **behaviour}}


def test_a_run_lists_what_is_sold_and_has_an_asin(begin):
    sync = begin()

    sync.run()

    assert sync.listed() == {MUG: "MUG"}
    assert sync.lacks() == set()


def test_no_product_is_missed_where_pages_shift_while_they_are_read(begin):
    sync = begin(many(unstable_pages=True))

    sync.run()

    assert len(sync.listed()) == MANY


def test_a_reading_goes_on_where_the_accounts_calls_were_taken(begin):
    sync = begin(many(limit_calls=3))
    sync.on_wait = lambda: sync.cin7.behave(limit_calls=10_000)

    assert sync.read() == MANY
    assert len(sync.waits) == 1
    assert sync.calls("/product") == 4  # three pages, of which one was asked for twice


def test_a_reading_that_waits_for_too_long_ends_and_the_next_one_repairs(begin):
    sync = begin(many(limit_calls=3))

    with pytest.raises(TransientError):
        sync.read()
    assert not products.was_read(sync.connection, sync.relationship)

    sync.cin7.behave(limit_calls=10_000)
    sync.run()
    assert len(sync.listed()) == MANY


def test_a_long_reading_leaves_calls_to_others(begin):
    sync = begin(many())
    sync.pace = 3.0

    sync.read()

    assert sync.waits == [3.0] * 3  # between three pages and the attribute sets


def test_a_run_killed_before_it_was_done_is_repaired_by_the_next(begin, database):
    sync = begin()
    sync.read()
    with connect(database) as killed:
        listings.follow(killed, sync.relationship, clock.now())
        killed.execute("SELECT 1")
        killed.rollback()

    assert sync.listed() == {}
    sync.run()
    assert sync.listed() == {MUG: "MUG"}


def test_a_product_deprecated_between_two_runs_is_told_and_no_longer_offered(begin):
    sync = begin()
    sync.run()

    sync.cin7.post("products", {"products": [{"SKU": "MUG", "Status": "Deprecated"}]})
    sync.run()

    assert (sync.listed(), sync.lacks()) == ({}, {("MUG", Lack.NOT_SOLD)})


def test_changes_alone_cost_one_call_for_products(begin):
    sync = begin(many())
    sync.run()
    before = sync.calls("/product")

    sync.cin7.post("products", {"products": [{"SKU": "SKU-00007", "Barcode": "036000291453"}]})
    sync.run()

    assert sync.calls("/product") == before + 1
    assert sync.lacks() == {("SKU-00007", Lack.BAD_GTIN)}


def test_an_asin_linked_by_hand_is_put_on_its_product_where_that_is_allowed(begin):
    sync = begin(catalogue={"write_asin": True})
    sync.run()
    sync.link(PLATE, "PLATE")

    sync.run()
    sync.run(whole=True)

    (row,) = sync.cin7.ask("GET", "/product?Sku=PLATE").json()["Products"]
    assert (row["AdditionalAttribute2"], sync.calls("/product", "PUT")) == (PLATE, 1)
    assert sync.listed() == {MUG: "MUG", PLATE: "PLATE"}


def test_nothing_is_written_unless_the_relationship_says_so(begin):
    sync = begin()
    sync.run()
    sync.link(PLATE, "PLATE")

    sync.run()

    assert sync.calls("/product", "PUT") == 0


def test_a_second_asin_of_a_product_is_an_alias_and_not_written(begin):
    sync = begin(catalogue={"write_asin": True})
    sync.run()
    sync.link("B000000CUP", "MUG")

    sync.run()

    assert (sync.calls("/product", "PUT"), sync.lacks()) == (0, set())
    assert sync.listed() == {MUG: "MUG", "B000000CUP": "MUG"}


def test_an_asin_that_cin7_drops_is_told_until_it_stands_there(begin):
    sync = begin(catalogue={"write_asin": True})
    sync.run()
    sync.link(PLATE, "PLATE")
    sync.cin7.behave(attributes_dropped=True)
    sync.run()

    assert sync.lacks() == {("PLATE", Lack.NOT_WRITTEN)}
    sync.run()
    assert sync.calls("/product", "PUT") == 1, "it is tried again a day later and not each time"

    sync.cin7.post(
        "products", {"products": [{"SKU": "PLATE", "AttributeSet": "Amazon", "AdditionalAttribute2": PLATE}]}
    )
    sync.run()
    assert sync.lacks() == set()


def test_a_lost_answer_to_a_write_that_did_nothing_is_looked_up_and_written_by_the_next_run(begin):
    sync = begin(catalogue={"write_asin": True})
    sync.run()
    sync.link(PLATE, "PLATE")
    sync.cin7.behave(drop_answer_next=["PUT /product"], attributes_dropped=True)
    sync.run()
    assert sync.lacks() == {("PLATE", Lack.NOT_WRITTEN)}

    sync.cin7.behave(attributes_dropped=False)
    sync.run()

    assert (sync.lacks(), sync.calls("/product", "PUT")) == (set(), 2)


@pytest.mark.airflow
@pytest.mark.slow
def test_the_steps_of_the_dag_run_from_an_entry_to_the_note(begin, database, tmp_path, monkeypatch):
    from include.orchestration import catalogue

    sync = begin()
    told = sync.relationship.model_dump(mode="json", exclude_unset=True)
    (tmp_path / "amazon_us.yaml").write_text(json.dumps(told))
    host, port = sync.cin7.root.removeprefix("http://").split(":")
    account = {"conn_type": "http", "schema": "http", "host": host, "port": int(port), "login": ACCOUNT,
               "password": KEY}  # fmt: skip
    monkeypatch.setenv("VENDORLANE_RELATIONSHIPS", str(tmp_path))
    monkeypatch.setenv("AIRFLOW_CONN_VENDORLANE_DB", database)
    monkeypatch.setenv("AIRFLOW_CONN_CIN7_CORE", json.dumps(account))
    notes = type("TaskInstance", (), {"xcom_push": lambda self, key, value: setattr(self, key, value)})()

    assert catalogue.masters(["amazon_us"]) == ["amazon_us"]
    assert catalogue.read_products("amazon_us", whole=False) == {"products": 5}
    catalogue.enter(["amazon_us"], {"link": {f"BP {PLATE}": "PLATE"}}, "ann")
    assert catalogue.follow_products(["amazon_us"])["added"] == 3
    assert catalogue.write_codes(["amazon_us"]) == {"written": 0}
    assert catalogue.examine(["amazon_us"]) == {"lacks": 0}
    catalogue.settle(["amazon_us"], notes)

    assert notes.note == "amazon_us: 2 listed, 2 not listed; nothing lacks"
