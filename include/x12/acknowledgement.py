"""The values of a received 997: what the other side says of a group that we sent."""

from __future__ import annotations

from dataclasses import dataclass

from include.x12.envelope import TransactionSet
from include.x12.findings import Finding, Level
from include.x12.numbers import is_number

ACCEPTING = frozenset("AE")
GROUP_ACCEPTING = ACCEPTING | {"P"}

_SEGMENT_FAULTS = {
    "1": "is not recognised",
    "2": "is unexpected",
    "3": "is mandatory and missing",
    "4": "opens its loop too often",
    "5": "stands too often",
    "6": "does not belong into this transaction set",
    "7": "is out of sequence",
    "8": "has elements in error",
}
_ELEMENT_FAULTS = {
    "1": "is mandatory and missing",
    "2": "is missing under the present condition",
    "3": "is one element too many",
    "4": "is too short",
    "5": "is too long",
    "6": "holds an illegal character",
    "7": "has an illegal code or value",
    "8": "is no legal date",
    "9": "is no legal time",
    "10": "must not stand beside another element",
}


@dataclass(frozen=True, slots=True)
class SetAcknowledgement:
    """AK2 to AK5: the verdict (A, E, M, R, W, X) on one set that we sent, and why."""

    identifier: str
    control_number: str
    verdict: str
    codes: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def is_accepted(self) -> bool:
        return self.verdict in ACCEPTING


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A 997. Sets that it does not name share the verdict of the group, and are accepted where that is P."""

    functional_identifier: str
    group_control_number: str
    version: str | None
    verdict: str
    included: int
    received: int
    accepted: int
    codes: tuple[str, ...]
    sets: tuple[SetAcknowledgement, ...]

    def verdict_of(self, control_number: str) -> str:
        """The verdict on one set of the group: its AK5 unless the whole group was refused, else as the group says."""
        named = next((one for one in self.sets if one.control_number == control_number), None)
        if named is not None and (self.verdict in GROUP_ACCEPTING or not named.is_accepted):
            return named.verdict
        return "A" if self.verdict == "P" else self.verdict


def parse_997(received: TransactionSet) -> Acknowledgement:
    """The values of a 997 that reading accepted (verdict A or E)."""
    component = received.interchange.delimiters.component
    heads = {segment[0]: segment for segment in received.segments if segment[0] in ("AK1", "AK9")}
    ak1, ak9 = _padded(heads.get("AK1", [])), _padded(heads.get("AK9", []))
    return Acknowledgement(
        functional_identifier=ak1[1],
        group_control_number=ak1[2],
        version=ak1[3] or None,
        verdict=ak9[1],
        included=_count(ak9[2]),
        received=_count(ak9[3]),
        accepted=_count(ak9[4]),
        codes=tuple(code for code in ak9[5:] if code),
        sets=tuple(_sets(received.segments, component)),
    )


def _sets(segments: list[list[str]], component: str) -> list[SetAcknowledgement]:
    found: list[SetAcknowledgement] = []
    ak2: list[str] = []
    findings: list[Finding] = []
    for segment in segments:
        fields = _padded(segment)
        match segment[0]:
            case "AK2":
                ak2, findings = fields, []
            case "AK3":
                findings.append(_segment_finding(fields))
            case "AK4" if findings:
                findings.append(_element_finding(fields, findings[-1], component))
            case "AK5" if ak2:
                codes = tuple(code for code in fields[2:] if code)
                found.append(SetAcknowledgement(ak2[1], ak2[2], fields[1], codes, tuple(findings)))
                ak2, findings = [], []
    return found


def _segment_finding(fields: list[str]) -> Finding:
    fault = _SEGMENT_FAULTS.get(fields[4], f"is in error (code {fields[4] or 'not given'})")
    sentence = f"The segment {fields[1]} at position {fields[2]} {fault}."
    return Finding(Level.SEGMENT, fields[4], sentence, segment_identifier=fields[1], segment_position=_count(fields[2]))


def _element_finding(fields: list[str], before: Finding, component: str) -> Finding:
    place = [_count(part) for part in fields[1].split(component)]
    fault = _ELEMENT_FAULTS.get(fields[3], f"is in error (code {fields[3]})")
    name = f"{before.segment_identifier}{place[0]:02}"
    value = f" The value was {fields[4]!r}." if fields[4] else ""
    return Finding(
        Level.ELEMENT,
        fields[3],
        f"{name} in segment {before.segment_position} {fault}.{value}",
        segment_identifier=before.segment_identifier,
        segment_position=before.segment_position,
        element_position=place[0],
        component=place[1] if len(place) > 1 and place[1] else None,
        reference_number=_count(fields[2]) or None,
        bad_value=fields[4] or None,
    )


def _padded(segment: list[str]) -> list[str]:
    return [*segment, *[""] * (10 - len(segment))]


def _count(text: str) -> int:
    return int(text) if is_number(text) else 0
