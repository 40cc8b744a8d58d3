"""The fulfilment centres: where a ship-to code or SAN is, in `fulfilment_centres.yaml` beside the relationships."""

from __future__ import annotations

from pydantic import Field

from include.relationships.model import Address, Settings, Zone

SAN = "15"  # N103: the value is a Standard Address Number


class FulfilmentCentre(Settings):
    """One centre: `code` as Amazon names it (N103 92), its SAN (N103 15), its address and its clock."""

    code: str = Field(min_length=1, max_length=20)
    san: str | None = None
    name: str
    address: Address
    zone: Zone = "UTC"


class AddressBook(Settings):
    """Every centre known."""

    centres: tuple[FulfilmentCentre, ...] = ()

    def resolve(self, qualifier: str, identifier: str) -> FulfilmentCentre | None:
        """The centre that an N103/N104 pair means; None where it is not in the book."""
        wanted = identifier.strip().upper()
        for centre in self.centres:
            known = centre.san if qualifier == SAN else centre.code
            if known is not None and known.upper() == wanted:
                return centre
        return None
