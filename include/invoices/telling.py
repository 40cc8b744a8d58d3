"""What stands in an invoice's way, told once an invoice: the sides beside each other, and what to put right."""

from __future__ import annotations

from collections.abc import Sequence

from include.errors import IntegrationError, RejectedError
from include.exceptions.kinds import Kind
from include.invoices.desk import Desk
from include.invoices.examining import Examined
from include.invoices.matching import Side
from include.money import Money
from include.relationships.billing import MadeBy

MOST_SENTENCES = 20
SETTINGS = "invoice settings"
STEPS = {
    Side.ORDER: "look at the order's lines and their products",
    Side.NOTICE: "send a replacement notice that says what was confirmed",
    Side.OURS: "tell engineering",
    Side.ERP: "correct the invoice in the inventory system, or void it and make it anew, linked to its fulfilment",
    Side.SETTINGS: "complete the relationship's settings",
}
ACCEPT = "or accept it as it is by running fulfilment_to_invoice for it with `accept` and why"


def tell_mismatch(desk: Desk, examined: Examined) -> None:
    """Order, notice and invoice side by side."""
    disagreements = examined.match.disagreements
    sides = dict.fromkeys(each.put_right for each in disagreements)
    numbers = ", ".join(each.told.number for each in examined.third)
    desk.raise_exception(
        Kind.INVOICE_MISMATCH,
        examined.invoice,
        _joined(f"{examined.invoice.name} does not match {numbers}.", [each.sentence for each in disagreements]),
        _capital("; ".join([*(STEPS[side] for side in sides), ACCEPT])) + ". It is matched again when that changes.",
        money=examined.worth,
    )


def tell_missing(
    desk: Desk, examined: Examined, *, is_gone: bool = False, fault: IntegrationError | None = None
) -> None:
    """The inventory system has no invoice for it."""
    invoice, made_by = examined.invoice, desk.relationship.invoices.made_by
    what = f"{invoice.name}: the inventory system has not invoiced it."
    step = "Make and authorise the invoice there, linked to its fulfilment; it is found by itself."
    if fault is not None:
        reasons = fault.reasons if isinstance(fault, RejectedError) else ()
        what = " ".join([f"{invoice.name} cannot be invoiced in the inventory system. {fault.what}", *reasons])
    elif is_gone:
        what = f"{invoice.name}: the invoice that was made for it was voided there or is a draft."
    elif made_by is MadeBy.VENDORLANE:
        step = "Check the connection to the inventory system; every tick tries again."
    desk.raise_exception(Kind.INVOICE_MISSING, invoice, what, step, money=examined.worth)


def tell_held(desk: Desk, examined: Examined, sentences: Sequence[str]) -> None:
    """It agrees, and a rule or a validator stands in its way."""
    desk.raise_exception(
        Kind.INVOICE_MISMATCH,
        examined.invoice,
        _joined(f"{examined.invoice.name} cannot be sent.", sentences),
        "Mend what it names; every tick tries again.",
        money=examined.worth,
    )


def tell_settings(desk: Desk, missing: Sequence[str]) -> None:
    """No invoice of the relationship can leave; or that is over."""
    if not missing:
        desk.settle_exception((Kind.CONFIGURATION,), SETTINGS, "They are set.")
        return
    desk.raise_about(
        Kind.CONFIGURATION,
        SETTINGS,
        f"No invoice can leave: {' and '.join(missing)} of the relationship {desk.relationship.name} "
        f"{'is' if len(missing) == 1 else 'are'} not set.",
        "Set them letter for letter as Vendor Central shows them; the invoices leave with the next tick.",
    )


def tell_refused(desk: Desk, subject: str, number: str, fields: Sequence[str], money: Money) -> None:
    """The partner refused the document."""
    desk.raise_about(
        Kind.INVOICE_MISMATCH,
        subject,
        f"The invoice (810) {number} was refused by the partner, which names "
        f"{', '.join(fields) or 'nothing in particular'}.",
        "Run fulfilment_to_invoice for it with `send_again` where it is right as it is; else correct that and give it "
        "a new number with `new_number`.",
        money=money,
    )


def tell_noted(desk: Desk, subject: str, number: str, fields: Sequence[str], money: Money) -> None:
    """The partner accepted the document, and noted errors in it."""
    desk.raise_about(
        Kind.INVOICE_MISMATCH,
        subject,
        f"The invoice (810) {number} was accepted by the partner with errors in "
        f"{', '.join(fields) or 'nothing in particular'}.",
        "Amazon has it: close this where it can be paid as it is; else correct that and bill anew by running "
        "fulfilment_to_invoice for it with `new_number`.",
        money=money,
    )


def _joined(what: str, sentences: Sequence[str]) -> str:
    told = list(dict.fromkeys(sentences))
    more = [f"And {len(told) - MOST_SENTENCES} more."] if len(told) > MOST_SENTENCES else []
    return "\n".join([what, *told[:MOST_SENTENCES], *more])


def _capital(step: str) -> str:
    return step[0].upper() + step[1:]
