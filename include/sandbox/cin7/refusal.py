"""An answer other than 200."""

from __future__ import annotations


class Refused(Exception):
    """The call is refused: an HTTP status and the text that stands in the array of errors."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
