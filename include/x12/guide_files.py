"""Reads guide files: `{release}/{set}.toml` beside the `elements.toml` and `segments.toml` of the standard.

A file may be `based_on` another release of its folder, or on "base", the standard's own file of the same release.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from include.errors import ConfigurationError
from include.x12.findings import Severity
from include.x12.rules import Element, Equality, Guide, HierarchyLevel, Place, SegmentRule, SyntaxNote, Total

BASE = Path(__file__).parent / "guides"

Nested = str | list["Nested"]

_TOKEN = re.compile(r"\(([^)]*)\)x(\d+)|(\S+)")
_NAME = re.compile(r"([A-Z][A-Z0-9]{1,2}?)(\d{2})")
_PLACE = re.compile(r"([A-Z][A-Z0-9]{1,2}) (\*|\d+)(!?)")


@dataclass(frozen=True, slots=True)
class _Overlay:
    """What a set's file says of elements and positions, by names such as BEG02 and PO1/ACK."""

    required: frozenset[str]
    advised: frozenset[str]
    codes: Mapping[str, frozenset[str]]
    advised_codes: Mapping[str, frozenset[str]]
    mandatory: frozenset[str]
    qualifiers: Mapping[str, frozenset[str]]


def path(folder: Path, release: str, set_identifier: str) -> Path:
    return folder / release / f"{set_identifier}.toml"


def read_guide(folder: Path, release: str, set_identifier: str) -> Guide:
    """Compiles one guide; a fault in the files is a ConfigurationError that names the file."""
    source = path(folder, release, set_identifier)
    try:
        return _compile(_layers(folder, release, set_identifier), release)
    except (KeyError, ValueError, TypeError, OSError) as fault:
        raise ConfigurationError(f"The guide file does not make sense: {fault}.", setting=str(source)) from fault


def _compile(layers: list[dict[str, object]], release: str) -> Guide:
    overlay = _overlay(layers)
    dictionary = _rules(release)
    used = {identifier: _overlaid(rule, overlay) for identifier, rule in dictionary.items()}
    positions = _first(layers, "positions")
    if not isinstance(positions, list):
        raise ValueError("positions must be an array")
    return Guide(
        release=release,
        set_identifier=str(_first(layers, "set")),
        functional_identifier=str(_first(layers, "group")),
        places=tuple(_place(entry, used, overlay, "") for entry in positions),
        rules=used,
        used_segments=frozenset(_identifiers(positions)),
        totals=tuple(_totals(layers)),
        equalities=tuple(_equalities(layers)),
        levels=_levels(layers),
    )


def _layers(folder: Path, release: str, set_identifier: str) -> list[dict[str, object]]:
    """The file and those that it is based on, the nearest first."""
    data = _read(path(folder, release, set_identifier))
    based_on = data.get("based_on")
    if based_on is None:
        return [data]
    if based_on == "base":
        return [data, *_layers(BASE, release, set_identifier)]
    return [data, *_layers(folder, str(based_on), set_identifier)]


def _read(source: Path) -> dict[str, object]:
    with source.open("rb") as file:
        return tomllib.load(file)


def _first(layers: list[dict[str, object]], key: str) -> object:
    for layer in layers:
        if key in layer:
            return layer[key]
    raise ValueError(f"it says nothing of {key}")


def _overlay(layers: list[dict[str, object]]) -> _Overlay:
    return _Overlay(
        required=_names(layers, "required"),
        advised=_names(layers, "advised"),
        codes=_lists(layers, "codes"),
        advised_codes=_lists(layers, "advised_codes"),
        mandatory=_names(layers, "mandatory"),
        qualifiers=_lists(layers, "qualifiers"),
    )


def _names(layers: list[dict[str, object]], key: str) -> frozenset[str]:
    found: set[str] = set()
    for layer in layers:
        names = layer.get(key, [])
        if not isinstance(names, list):
            raise ValueError(f"{key} must be an array of names")
        found.update(map(str, names))
    return frozenset(found)


def _lists(layers: list[dict[str, object]], key: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for layer in reversed(layers):
        table = layer.get(key, {})
        if not isinstance(table, dict):
            raise ValueError(f"{key} must be a table")
        found.update({str(name): frozenset(str(codes).split()) for name, codes in table.items()})
    return found


def _totals(layers: list[dict[str, object]]) -> Iterator[Total]:
    for layer in layers:
        entries = layer.get("totals", [])
        if not isinstance(entries, list):
            raise ValueError("totals must be an array of tables")
        for entry in entries:
            segment, element = _split(entry["element"])
            of_segment, of_element = _split(entry["sums"]) if "sums" in entry else (entry["counts"], None)
            yield Total(segment, element, of_segment, of_element, Severity(entry.get("severity", "error")))


def _equalities(layers: list[dict[str, object]]) -> Iterator[Equality]:
    for layer in layers:
        entries = layer.get("equal", [])
        if not isinstance(entries, list):
            raise ValueError("equal must be an array of tables")
        for entry in entries:
            yield Equality(*_split(entry["element"]), *_split(entry["to"]))


def _levels(layers: list[dict[str, object]]) -> dict[str, HierarchyLevel] | None:
    """The levels that the nearest file names which says anything of them."""
    found = next((layer["hierarchy"] for layer in layers if "hierarchy" in layer), None)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ValueError("hierarchy must be a table of levels")
    return {
        str(code): HierarchyLevel(
            below=frozenset(str(level.get("below", "")).split()),
            mandatory=_occurrences(level.get("mandatory", "")),
            unwelcome=_occurrences(level.get("unwelcome", "")),
        )
        for code, level in found.items()
    }


def _occurrences(text: str) -> tuple[tuple[str, str], ...]:
    """Segments, such as N4, or N1:SF where the first element is told."""
    return tuple((segment, first) for segment, _, first in (name.partition(":") for name in text.split()))


def _split(name: str) -> tuple[str, int]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name} is not the name of an element, such as BEG02")
    return match[1], int(match[2])


def _place(entry: Nested, rules: Mapping[str, SegmentRule], overlay: _Overlay, parent: str) -> Place:
    head = entry if isinstance(entry, str) else next(iter(entry), "")
    match = _PLACE.fullmatch(head) if isinstance(head, str) else None
    if match is None:
        raise ValueError(f"{head!r} is not a position, such as 'BEG 1!'")
    name = f"{parent}{match[1]}"
    return Place(
        rule=_rule(rules, match[1]),
        most=None if match[2] == "*" else int(match[2]),
        is_mandatory=bool(match[3]) or name in overlay.mandatory,
        is_loop=not isinstance(entry, str),
        qualifiers=overlay.qualifiers.get(name, frozenset()),
        children=() if isinstance(entry, str) else tuple(_place(e, rules, overlay, f"{name}/") for e in entry[1:]),
    )


def _rule(rules: Mapping[str, SegmentRule], identifier: str) -> SegmentRule:
    if identifier not in rules:
        raise ValueError(f"{identifier} is no segment of the release")
    return rules[identifier]


def _identifiers(positions: list[Nested]) -> Iterator[str]:
    for entry in positions:
        if isinstance(entry, str):
            yield entry.split()[0]
        else:
            yield from _identifiers(entry)


def _overlaid(rule: SegmentRule, overlay: _Overlay) -> SegmentRule:
    """The segment with what the guide says of its elements."""
    elements = []
    for position, element in enumerate(rule.elements, 1):
        name = f"{rule.identifier}{position:02}"
        elements.append(
            replace(
                element,
                is_mandatory=element.is_mandatory or name in overlay.required,
                is_advised=name in overlay.advised,
                codes=overlay.codes.get(name),
                advised_codes=overlay.advised_codes.get(name),
            )
        )
    return replace(rule, elements=tuple(elements))


@cache
def _rules(release: str) -> Mapping[str, SegmentRule]:
    """Every segment of the release, by identifier."""
    elements = {int(number): entry for number, entry in _dictionary(release, "elements.toml").items()}
    lines = {name: str(line) for name, line in _dictionary(release, "segments.toml").items()}
    loose = lines.pop("loose").split()
    composites = {
        name: tuple(_elements(line, elements, {}))
        for name, line in lines.items()
        if name[0] == "C" and name[1:].isdigit()
    }
    rules = {identifier: SegmentRule(identifier, (), is_loose=True) for identifier in loose}
    for name in lines.keys() - composites.keys():
        line, _, notes = lines[name].partition("|")
        rules[name] = SegmentRule(name, tuple(_elements(line, elements, composites)), tuple(_notes(notes)))
    return rules


def _dictionary(release: str, name: str) -> dict[str, object]:
    data = _read(BASE / release / name)
    based_on = data.pop("based_on", None)
    return data if based_on is None else {**_dictionary(str(based_on), name), **data}


def _elements(
    line: str, dictionary: Mapping[int, object], composites: Mapping[str, tuple[Element, ...]]
) -> Iterator[Element]:
    for token in _tokens(line):
        name, is_mandatory = token.rstrip("!"), token.endswith("!")
        if name in composites:
            yield Element(0, "composite", "C", 1, 999, is_mandatory, components=composites[name])
            continue
        entry = dictionary.get(int(name))
        if not isinstance(entry, list):
            raise ValueError(f"element {name} is not in elements.toml, or is no array")
        kind, shortest, longest, text = entry
        yield Element(int(name), text, kind, shortest, longest, is_mandatory)


def _tokens(line: str) -> Iterator[str]:
    for repeated, times, single in _TOKEN.findall(line):
        yield from [single] if single else repeated.split() * int(times)


def _notes(text: str) -> Iterator[SyntaxNote]:
    for note in text.split():
        yield SyntaxNote(note[0], tuple(int(note[i : i + 2]) for i in range(1, len(note), 2)))
