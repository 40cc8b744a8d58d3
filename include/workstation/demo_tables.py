"""The demo's tables of orders, shipments, charges and exceptions, for people to read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

Json = Mapping[str, Any]
Rows = Sequence[Json]
WIDEST = 60
NUMBER = re.compile(r"-?[0-9.]*")
ONE_TRUCK = re.compile(r" of what was on truck .*")


def show_orders(rows: Rows, report: Json) -> None:
    """What was asked, placed, allocated and answered."""
    thought = {each["purchase_order_number"]: each for each in report.get("orders", [])}
    orders = [_order_row(row, thought.get(row["purchase_order_number"], {})) for row in rows]
    print("\nOrders (placed and allocated in units of the SKU, answered in Amazon's unit)")
    head = "order|lines|asked|CSH|placed|allocated|accepted|back-ord.|refused|answered|state|Amazon says"
    _print_table(head.split("|"), orders)


def show_exceptions(rows: Rows) -> None:
    """What needed, or needs, a person."""
    print("\nExceptions")
    exceptions = [
        (row["kind"], row["purchase_order_number"] or row["subject"], row["owner_team"], row["state"],
         row["what_happened"])
        for row in rows
    ]  # fmt: skip
    _print_table(("kind", "about", "owner", "state", "what happened"), exceptions)


def show_shipments(shipments: Rows, report: Json) -> None:
    """What left, was notified, received and billed."""
    notices = {each["shipment_number"]: each for each in report.get("notices", [])}  # the last of each counts
    invoices = {each["number"]: each for each in report.get("invoices", [])}
    trucks = {number: each for each in report.get("trucks", []) for number in each["shipments"]}
    print("\nShipments (units in eaches, as Amazon reads and counts them)")
    head = "shipment|orders|carrier|cartons|pallets|left|notice|notified|arrived|received|invoice|billed|paid|state"
    rows = []
    for each in shipments:
        number = each["shipment_number"]
        notice, truck, invoice = notices.get(number, {}), trucks.get(number, {}), invoices.get(each["invoice"], {})
        left_at = datetime.fromisoformat(truck["departed_at"]) if truck else each["departed_at"]  # ours is a guess
        has_arrived = truck.get("has_arrived")
        rows.append((
            number, each["orders"] or "", each["scac"] or each["carrier"] or "", str(each["cartons"]),
            str(each["pallets"] or ""), _at(left_at), _after(left_at, each["sent_at"]),
            notice.get("eaches", "-"), _at(datetime.fromisoformat(truck["arrives_at"])) if has_arrived else "-",
            truck.get("received") or "-", each["invoice"] or "-", invoice.get("total", "-"),
            invoice.get("payable", "-"), _state_of(each, notice, invoice),
        ))  # fmt: skip
    _print_table(head.split("|"), rows)


def _state_of(shipment: Json, notice: Json, invoice: Json) -> str:
    """Amazon's word where it has one, else ours."""
    billed = invoice.get("state") or (f"invoice {shipment['invoice_state']}" if shipment["invoice_state"] else None)
    told = notice.get("state", shipment["state"])
    return f"{told}; {billed}" if billed else str(told)


def show_charges(report: Json) -> None:
    """Each charge with what it is due to."""
    print("\nWhat Amazon charges or holds back")
    rows = [
        (each["charge"], each["purchase_order_number"] or each["subject"], each["amount"],
         _cause(each), each["sentence"])
        for each in report.get("charges", [])
    ]  # fmt: skip
    _print_table(("charge", "about", "amount", "because of", "what Amazon says"), rows)


def show_charges_by_cause(report: Json) -> None:
    """How many of each kind are due to what, and what they come to."""
    found: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for each in report.get("charges", []):
        found[each["charge"], ONE_TRUCK.sub("", _cause(each))].append(Decimal(each["amount"]))
    if found:
        print("\nCharges by their cause")
        rows = [(charge, cause, str(len(amounts)), f"{sum(amounts):.2f}")
                for (charge, cause), amounts in sorted(found.items())]  # fmt: skip
        _print_table(("charge", "because of", "charges", "amount"), rows)


def _cause(charge: Json) -> str:
    return str(charge["injected"] or "A DOCUMENT OF OURS")


def _at(moment: datetime | None) -> str:
    return f"{moment:%a %H:%M}" if moment else "-"


def _order_row(row: Json, thought: Json) -> tuple[str, ...]:
    words = [str(each) for key in ("faults", "charges") for each in thought.get(key, [])]
    return (
        row["purchase_order_number"],
        str(row["lines"]),
        row["asked"] or "",
        "Y" if row["back_order_allowed"] else "N",
        *(_number(row[name]) for name in ("placed", "allocated", "accepted", "back_ordered", "rejected")),
        _after(row["clock_started_at"], row["answered_at"]),
        row["state"],
        "; ".join(words) or ("in order" if thought.get("acknowledged_at") else "no answer"),
    )


def _number(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _after(begun: datetime | None, answered: datetime | None) -> str:
    if answered is None:
        return "-"
    if begun is None:
        return _at(answered)
    if answered < begun:  # changed or cancelled since
        return f"{answered:%a %H:%M}"
    minutes = int((answered - begun).total_seconds() // 60)
    return f"{answered:%a %H:%M} (+{minutes // 60}:{minutes % 60:02d})"


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Numbers stand to the right, as far as a column holds nothing else."""
    shown = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [min(WIDEST, max(len(row[n]) for row in [head, *shown])) for n in range(len(head))]
    to_the_right = [bool(shown) and all(NUMBER.fullmatch(row[n]) for row in shown) for n in range(len(head))]
    for row in [head, ["-" * width for width in widths], *shown]:
        cells = [
            cell[:width].rjust(width) if is_right else cell[:width].ljust(width)
            for cell, width, is_right in zip(row[:-1], widths, to_the_right, strict=False)
        ]
        print("  ".join([*cells, row[-1]]).rstrip())
