"""What every part of a relationship is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """A part of a relationship: unchangeable, and a field that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Text = Annotated[str, Field(min_length=1)]


class Address(Settings):
    """A postal address as the inventory system keeps it."""

    line1: Text
    line2: Text | None = None
    city: Text | None = None
    state: Text | None = None
    postcode: Text | None = None
    country: Text
