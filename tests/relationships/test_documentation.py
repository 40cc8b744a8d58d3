"""docs/relationships.md names every field with its default, and none that does not exist; its examples are right."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum

from pydantic.fields import FieldInfo

from include.relationships.address_book import AddressBook, FulfilmentCentre
from include.relationships.loading import load_relationships
from include.relationships.model import Relationship
from include.relationships.settings import Address, Settings
from include.workstation import state

DOCUMENT = (state.ROOT / "docs" / "relationships.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(?P<field>[a-z0-9_.]+)` \| (?P<default>[^|]+) \| (?P<meaning>[^|]+) \|", re.MULTILINE)
EXAMPLE = re.compile(r"```yaml\n# (?P<file>\S+)\n(?P<content>.*?)```", re.DOTALL)


def fields(model: type[Settings], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Each field by its dotted name with its default as an operator would write it; an address is told once, apart."""
    for name, field in model.model_fields.items():
        kind = group(field)
        if kind is None or kind is Address:
            yield f"{prefix}{name}", written(field)
        else:
            yield from fields(kind, f"{prefix}{name}.")


def group(field: FieldInfo) -> type[Settings] | None:
    """The group of fields that a field holds, where it is one."""
    is_optional = isinstance(field.annotation, types.UnionType)
    kinds = typing.get_args(field.annotation) if is_optional else (field.annotation,)
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Settings)), None)


def written(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "none" if field.default is None else f"`{value(field.default)}`"


def value(default: object) -> str:
    match default:
        case bool():
            return str(default).lower()
        case StrEnum():
            return default.value
        case dict():
            return "{" + ", ".join(f"{key}: {value(each)}" for key, each in default.items()) + "}"
        case tuple():
            return f"[{', '.join(map(value, default))}]"
        case int() | str() | Decimal():
            return str(default)
    raise AssertionError(f"no spelling for {default!r}")


def expected() -> dict[str, str]:
    return {
        **dict(fields(Relationship)),
        **dict(fields(Address, "address.")),
        **dict(fields(FulfilmentCentre, "centres.")),
    }


def documented() -> dict[str, str]:
    return {row["field"]: row["default"].strip() for row in ROW.finditer(DOCUMENT)}


def test_every_field_is_documented_with_its_default_and_no_other():
    assert documented() == expected()


def test_no_field_is_documented_twice():
    names = [row["field"] for row in ROW.finditer(DOCUMENT)]

    assert sorted(names) == sorted(set(names))


def test_every_row_of_a_table_is_seen_here():
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| ") and not line.startswith("| Field")]

    assert len(rows) == len(documented())


def test_the_address_book_holds_centres_alone():
    assert list(AddressBook.model_fields) == ["centres"]


def test_the_examples_are_right(tmp_path):
    examples = {example["file"]: example["content"] for example in EXAMPLE.finditer(DOCUMENT)}
    for file, content in examples.items():
        (tmp_path / file).write_text(content)

    loaded = load_relationships(tmp_path)

    assert set(examples) == {"amazon_us.yaml", "test_partner.yaml", "fulfilment_centres.yaml"}
    assert loaded.faults == ()
    assert [(each.name, each.guide) for each in loaded.relationships] == [
        ("amazon_us", "amazon"), ("test_partner", "base")]  # fmt: skip
    assert loaded.address_book.resolve("15", "1553992") is not None
