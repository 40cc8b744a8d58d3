"""The fulfilment centres: where a ship-to code or SAN is, in `fulfilment_centres.yaml` beside the relationships."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from pydantic import AfterValidator, Field

from include.relationships.model import CentreCode, Zone
from include.relationships.settings import Address, Settings

SAN = "15"  # N103: the value is a Standard Address Number
SAN_PATTERN = r"^\d{3}-?\d{3}[\dXx]$"
CODE = {"92", "ZZ"}  # N103: the value is the code that Amazon gave the centre


def _without_hyphen(san: str) -> str:
    return san.replace("-", "").upper()


class FulfilmentCentre(Settings):
    """One centre: `code` as Amazon names it (N103 92), its SAN (N103 15), its address and its clock."""

    code: CentreCode
    san: Annotated[str, Field(pattern=SAN_PATTERN), AfterValidator(_without_hyphen)] | None = None
    name: str
    address: Address
    zone: Zone = "UTC"


class AddressBook(Settings):
    """Every centre known."""

    centres: tuple[FulfilmentCentre, ...] = ()

    def doubled(self) -> tuple[str, ...]:
        """The codes and SANs that name more than one centre; the first holds."""
        names = Counter(f"code {centre.code}" for centre in self.centres)
        names.update(f"SAN {centre.san}" for centre in self.centres if centre.san)
        return tuple(sorted(name for name, times in names.items() if times > 1))

    def resolve(self, qualifier: str, identifier: str) -> FulfilmentCentre | None:
        """The centre that an N103/N104 pair means; None where it is not in the book."""
        wanted = identifier.strip().upper()
        if qualifier == SAN:
            return next((each for each in self.centres if each.san == _without_hyphen(wanted)), None)
        if qualifier in CODE:
            return next((each for each in self.centres if each.code == wanted), None)
        return None
