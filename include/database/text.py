"""Text from outside on its way into the database."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text without what PostgreSQL does not take: the character 0, and the halves of one that JSON may hold."""
    whole = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    try:
        whole.encode()
    except UnicodeEncodeError:
        return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole
