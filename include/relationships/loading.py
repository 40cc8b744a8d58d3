"""From a folder of YAML to relationships; every fault is named by file and field, and one bad file stops no other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from include.errors import ConfigurationError
from include.relationships import strict_yaml, wording
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship
from include.relationships.settings import Settings

VARIABLE = "VENDORLANE_RELATIONSHIPS"
ADDRESS_BOOK = "fulfilment_centres.yaml"

Model = TypeVar("Model", bound=Settings)


@dataclass(frozen=True, slots=True)
class RelationshipFault:
    """One thing wrong in one file: where, and a sentence."""

    file: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}: {self.field}: {self.sentence}" if self.field else f"{self.file}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a folder holds."""

    relationships: tuple[Relationship, ...]
    address_book: AddressBook
    faults: tuple[RelationshipFault, ...]


def load_relationships(folder: Path | None = None) -> Loaded:
    """Every relationship of the folder given, else of VENDORLANE_RELATIONSHIPS, else of the one that ships with us."""
    place = folder or Path(os.environ.get(VARIABLE) or Path(__file__).parent)
    if not place.is_dir():
        raise ConfigurationError(f"{place} is no folder.", setting=VARIABLE)
    faults: list[RelationshipFault] = []
    read: list[tuple[str, Relationship]] = []
    address_book = AddressBook()
    for path in _files(place):
        if path.name == ADDRESS_BOOK:
            address_book = _read_address_book(path, faults)
        elif relationship := _check(_read(path, faults), Relationship, path.name, faults):
            read.append((path.name, relationship))
    kept = list(_without_clashes(read, faults))
    return Loaded(tuple(_with_carriers(each, kept, faults) for each in kept), address_book, tuple(faults))


def require(folder: Path | None, name: str) -> Relationship:
    """The relationship of this name; ConfigurationError, with the faults of the folder, where it was not loaded."""
    loaded = load_relationships(folder)
    for relationship in loaded.relationships:
        if relationship.name == name:
            return relationship
    told = " ".join(f"{fault}." for fault in loaded.faults)
    raise ConfigurationError(f"No relationship named {name} was loaded. {told}".strip(), setting=VARIABLE)


def find_by_envelope(
    relationships: Iterable[Relationship], *, sender: tuple[str, str], receiver: tuple[str, str]
) -> tuple[Relationship, ...]:
    """The relationships whose partner sent to us by these (qualifier, id) pairs, whatever their mode."""
    return tuple(
        each
        for each in relationships
        if (each.partner.qualifier, each.partner.id) == sender and (each.ours.qualifier, each.ours.id) == receiver
    )


def _files(place: Path) -> Iterator[Path]:
    for path in sorted([*place.glob("*.yaml"), *place.glob("*.yml")]):
        if not path.name.startswith("."):  # what editors leave beside a file
            yield path


def _read(path: Path, faults: list[RelationshipFault]) -> object:
    """The file's plain values; None, and a fault, where it cannot be read."""
    try:
        return strict_yaml.load(path)
    except strict_yaml.UnreadableYamlError as fault:
        faults.append(RelationshipFault(path.name, "", str(fault)))
        return None


def _check(told: object, model: type[Model], file: str, faults: list[RelationshipFault]) -> Model | None:
    if told is None:
        return None
    try:
        return model.model_validate(told)
    except ValidationError as invalid:
        faults += [
            RelationshipFault(file, wording.field_path(each["loc"]), wording.sentence(each, model))
            for each in invalid.errors()
        ]
        return None


def _read_address_book(path: Path, faults: list[RelationshipFault]) -> AddressBook:
    """The centres that are right: one slip must not make every centre unknown."""
    told = _read(path, faults)
    found: list[RelationshipFault] = []
    book = _check(told, AddressBook, path.name, found)
    if book is None and isinstance(told, dict) and isinstance(told.get("centres"), list):
        bad = {fault.field.split(".")[1] for fault in found if fault.field.startswith("centres.")}
        right = [centre for place, centre in enumerate(told["centres"]) if str(place) not in bad]
        book = _check({"centres": right}, AddressBook, path.name, [])
    book = book or AddressBook()
    faults += found
    faults += [
        RelationshipFault(path.name, "centres", f"{each} names more than one centre; the first is used")
        for each in book.doubled()
    ]
    return book


def _without_clashes(
    read: Iterable[tuple[str, Relationship]], faults: list[RelationshipFault]
) -> Iterator[Relationship]:
    """Leave out what cannot stand beside a file before it; the earlier file, by name, goes on trading."""
    earlier: list[tuple[str, Relationship]] = []
    for file, each in read:
        clashes = [
            RelationshipFault(file, what, f"{fault} {other}; {other} is used and this file is not")
            for other, before in earlier
            for what, fault in _clashes(each, before)
        ]
        faults += clashes
        if not clashes:
            earlier.append((file, each))
            yield each


def _with_carriers(each: Relationship, kept: Sequence[Relationship], faults: list[RelationshipFault]) -> Relationship:
    """The relationship with the carriers of another beside its own, which go before."""
    wanted = each.notices.carriers_of
    if wanted is None:
        return each
    other = next((one for one in kept if one.name == wanted), None)
    if other is None:
        faults.append(RelationshipFault(each.name, "notices.carriers_of", f"no relationship named {wanted} was loaded"))
        return each
    carriers = other.notices.carriers | each.notices.carriers
    return each.model_copy(update={"notices": each.notices.model_copy(update={"carriers": carriers})})


def _clashes(each: Relationship, before: Relationship) -> Iterator[tuple[str, str]]:
    if each.name == before.name:
        yield "name", "the same as in"
    if _envelope(each) == _envelope(before):
        yield "ours, partner, mode and vendor_code", "the same as in"
    shared = [name for name in ("mailbox", "erp") if getattr(each, name) == getattr(before, name)]
    if shared and each.database != before.database:
        yield "database", f"another one than that of the same {' and '.join(shared)} in"


def _envelope(each: Relationship) -> tuple[object, ...]:
    return each.ours.qualifier, each.ours.id, each.partner.qualifier, each.partner.id, each.mode, each.vendor_code
