"""A relationship: few fields are required, all else has a default, and what is wrong is told in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import ValidationError

from include.relationships.model import Relationship
from tests.relationships.examples import MINIMAL, relationship

REQUIRED = {"name", "mode", "guide", "ours", "partner", "customer", "location", "price_tier", "tax_rule"}


def test_the_required_fields_alone_make_a_relationship():
    assert set(MINIMAL) == REQUIRED
    assert relationship().acknowledgement.window_hours == 24


@pytest.mark.parametrize("field", sorted(REQUIRED))
def test_none_of_the_required_fields_may_be_missing(field):
    with pytest.raises(ValidationError, match=field):
        Relationship.model_validate({name: value for name, value in MINIMAL.items() if name != field})


def test_a_relationship_is_never_changed():
    with pytest.raises(ValidationError):
        relationship().name = "other"


def test_a_centre_is_served_from_its_own_location_whatever_its_case():
    terms = relationship(locations={"phx6": "Phoenix"})

    assert [terms.location_for(centre) for centre in ("PHX6", " phx6 ", "MDW2", "")] == [
        "Phoenix", "Phoenix", "Main Warehouse", "Main Warehouse"]  # fmt: skip


@pytest.mark.parametrize("changes", [
    {"acknowledgement": {"escalation_shares": []}},
    {"acknowledgement": {"escalation_shares": [0.5, 0.5]}},
    {"acknowledgement": {"hold_share": 1}},
    {"reject_reasons": {"unmapped": "R2"}},
    {"reject_reasons": {"short_stock": "IA"}},
    {"delimiters": {"element": "A"}},
    {"delimiters": {"element": "~"}},
    {"delimiters": {"segment": "ü"}},
    {"owners": {"no_such_kind": "sales"}},
    {"zone": "Mars/Olympus"},
    {"currency": "usd"},
    {"currency_rate": 0},
    {"terms": ""},
    {"locations": {"": "Phoenix"}},
    {"items": {"identifier_order": []}},
    {"items": {"units": {"CT": "BOX"}}},
    {"pricing": {"places": 5}},
])  # fmt: skip
def test_what_would_do_harm_is_refused(changes):
    with pytest.raises(ValidationError):
        relationship(**changes)


def test_a_line_break_may_end_a_segment():
    assert relationship(delimiters={"segment": "\n"}).delimiters.segment == "\n"


def test_a_share_may_be_the_whole_window_for_the_last_escalation_only():
    assert relationship(acknowledgement={"escalation_shares": [0.5, 1]}).acknowledgement.escalation_shares == (
        Decimal("0.5"), 1)  # fmt: skip
