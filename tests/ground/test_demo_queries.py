"""What the demo shows at its end, read from the product's database."""

from __future__ import annotations

from pathlib import Path

import aiosql
import psycopg
import pytest
from psycopg.rows import dict_row

from include.workstation import state

QUERIES = aiosql.from_path(Path(state.ROOT / "include/workstation/demo_report.sql"), "psycopg")

ONE_ORDER = """
INSERT INTO transmission (direction, mailbox, file_name, content, stored_at) VALUES ('in', 'm', 'f', 'x', now());
SET session_replication_role = replica;  -- the order's document is not what this is about
INSERT INTO purchase_order (relationship, purchase_order_number, state, document_id, order_type, ordered_on,
    back_order_allowed, location, currency, received_at, clock_started_at, answer_after,
    acknowledge_by, answered_at, answer_wanted, next_attempt_at)
VALUES ('amazon_us', 'AAAA1111', 'acknowledged', 1, 'SA', '2026-11-24', true, 'Main', 'USD',
    '2026-11-24 10:00Z', '2026-11-24 10:00Z', '2026-11-24 22:00Z', '2026-11-25 10:00Z', '2026-11-24 11:30Z', false,
    now()),
    ('amazon_us', 'BBBB2222', 'placed', 1, 'SA', '2026-11-24', false, 'Main', 'USD',
    '2026-11-24 10:00Z', '2026-11-24 10:00Z', '2026-11-24 22:00Z', '2026-11-25 10:00Z', NULL, true, now());
INSERT INTO purchase_order_line (order_id, line_number, position, identifiers, quantity, unit, accepted, rejected)
VALUES (1, '1', 1, '[]', 10, 'CA', 8, 2), (1, '2', 2, '[]', 5, 'EA', 5, 0);
INSERT INTO sale (order_id, erp, location, part, generation, external_id, state, planned_at)
VALUES (1, 'cin7_core', 'Main', 1, 1, 'one', 'voided', now()),
    (1, 'cin7_core', 'Main', 1, 2, 'two', 'authorised', now());
INSERT INTO sale_line (sale_key, sku, stock_key, planned, quantity, price, back_ordered)
VALUES (1, 's', 's', 65, 65, 1, 3), (2, 's', 's', 53, 53, 1, 0);
"""


@pytest.fixture
def filled(database: str) -> psycopg.Connection[dict[str, object]]:
    """One order answered over a replaced sale, one that stands still."""
    connection = psycopg.connect(database, row_factory=dict_row)
    connection.execute(ONE_ORDER.encode())
    return connection


def test_an_order_shows_only_what_stands_on_its_live_sale(filled: psycopg.Connection[dict[str, object]]) -> None:
    first, second = QUERIES.orders(filled)

    assert (first["asked"], first["lines"]) == ("10 CA, 5 EA", 2)
    assert (first["placed"], first["allocated"]) == (53, 53)
    assert (first["accepted"], first["rejected"]) == (13, 2)
    assert (second["placed"], second["allocated"]) == (0, 0)
    filled.close()


SHIPPED = """
INSERT INTO ship_notice (relationship, shipment_number, state, centre, ship_to, document_id, send_after, departed_at,
    staged_at, next_attempt_at)
VALUES ('amazon_us', 'S1', 'sent', 'PHX6', '{}', 1, now(), '2026-11-25 10:00Z', now(), now()),
    ('amazon_us', 'S2', 'sent', 'PHX6', '{}', 1, now(), '2026-11-25 11:00Z', now(), now()),
    ('amazon_us', 'S3', 'held', 'PHX6', '{}', NULL, now(), '2026-11-25 12:00Z', now(), now()),
    ('amazon_us', 'S4', 'withdrawn', 'PHX6', '{}', NULL, now(), NULL, now(), now());
INSERT INTO fulfilment (sale_key, task_id, number, seen_at) VALUES (2, 'task', 1, now());
INSERT INTO carton (fulfilment_id, box, notice_id) VALUES (1, 'Box 1', 1), (1, 'Box 2', 1), (1, 'Box 3', 2);
INSERT INTO notice_item (notice_id, position, carton_id, order_id, line_number, quantity, unit, sku, sku_quantity)
VALUES (1, 1, 1, 1, '1', 4, 'CA', 's', 24), (2, 1, 3, 1, '1', 4, 'CA', 's', 24);
INSERT INTO invoice (relationship, notice_id, order_id, state, number, currency, document_id, opened_at,
    next_attempt_at)
VALUES ('amazon_us', 1, 1, 'sent', 'INV-1', 'USD', 1, now(), now());
"""


def test_a_shipment_shows_its_cartons_and_its_invoice(filled: psycopg.Connection[dict[str, object]]) -> None:
    filled.execute(SHIPPED.encode())

    first, second, third = QUERIES.shipments(filled)

    assert (first["shipment_number"], first["orders"], first["cartons"], first["invoice"]) == (
        "S1", "AAAA1111", 2, "INV-1")  # fmt: skip
    assert (second["cartons"], second["invoice"]) == (1, None)
    assert (third["state"], third["cartons"]) == ("held", 0)
    filled.close()


def test_what_was_notified_and_not_billed_is_counted_until_an_exception_says_why(
    filled: psycopg.Connection[dict[str, object]],
) -> None:
    filled.execute(SHIPPED.encode())
    counts = [QUERIES.unbilled(filled)]
    for change in (
        "INSERT INTO invoice (relationship, notice_id, order_id, state, currency, opened_at, next_attempt_at) "
        "VALUES ('amazon_us', 2, 1, 'waiting', 'USD', now(), now())",
        "INSERT INTO exception_entry (relationship, kind, subject, owner_team, what_happened, next_step, opened_at, "
        "updated_at) SELECT relationship, 'invoice_mismatch', 'invoice ' || invoice_id, 'finance', '', '', now(), "
        "now() FROM invoice WHERE state = 'waiting'",
    ):
        filled.execute(change.encode())
        counts.append(QUERIES.unbilled(filled))

    assert counts == [1, 1, 0]
    filled.close()


def test_an_order_without_answer_or_exception_stands_still(filled: psycopg.Connection[dict[str, object]]) -> None:
    assert [row["purchase_order_number"] for row in QUERIES.stalled(filled)] == ["BBBB2222"]
    assert list(QUERIES.exceptions(filled)) == []
    filled.close()
