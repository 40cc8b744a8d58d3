"""Lists of Cin7, page by page. Pages are no snapshot: rows shift while they are read, so each is given once.

A row that shifts to a page already read is missed. A list that shows signs of it is read a second time, in pages of
another size: what fell between two pages lies within one then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

Row = Mapping[str, Any]
Page = tuple[list[Row], int | None]  # its rows, and how many the whole list has by then

PAGE = 1_000


class Reader(Protocol):
    """Who asks for a page: a client, or one that waits where a client gives up."""

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> dict[str, Any]: ...


def read_pages(
    client: Reader,
    path: str,
    list_key: str,
    query: Mapping[str, Any],
    key_of: Callable[[Row], object],
    *,
    page_size: int = PAGE,
    begun: Iterator[Page] | None = None,
) -> Iterator[Row]:
    """Every row once; `begun` are the pages of a first reading that somebody has looked into already."""
    seen: set[object] = set()
    for size in (page_size, page_size * 9 // 10 + 7):
        totals: list[int | None] = []
        pages, begun = begun or each_page(client, path, list_key, {**query, "Limit": size}), None
        for rows, total in pages:
            totals.append(total)
            for row in rows:
                if (key := key_of(row)) not in seen:
                    seen.add(key)
                    yield row
        if _stood_still(totals, len(seen)):
            return


def _stood_still(totals: Sequence[int | None], seen: int) -> bool:
    """Whether nothing was missed, as far as can be told: no row came or went, and as many were seen as there are."""
    total = totals[-1]
    return len(totals) == 1 or total is None or (set(totals) == {total} and seen >= total)


def each_page(client: Reader, path: str, list_key: str, query: Mapping[str, Any]) -> Iterator[Page]:
    """The rows of each page, and how many the whole list has by then; `query` holds the Limit.

    The list is over at its total; where it tells none, at a page that is not full; a page that comes again ends it too.
    """
    page, read = 1, 0
    last: list[Row] = []
    while True:
        told = client.get(path, {**query, "Page": page})
        rows: list[Row] = told.get(list_key) or []
        total = int(told["Total"]) if told.get("Total") is not None else None
        yield rows, total
        read += len(rows)
        is_over = len(rows) < query["Limit"] if total is None else read >= total
        if is_over or not rows or rows == last:
            return
        page, last = page + 1, rows
