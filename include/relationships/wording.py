"""What pydantic found wrong, in words for the person who wrote the file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from pydantic_core import ErrorDetails

from include.relationships.address_book import SAN_PATTERN
from include.relationships.inventory import FEED
from include.relationships.model import CURRENCY, LINK, NAME
from include.relationships.settings import Settings
from include.relationships.shipping import SCAC

# pydantic's kind of fault → our sentence; all else keeps pydantic's own.
SENTENCES = {
    "missing": "is required and missing",
    "string_type": "must be text",
    "string_too_short": "must not be empty or so short",
    "string_too_long": "must be at most {max_length} characters long",
    "too_short": "must not be empty",
    "model_type": "must be a group of fields, each `field: value`",
    "dict_type": "must be a group of `key: value`",
    "tuple_type": "must be a list",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    **dict.fromkeys(("date_from_datetime_parsing", "date_parsing", "date_type"), "must be a date such as 2026-11-24"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(("decimal_type", "decimal_parsing"), "must be a number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "must be a whole number"),
}
# The patterns of the model, in words.
PATTERNS = {
    NAME: "must be at most 40 lower-case letters, digits and underscores",
    LINK: "must be a qualifier, a blank and a value, such as BP B0EXAMPLE1",
    FEED: "must be at most 30 letters, digits, hyphens and underscores",
    CURRENCY: "must be three capital letters, such as USD",
    SCAC: "must be a SCAC, two to four capital letters, such as UPSN",
    SAN_PATTERN: "must be seven digits, such as 1553992",
}


def field_path(place: Sequence[int | str]) -> str:
    """`acknowledgement.escalation_shares.0`; empty where the whole file is meant."""
    return ".".join(str(step) for step in place if step != "[key]")


def sentence(fault: ErrorDetails, model: type[Settings]) -> str:
    """What is wrong with the field, as the rest of a sentence that begins with its name."""
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"is no field here; check its spelling{_meant(fault['loc'], model)}"
    if kind == "value_error":
        return str(fault["ctx"]["error"])
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(str(fault["ctx"]["pattern"]), fault["msg"])
    if fault["input"] is None and kind.endswith("_type"):
        return "stands there without a value"
    if kind == "model_type" and not fault["loc"]:
        return "must hold fields, each `field: value`"
    return SENTENCES[kind].format(**fault.get("ctx", {})) if kind in SENTENCES else fault["msg"]


def _meant(place: Sequence[int | str], model: type[Settings]) -> str:
    """The field that was probably meant, among those of the group that the unknown one stands in."""
    group: type[Settings] | None = model
    for step in place[:-1]:
        field = group.model_fields.get(str(step)) if group else None
        kind = field.annotation if field else None
        group = kind if isinstance(kind, type) and issubclass(kind, Settings) else None
    near = get_close_matches(str(place[-1]), list(group.model_fields), n=1) if group else []
    return f" (did you mean {near[0]}?)" if near else ""
