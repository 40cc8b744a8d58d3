"""The one tree of errors. The branch decides the retry; the fields say what happened, to what, and what to do next.

IntegrationError               says what happened, to which document, and what to do next
├─ TransientError              the same call may work later            retry with backoff
├─ UncertainOutcome            sent, no answer                         never resend: look it up first
├─ RejectedError               the same input will fail again          fail now, open an exception for a person
└─ ConfigurationError          only an operator can fix it             fail now, name the setting
"""

from __future__ import annotations


class IntegrationError(Exception):
    """Something went wrong at the border to another system.

    `what` is a sentence; `document` names the order or document it happened to; `next_step` says what to do.
    """

    def __init__(self, what: str, *, document: str | None = None, next_step: str | None = None) -> None:
        self.what = what
        self.document = document
        self.next_step = next_step
        super().__init__(" ".join(part for part in (f"{document}:" if document else None, what, next_step) if part))


class TransientError(IntegrationError):
    """The same call may work later; `retry_after` is in seconds where the other side or the limiter said so."""

    def __init__(
        self,
        what: str,
        *,
        document: str | None = None,
        next_step: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(what, document=document, next_step=next_step)
        self.retry_after = retry_after


class UncertainOutcome(IntegrationError):
    """A write was sent and its answer was lost: look it up before anything is sent again."""


class RejectedError(IntegrationError):
    """The other side refused this input and will refuse it again; `reasons` are its own words."""

    def __init__(
        self,
        what: str,
        *,
        document: str | None = None,
        next_step: str | None = None,
        reasons: tuple[str, ...] = (),
    ) -> None:
        super().__init__(what, document=document, next_step=next_step)
        self.reasons = reasons


class ConfigurationError(IntegrationError):
    """Only an operator can fix it; `setting` names where."""

    def __init__(self, what: str, *, setting: str, document: str | None = None, next_step: str | None = None) -> None:
        super().__init__(what, document=document, next_step=next_step or f"Correct {setting}.")
        self.setting = setting
