"""Lists of Cin7, page by page. Pages are no snapshot: rows shift while they are read, so each is given once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from include.cin7.client import Cin7Client

PAGE = 1_000


def read_pages(
    client: Cin7Client,
    path: str,
    list_key: str,
    query: Mapping[str, Any],
    key_of: Callable[[Mapping[str, Any]], object],
    *,
    page_size: int = PAGE,
) -> Iterator[Mapping[str, Any]]:
    """Every row once, until a page comes short or the total was seen."""
    seen: set[object] = set()
    page = 1
    while True:
        told = client.get(path, {**query, "Page": page, "Limit": page_size})
        rows = told.get(list_key) or [] if isinstance(told, Mapping) else told
        for row in rows:
            key = key_of(row)
            if key not in seen:
                seen.add(key)
                yield row
        total = told.get("Total") if isinstance(told, Mapping) else None
        if len(rows) < page_size or (total is not None and page * page_size >= int(total)):
            return
        page += 1
