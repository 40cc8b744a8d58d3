"""An answer other than 200."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  reads as what happened; it is an answer, not a fault of ours
    """The call is refused: an HTTP status and the text that stands in the array of errors."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
