"""Code lists of Amazon's retail guides, and what codes of other partners mean here."""

from __future__ import annotations

WINDOW_STARTS = ("064", "037", "010", "118", "002")  # the first that is there; others' guides use the later ones
WINDOW_ENDS = ("063", "038", "001", "002")
SHIP_TO = "ST"

CANCELLED = "01"  # BEG01, BCH01
LINE_CANCELLED = frozenset({"DI"})  # POC02: delete item
