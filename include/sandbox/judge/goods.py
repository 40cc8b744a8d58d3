"""What left the warehouse without a fault of anybody's, and was not notified or not billed all the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from include.sandbox.judge.stock import Json


def find_unfinished(report: Json, faulty: Collection[str]) -> Iterator[str]:
    """A sentence for each order; not for those that the warehouse (`faulty`, by number) or Amazon did wrong by."""
    trucks = {each["name"]: each for each in report.get("trucks", ())}
    spoilt = {
        number
        for document in (*report.get("notices", ()), *report.get("invoices", ()))
        if document["is_refused_on_purpose"] or document["is_kept_waiting"]
        for number in document["orders"]
    }
    for order in report.get("fulfilments", ()):
        number = order["purchase_order_number"]
        if number in spoilt or number in faulty or any(trucks[name]["injected"] for name in order["trucks"]):
            continue
        for done in ("notified", "invoiced"):
            lacking = [each["product"] for each in order["products"] if each[done] != each["loaded"]]
            if lacking:
                yield f"{number}: what was loaded of {', '.join(lacking)} is not what was {done}"
                break
