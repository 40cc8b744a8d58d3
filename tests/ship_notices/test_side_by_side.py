"""Several workers at once on one shipment: no carton is lost between them, and none is notified twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from include.documents import sending as documents
from include.ship_notices import finding, sending
from tests.purchase_orders.interruptions import Meanwhile
from tests.ship_notices.warehouse import FREIGHT, Line, items_of, leave, marks_of, packed, ship, shipped

TRUCK = [shipped(carrier="Old Dominion", tracking=None)]


@pytest.fixture
def sends_meanwhile():
    """Writes the only notice, lets another worker read what changed, and commits then."""

    def send(warehouse):
        def read():
            with warehouse.desk() as other:
                finding.find(other, limit=10)

        meanwhile = Meanwhile(read)
        with warehouse.desk() as desk:
            write = partial(documents.write_document, desk.connection, warehouse.relationship)
            assert sending.send(desk, write, 1) is not None
            meanwhile()
            desk.connection.commit()
        meanwhile.finish()

    return send


def test_what_joins_a_truck_whose_notice_is_being_written_has_a_notice_of_its_own(warehouse, sends_meanwhile):
    first, second = (warehouse.order(number, Line("MUG", 6)) for number in ("4AAAAAAA", "4BBBBBBB"))
    ship(warehouse, first, packed("MUG", 6), boxes=TRUCK, notes=FREIGHT)
    warehouse.tick()
    warehouse.pass_time(minutes=10)
    ship(warehouse, second, packed("MUG", 6), boxes=TRUCK, notes=FREIGHT)

    sends_meanwhile(warehouse)
    leave(warehouse)
    leave(warehouse)

    assert [list(items_of(each)) for each in warehouse.written()] == [[("4AAAAAAA", "1")], [("4BBBBBBB", "1")]]


def test_what_is_undone_while_its_notice_is_being_written_is_told(warehouse, sends_meanwhile):
    sale = warehouse.order("4AAAAAAA", Line("MUG", 6))
    ship(warehouse, sale, packed("MUG", 6))
    warehouse.tick()
    warehouse.pass_time(minutes=10)
    warehouse.say(sale, voided=True)

    sends_meanwhile(warehouse)

    assert "shipment_undone" in warehouse.exceptions()
    assert len(warehouse.rows("SELECT FROM notice_item")) == 1


def test_many_workers_on_one_change_give_one_carton_one_sscc_and_one_notice(warehouse):
    sales = [warehouse.order(f"4AAAAA{n:02}", Line("MUG", 6)) for n in range(4)]
    for sale in sales:
        ship(warehouse, sale, packed("MUG", 6, "SSCC 306141410000000778"), boxes=[shipped("SSCC 306141410000000778")])

    for _ in range(2):
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda _: warehouse.tick(), range(3)))
        warehouse.pass_time(minutes=10)

    (notice,) = warehouse.written()
    assert len(items_of(notice)) == 4
    assert warehouse.rows("SELECT count(*) AS ssccs FROM sscc") == [{"ssccs": 1}]


def test_law_9_two_workers_on_one_shipment_send_one_notice(warehouse):
    sales = [warehouse.order(f"4AAAAA{n:02}", Line("MUG", 6)) for n in range(6)]
    for sale in sales:
        ship(warehouse, sale, packed("MUG", 6), boxes=[shipped(carrier="Old Dominion", tracking=None)], notes=FREIGHT)
    with warehouse.desk() as desk:
        finding.sweep(desk)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: warehouse.tick(), range(3)))
    warehouse.pass_time(minutes=10)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: warehouse.tick(), range(3)))

    (notice,) = warehouse.written()
    assert len(items_of(notice)) == 6
    assert len(set(marks_of(notice))) == 6
