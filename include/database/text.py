"""Text from outside on its way into the database."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without the one character that PostgreSQL does not take."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")
