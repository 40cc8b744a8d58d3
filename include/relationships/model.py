"""Every field of a trading relationship. Fields without a default are required; docs/relationships.md explains each.

Whatever Amazon's guides leave open is a field here, never a constant in code.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from include.amazon.orders import AnswerCode
from include.exceptions.kinds import Kind
from include.money import Rounding
from include.quantity import Unit
from include.relationships.billing import Invoices
from include.relationships.inventory import Inventory
from include.relationships.settings import Address, Settings, Text
from include.relationships.shipping import Notices

NAME = r"^[a-z0-9_]{1,40}$"
CURRENCY = r"^[A-Z]{3}$"
LINK = r"^[A-Z0-9]{2} \S.*$"

_zones = cache(available_timezones)


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError(f"{name!r} is not a time zone of the IANA database, such as America/Los_Angeles")
    return name


def _rising(shares: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if list(shares) != sorted(set(shares)):
        raise ValueError("the shares must rise, each greater than the one before")
    return shares


def _known_kinds(owners: dict[str, str]) -> dict[str, str]:
    if unknown := sorted(set(owners) - {kind.value for kind in Kind}):
        raise ValueError(f"no kind of exception is named {', '.join(unknown)}; there are {', '.join(sorted(Kind))}")
    return owners


Zone = Annotated[str, AfterValidator(_known_zone)]
CentreCode = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(str.upper)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
LinkKey = Annotated[str, Field(pattern=LINK)]


class PricePolicy(StrEnum):
    """What happens to a line whose price differs from the price list."""

    ACCEPT = "accept"
    HOLD = "hold"
    REFUSE = "refuse"


class BackOrderPolicy(StrEnum):
    """Whether the short rest is back-ordered where Amazon allows it (CSH Y)."""

    REFUSE = "refuse"
    BACK_ORDER = "back_order"


class PartialPolicy(StrEnum):
    """Whether a line may be accepted in part, or a short line is refused whole."""

    ACCEPT = "accept"
    REFUSE_LINE = "refuse_line"


class PriceBasis(StrEnum):
    """What a unit price is per."""

    EACH = "each"
    ORDER_UNIT = "order_unit"


class ItemKey(StrEnum):
    """The ways to find a product, tried in the relationship's order."""

    LINK = "link"
    ASIN = "asin"
    GTIN = "gtin"
    SKU = "sku"


class EdiParty(Settings):
    """One end of the interchange: ISA qualifier and id, GS application id."""

    qualifier: str = Field(min_length=2, max_length=2)
    id: str = Field(min_length=1, max_length=15)
    group_id: str = Field(min_length=2, max_length=15)


class Delimiters(Settings):
    """What we write; what we read is taken from the ISA."""

    model_config = ConfigDict(str_strip_whitespace=False)  # a line break is a legal delimiter

    element: str = Field(default="*", min_length=1, max_length=1)
    segment: str = Field(default="~", min_length=1, max_length=1)
    component: str = Field(default=">", min_length=1, max_length=1)
    repetition: str = Field(default="^", min_length=1, max_length=1)

    @model_validator(mode="after")
    def _tell_apart(self) -> Delimiters:
        chosen = [self.element, self.segment, self.component, self.repetition]
        if len(set(chosen)) < len(chosen):
            raise ValueError("the four delimiters must differ from each other")
        if bad := [each for each in chosen if not each.isascii() or each.isalnum()]:
            raise ValueError(f"a delimiter is an ASCII sign and no letter or digit, not {' '.join(bad)}")
        return self


class Envelope(Settings):
    """ISA and GS fields that partners differ in."""

    # ISA12 of what we write in 4010; Amazon's own documents carry 00400
    interchange_release: str = Field(default="00400", pattern=r"^\d{5}$")
    group_release: str = Field(default="004010", pattern=r"^\d{6}[A-Z0-9]{0,6}$")
    acknowledgment_requested: bool = False  # ISA14
    zone: Zone = "UTC"  # of ISA09/10 and of dates we write in envelopes
    publish_by_rename: bool = True  # a temporary name first; off where the partner's server forbids a rename
    functional_acknowledgement_hours: Decimal = Field(default=Decimal(24), gt=0)  # how long a 997 may take


class AcknowledgementSettings(Settings):
    """The 855 and its clock."""

    window_hours: Decimal = Field(default=Decimal(24), gt=0)
    hold_share: Annotated[Decimal, Field(ge=0, lt=1)] = Decimal(
        "0.5"
    )  # how much of the window a short order waits for a person
    escalation_shares: Annotated[tuple[Share, ...], Field(min_length=1), AfterValidator(_rising)] = (
        Decimal("0.5"),
        Decimal("0.8"),
        Decimal("0.95"),
    )
    price_basis: str = Field(default="NT", min_length=2, max_length=2)  # PO105 of the 855
    quantity_changed_form: bool = False  # IQ in place of IA + IR
    scheduled_date_qualifier: str = Field(default="068", pattern=r"^\d{3}$")  # ACK04
    change_hours: Decimal = Field(default=Decimal(48), gt=0)  # after which no quantity or price answer leaves
    recheck_minutes: int = Field(default=5, ge=0)  # a sale authorised longer ago is read again before its answer
    # the price of a refused line that has neither a usable price nor a list price: an 855 must not hold zero
    refused_line_price: Decimal = Field(default=Decimal("0.01"), gt=0)


class RejectReasons(Settings):
    """ACK01 for each reason why a line is refused by rule; a hard reject (R2) is always a person's decision."""

    short_stock: AnswerCode = AnswerCode.SOFT_REJECTED
    unmapped: AnswerCode = AnswerCode.SOFT_REJECTED
    price: AnswerCode = AnswerCode.SOFT_REJECTED
    unit: AnswerCode = AnswerCode.WRONG_UNIT
    other: AnswerCode = AnswerCode.SOFT_REJECTED

    @model_validator(mode="after")
    def _no_hard_reject_by_rule(self) -> RejectReasons:
        for field in type(self).model_fields:
            if getattr(self, field) not in {AnswerCode.SOFT_REJECTED, AnswerCode.WRONG_UNIT}:
                raise ValueError(f"{field}: only IR and R3 may be given by rule; R2 needs a person")
        return self


class Pricing(Settings):
    """How Amazon's price is read and held against the price list."""

    tolerance: Decimal = Field(default=Decimal("0.00"), ge=0)  # per each, in the relationship's currency
    tolerance_percent: Percent = Decimal(0)
    below_list: PricePolicy = PricePolicy.HOLD
    above_list: PricePolicy = PricePolicy.ACCEPT
    unlisted: PricePolicy = PricePolicy.ACCEPT  # no price in the tier to hold Amazon's against
    basis: dict[str, PriceBasis] = {"PE": PriceBasis.EACH, "RE": PriceBasis.EACH}  # PO105 code → what it means
    basis_otherwise: PriceBasis = PriceBasis.ORDER_UNIT  # a PO105 that is empty or not named in `basis`
    rounding: Rounding = Rounding.HALF_EVEN
    places: int = Field(default=4, ge=0, le=4)
    deals: dict[str, Percent] = {}  # REF PD code → percent off the list price


class Items(Settings):
    """How a line's item becomes a SKU of the inventory system."""

    identifier_order: Annotated[tuple[ItemKey, ...], Field(min_length=1)] = tuple(ItemKey)
    asin_attribute: Text = "ASIN"  # the additional attribute's name in its set, or AdditionalAttribute1 to 10
    links: dict[LinkKey, Text] = {}  # "BP B00…" → SKU, by hand
    case_sizes: dict[str, Annotated[int, Field(ge=1)]] = {}  # SKU → eaches in Amazon's case; before all that Cin7 says
    packs: tuple[Text, ...] = ()  # SKUs linked to a smaller one and yet Amazon's each: multipacks with their own ASIN
    units: dict[str, Unit] = {"EA": Unit.EACH, "CA": Unit.CASE}  # PO103 code → unit
    refresh_minutes: int = Field(default=60, ge=1)  # how old the product index may be


class Stock(Settings):
    """How availability is read and planned."""

    lag_minutes: int = Field(default=15, ge=0)  # how old the inventory system's answer may be
    one_location: bool = True  # a sale allocates from its own location only


class Relationship(Settings):
    """A vendor code's trade with Amazon: who, through which connections, and by which rules."""

    name: str = Field(pattern=NAME)
    mode: Literal["production", "test"]
    guide: Literal["amazon", "base"]
    ours: EdiParty
    partner: EdiParty
    customer: Text
    location: Text
    price_tier: Text
    tax_rule: Text

    mailbox: Text = "amazon_mailbox"
    erp: Text = "cin7_core"
    database: Text = "vendorlane_db"
    vendor_code: Text | None = None  # REF CR; tells apart relationships that share their EDI ids
    currency: str = Field(default="USD", pattern=CURRENCY)
    zone: Zone = "UTC"
    start_date: date | None = None  # orders dated before it are adopted and never acknowledged again

    delimiters: Delimiters = Delimiters()
    envelope: Envelope = Envelope()
    acknowledgement: AcknowledgementSettings = AcknowledgementSettings()
    reject_reasons: RejectReasons = RejectReasons()
    pricing: Pricing = Pricing()
    items: Items = Items()
    stock: Stock = Stock()
    notices: Notices = Notices()
    invoices: Invoices = Invoices()
    inventory: Inventory = Inventory()

    partial: PartialPolicy = PartialPolicy.ACCEPT
    back_order: BackOrderPolicy = BackOrderPolicy.REFUSE
    place_good_lines_at_once: bool = True  # while another line of the order is held
    read_changes_860: bool = True
    lead_time_days: int = Field(default=0, ge=0)
    back_order_days: int = Field(default=14, ge=0)  # the date that back-ordered units are promised for

    terms: Text | None = None
    sales_representative: Text | None = None
    revenue_account: Text | None = None
    carrier: Text | None = None
    note: Text | None = None
    currency_rate: Decimal | None = Field(default=None, gt=0)  # where the customer's currency is not the account's own
    tax_inclusive: bool = False
    line_total_confirmed: bool = False  # set once the tenant's line total with tax was proven (a taxed relationship)
    billing_address: Address | None = None
    ship_to: Address | None = None  # where the centre is unknown
    locations: dict[CentreCode, Text] = {}  # centre code → Cin7 location, in place of `location`
    # exception kind → team, in place of the kind's own
    owners: Annotated[dict[str, Text], AfterValidator(_known_kinds)] = {}

    @model_validator(mode="after")
    def _serve_what_is_offered(self) -> Relationship:
        """Where a sale allocates from one location, stock that no order is served from is never allocated."""
        served = {each.casefold() for each in (self.location, *self.locations.values())}
        lost = [each for each in self.inventory.locations if each.casefold() not in served]
        if lost and self.stock.one_location:
            raise ValueError(f"inventory.locations names {', '.join(lost)}, which no order is served from")
        if shut := {each.casefold() for each in self.inventory.quarantine_locations} & {
            each.casefold() for each in self.stock_locations
        }:
            raise ValueError(f"inventory.quarantine_locations names {', '.join(shut)}, whose stock Amazon is told")
        return self

    @property
    def stock_locations(self) -> tuple[str, ...]:
        """The inventory system's locations whose stock Amazon is told."""
        return self.inventory.locations or (self.location,)

    @property
    def time_zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def location_for(self, centre: str) -> str:
        """The inventory system's location that orders for a centre are served from."""
        return self.locations.get(centre.strip().upper(), self.location)

    @property
    def is_production(self) -> bool:
        return self.mode == "production"
