"""The TA1 segment: what is said of an interchange as a whole, apart from its groups."""

from __future__ import annotations

from include.x12.envelope import InterchangeAcknowledgement, InterchangeEnd
from include.x12.numbers import is_number

MEANINGS = {
    "000": "no error",
    "001": "the control numbers of ISA and IEA differ",
    "004": "the segment terminator is not legal",
    "005": "the sender's qualifier is not legal",
    "006": "the sender's id is not legal",
    "007": "the receiver's qualifier is not legal",
    "008": "the receiver's id is not legal",
    "009": "the receiver is unknown",
    "010": "the authorization qualifier is not legal",
    "011": "the authorization information is not legal",
    "012": "the security qualifier is not legal",
    "013": "the security information is not legal",
    "014": "the date is not legal",
    "015": "the time is not legal",
    "016": "the standard's identifier is not legal",
    "017": "the version is not legal",
    "018": "the control number is not legal",
    "019": "the request for an acknowledgement is not legal",
    "020": "the test indicator is not legal",
    "021": "the number of groups is wrong",
    "022": "the control structure is not legal",
    "023": "the file ends before the interchange does",
    "024": "the content is not legal",
    "025": "the control number was used before",
    "026": "the element separator is not legal",
    "027": "the component separator is not legal",
}


def write_ta1(end: InterchangeEnd) -> list[str]:
    """The TA1 segment that answers a received interchange."""
    at = end.header.written_at
    number = end.header.control_number
    return [
        "TA1",
        number.zfill(9) if is_number(number) and len(number) <= 9 else "000000000",
        "" if at is None else f"{at:%y%m%d}",
        "" if at is None else f"{at:%H%M}",
        end.verdict,
        end.note_code or "000",
    ]


def explain(acknowledgement: InterchangeAcknowledgement) -> str:
    """What a received TA1 says, as a sentence."""
    verdicts = {"A": "accepted", "E": "accepted with errors noted", "R": "refused"}
    verdict = verdicts.get(acknowledgement.verdict, f"answered with {acknowledgement.verdict!r}")
    meaning = MEANINGS.get(acknowledgement.note_code, "the meaning of the code is not known")
    number = acknowledgement.control_number
    return f"The interchange {number} was {verdict}: {meaning} (TA1 note {acknowledgement.note_code})."
