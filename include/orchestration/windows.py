"""The steps of acknowledgement_window: which clocks this run stands on."""

from __future__ import annotations

from typing import Any

from include import clock
from include.orchestration import connections, house
from include.relationships import loading


def claim_unanswered(run_id: str) -> list[dict[str, Any]]:
    """The orders without an 855 that no live run watches, as arguments of their sensors."""
    return _claim("order", run_id)


def claim_unacknowledged(run_id: str) -> list[dict[str, Any]]:
    """The documents sent without a 997 that no live run watches, as arguments of their sensors."""
    return _claim("document", run_id)


def _claim(kind: str, run_id: str) -> list[dict[str, Any]]:
    from include.purchase_orders import clocks

    claimed: list[dict[str, Any]] = []
    for name in sorted({relationship.database for relationship in loading.load_relationships().relationships}):
        with connections.database(name) as connection:
            subjects = clocks.claim(
                connection, clocks.ClockKind(kind), run_id, clock.now(), limit=house.WATCHED - len(claimed)
            )
            connection.commit()
        claimed += [{"subject_id": each.subject_id, "known_as": each.label, "database": name} for each in subjects]
    return claimed
