"""The part of a relationship that invoices (810) are made and matched by."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from include.relationships.settings import Address, Settings, Text

Percent = Annotated[Decimal, Field(ge=0, le=100)]
ChargeCode = Annotated[str, Field(pattern=r"^[A-Z]\d{3}$")]


class MadeBy(StrEnum):
    """Who makes the inventory system's own invoice."""

    PERSON = "person"  # Vendorlane reads it
    VENDORLANE = "vendorlane"  # Vendorlane makes and authorises it when goods were shipped


class Scope(StrEnum):
    """What one invoice bills."""

    NOTICE_AND_ORDER = "notice_and_order"
    NOTICE = "notice"  # several orders in one
    ORDER = "order"  # all notices of an order, once it is shipped whole


class Numbering(StrEnum):
    """Where an invoice's number is from."""

    ERP = "erp"  # the inventory system's own where one invoice there is one here
    OURS = "ours"  # order number, a hyphen and a counter


class Terms(Settings):
    """ITD, as agreed with Amazon."""

    type_code: str = Field(default="01", pattern=r"^[0-9A-Z]{2}$")
    basis_code: str = Field(default="3", pattern=r"^[0-9A-Z]{1,2}$")
    net_days: int = Field(default=60, ge=0, le=999)
    discount_percent: Percent | None = None
    discount_days: int | None = Field(default=None, ge=0, le=999)

    @model_validator(mode="after")
    def _whole_discount(self) -> Terms:
        if (self.discount_percent is None) != (self.discount_days is None):
            raise ValueError("a discount needs both its percent and its days")
        return self


class Billed(Settings):
    """A party of the invoice exactly as Amazon stores it, letter for letter."""

    code: Text | None = None  # N104, qualifier 92
    name: Text
    address: Address


class Invoices(Settings):
    """Invoices and the three-way match."""

    made_by: MadeBy = MadeBy.PERSON
    scope: Scope = Scope.NOTICE_AND_ORDER
    numbering: Numbering = Numbering.ERP
    terms: Terms = Terms()
    bill_to: Billed | None = None
    remit_to: Billed | None = None
    is_held_for_997: bool = True  # until the notice was accepted
    hold_hours: Decimal = Field(default=Decimal(24), ge=0)  # after which it leaves without that
    erp_wait_hours: Decimal = Field(
        default=Decimal(24), gt=0
    )  # for the inventory system's invoice, then a person hears
    quantity_tolerance: Decimal = Field(default=Decimal(0), ge=0)  # a line, in the SKU's unit
    price_tolerance: Decimal = Field(default=Decimal(0), ge=0)  # per unit of the SKU
    total_tolerance: Decimal = Field(default=Decimal("0.00"), ge=0)
    charges: dict[Text, ChargeCode] = {}  # the inventory system's charge → SAC02, such as {Freight: D240}
    tax_code: str = Field(default="ST", pattern=r"^[A-Z]{2}$")  # TXI01
    order_on_lines: bool = True  # the order's number on each line, beside BIG04
    bills_consigned: bool = False  # orders on consignment are billed on shipment too
