"""What a list may have lost while it was read page by page, and where to look again.

Pages are no snapshot: rows that come before the place of reading push others onto the next page, where they are seen
again; rows that go pull others onto a page already read, where they are missed. Between two pages nothing was missed
where the next one begins with what was seen before. Else a total that fell says that something may be, and so does a
list of which fewer rows were seen than it has. A row that goes while another comes behind leaves no sign.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

PAGES_AN_EXTRA_CALL = 50  # a second look is a call, and all of them are two in a hundred of the pages
MARGIN = 50  # rows that a second look sees on each side of a border, at least


class Row(NamedTuple):
    """A row as the borders know it: its key, and the SKU it is of."""

    key: int
    sku: str


@dataclass(frozen=True, slots=True)
class Border:
    """Between two pages: how many rows lie before it, its neighbours, and the signs of a loss."""

    place: int
    before: Row
    after: Row | None  # None: the list was over
    fell: int  # rows by which the list was shorter on the next page
    follows_repeats: bool  # the page before it began too early, so that it ended too early too

    def window(self, page_size: int) -> tuple[int, int]:
        """A page of another size in which the border lies well inside: how many rows it has, and its number."""
        sizes = range(page_size - 1, page_size // 2, -1)
        margin = min(MARGIN, page_size // 4)
        fits = (size for size in sizes if margin <= self.place % size <= size - margin)
        size = next(fits, page_size // 2 + 1)
        return size, self.place // size + 1

    def is_within(self, keys: Collection[int], *, is_last_page: bool) -> bool:
        """Whether a second look saw both neighbours, and so all that lies between them."""
        return self.before.key in keys and (is_last_page if self.after is None else self.after.key in keys)


@dataclass(slots=True)
class Borders:
    """The borders of one reading. A list whose SKUs lie together can have lost rows of a border's own SKUs alone, and
    of such as have no row left at all.
    """

    pages: int = 0
    _open: list[Border] = field(default_factory=list)
    _rows: int = 0  # read, repeats too
    _distinct: int = 0
    _total: int | None = None
    _come: int = 0  # rows that came where it was read already
    _last: Row | None = None
    _repeats: int = 0  # on the last page
    _current: str | None = None
    _passed: set[str] = field(default_factory=set)
    is_grouped: bool = True

    def turn(self, total: int | None, rows: Sequence[Row], fresh: Sequence[Row]) -> None:
        """A page was read: its rows, and those of them that were not seen before."""
        self.pages += 1
        change = total - self._total if total is not None and self._total is not None else 0
        repeats = len(rows) - len(fresh)
        if self._last and rows and not any(row.key == self._last.key for row in rows):
            self._open.append(Border(self._rows, self._last, rows[0], max(0, -change), self._repeats > 0))
        self._come += min(repeats, max(0, change))
        self._rows += len(rows)
        self._total = total
        self._repeats = repeats
        self._last = rows[-1] if rows else self._last
        self._note(fresh)

    def found(self, rows: int) -> None:
        """A second look found so many rows that were missed."""
        self._distinct += rows

    def close(self, border: Border) -> None:
        """All rows at it were seen."""
        self._open.remove(border)

    def over(self) -> None:
        """The list is over; its end may have slipped away too."""
        if self._last:
            self._open.append(Border(self._rows, self._last, None, 0, self._repeats > 0))

    def suspects(self) -> list[Border]:
        """Where rows may have been missed, the likeliest first."""
        suspects = [each for each in self._open if self.is_suspect(each)]
        return sorted(suspects, key=lambda each: (-each.fell, not each.follows_repeats, each.place))

    def is_suspect(self, border: Border) -> bool:
        """Whether rows may have been missed there, as far as is known by now."""
        return border.fell > 0 or self.is_short

    @property
    def is_short(self) -> bool:
        """Whether fewer rows were seen than the list has, those aside that came where it was read already."""
        return self._total is not None and self._distinct < self._total - self._come

    def _note(self, fresh: Sequence[Row]) -> None:
        self._distinct += len(fresh)
        for row in fresh:
            if row.sku != self._current:
                self.is_grouped = self.is_grouped and row.sku not in self._passed
                self._current = row.sku
                self._passed.add(row.sku)
