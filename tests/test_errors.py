"""An error says what happened, to which document, and what to do next."""

from __future__ import annotations

from include.errors import ConfigurationError, RejectedError, TransientError, UncertainOutcome


def test_it_reads_as_one_text():
    fault = UncertainOutcome("The answer was lost.", document="order 4AB7XY2P", next_step="It is looked up first.")

    assert str(fault) == "order 4AB7XY2P: The answer was lost. It is looked up first."


def test_what_is_not_known_is_left_out():
    assert str(RejectedError("Refused.", reasons=("too late",))) == "Refused."


def test_a_setting_is_named_where_no_other_step_is():
    assert (
        str(ConfigurationError("No host.", setting="connection cin7_core")) == "No host. Correct connection cin7_core."
    )
    assert ConfigurationError("No host.", setting="x", next_step="Ask Ann.").next_step == "Ask Ann."


def test_a_transient_error_says_when_to_come_back():
    assert TransientError("Later.", retry_after=30).retry_after == 30
    assert TransientError("Later.").retry_after is None
