"""What counts as a number in an envelope: the digits 0 to 9, and no others that Python takes for digits."""

from __future__ import annotations


def is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def is_same_number(left: str, right: str) -> bool:
    """Whether two control numbers or counts are equal, leading zeros aside."""
    if is_number(left) and is_number(right):
        return left.lstrip("0") == right.lstrip("0")
    return left == right
