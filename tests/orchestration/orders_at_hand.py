"""Orders in the database without the documents that they came in, for tests of what only looks at orders."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg

INSERT = """
WITH entered AS (
    INSERT INTO purchase_order (relationship, purchase_order_number, state, document_id, order_type, ordered_on,
                                back_order_allowed, location, currency, received_at, clock_started_at, acknowledge_by,
                                answer_after, next_attempt_at)
    SELECT %(relationship)s, '4MANY' || n, 'held', 1, 'NE', current_date, false, 'Main Warehouse', 'USD', %(start)s,
           %(start)s, %(start)s + %(window)s + (n - 1000) * interval '1 second', %(start)s + %(window)s,
           %(start)s + %(window)s
    FROM generate_series(1000, 999 + %(many)s) AS n
    RETURNING order_id
)
INSERT INTO purchase_order_line (order_id, line_number, position, identifiers, quantity, unit, unit_price)
SELECT order_id, '1', 1, '[]', 10, 'EA', 4.25 FROM entered
"""


def enter_orders(
    database: str, many: int, *, relationship: str, start: datetime, window: timedelta = timedelta(hours=24)
) -> None:
    """Orders worth 42.50 that wait for a person, each due a second after the one before."""
    with psycopg.connect(database) as connection:
        connection.execute("SET session_replication_role = replica")
        values = {"many": many, "relationship": relationship, "start": start, "window": window}
        connection.execute(INSERT, values)
