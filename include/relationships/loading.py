"""From a folder of YAML to relationships; every fault is named by file and field, and one bad file stops no other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from include.errors import ConfigurationError
from include.relationships.address_book import AddressBook
from include.relationships.model import Relationship, Settings

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
    """Every relationship of the folder given, of VENDORLANE_RELATIONSHIPS, or of the one that ships with the product."""
    place = folder or Path(os.environ.get(VARIABLE) or Path(__file__).parent)
    if not place.is_dir():
        raise ConfigurationError(f"{place} is no folder.", setting=VARIABLE)
    faults: list[RelationshipFault] = []
    relationships: list[Relationship] = []
    address_book = AddressBook()
    for path in sorted([*place.glob("*.yaml"), *place.glob("*.yml")]):
        if path.name == ADDRESS_BOOK:
            address_book = _read(path, AddressBook, faults) or address_book
        elif relationship := _read(path, Relationship, faults):
            relationships.append(relationship)
    faults += _clashes(relationships)
    clashing = {fault.field for fault in faults if fault.file == ""}
    kept = tuple(each for each in relationships if each.name not in clashing)
    return Loaded(kept, address_book, tuple(faults))


def find_by_envelope(
    relationships: Iterable[Relationship], *, sender: tuple[str, str], receiver: tuple[str, str]
) -> tuple[Relationship, ...]:
    """The relationships whose partner sent to us by these (qualifier, id) pairs, whatever their mode."""
    return tuple(
        each
        for each in relationships
        if (each.partner.qualifier, each.partner.id) == sender and (each.ours.qualifier, each.ours.id) == receiver
    )


def _read(path: Path, model: type[Model], faults: list[RelationshipFault]) -> Model | None:
    try:
        told = yaml.load(path.read_text(encoding="utf-8"), _StrictLoader)  # noqa: S506 - a SafeLoader that refuses doubled keys
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        faults.append(RelationshipFault(path.name, "", f"not readable as YAML: {' '.join(str(fault).split())}"))
        return None
    try:
        return model.model_validate(told if told is not None else {})
    except ValidationError as invalid:
        faults += [
            RelationshipFault(path.name, ".".join(map(str, each["loc"])), _sentence(each["type"], each["msg"]))
            for each in invalid.errors()
        ]
        return None


def _sentence(kind: str, message: str) -> str:
    if kind == "missing":
        return "is required and missing"
    if kind == "extra_forbidden":
        return "is no field of a relationship; check its spelling"
    return message


def _clashes(relationships: Sequence[Relationship]) -> list[RelationshipFault]:
    """Two relationships of one name, or of one envelope and vendor code: nobody could tell whose an order is."""
    faults: list[RelationshipFault] = []
    seen: dict[tuple[object, ...], str] = {}
    for each in relationships:
        keys: tuple[tuple[object, ...], ...] = (
            ("name", each.name),
            ("envelope", each.ours, each.partner, each.mode, each.vendor_code),
        )
        for key in keys:
            if key in seen:
                what = "the name" if key[0] == "name" else "the EDI ids, mode and vendor code"
                faults.append(RelationshipFault("", each.name, f"shares {what} with {seen[key]}; neither is loaded"))
                faults.append(RelationshipFault("", seen[key], f"shares {what} with {each.name}; neither is loaded"))
            seen[key] = each.name
    return faults


class _StrictLoader(yaml.SafeLoader):
    """Refuses a key that stands twice in a mapping: YAML itself would silently take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(problem=f"the key {key!r} stands twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep=deep)
