"""Remembers which control numbers have stood in a group, in memory that does not grow while they ascend by one."""

from __future__ import annotations

from bisect import bisect_right

from include.x12.numbers import is_number

LONGEST = 18  # digits; what is longer is no control number, and is kept as text


class SeenNumbers:
    """Runs of consecutive numbers, per width of the text; what is no number is kept as it is."""

    def __init__(self) -> None:
        self._starts: dict[int, list[int]] = {}
        self._ends: dict[int, list[int]] = {}
        self._texts: set[str] = set()

    def is_new(self, text: str) -> bool:
        """Remembers the number and says whether it had not stood before."""
        if not is_number(text) or len(text) > LONGEST:
            is_new = text not in self._texts
            self._texts.add(text)
            return is_new
        number = int(text)
        starts = self._starts.setdefault(len(text), [])
        ends = self._ends.setdefault(len(text), [])
        run = bisect_right(starts, number) - 1
        if run >= 0 and number <= ends[run]:
            return False
        if run >= 0 and number == ends[run] + 1:
            ends[run] = number
        else:
            starts.insert(run + 1, number)
            ends.insert(run + 1, number)
        return True
