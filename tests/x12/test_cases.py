"""The twenty-five files by which the readers of X12 are compared: each with the right verdict and the fault named."""

from __future__ import annotations

import pytest

from benchmarks.engine.cases import all_cases, is_answered_rightly
from tests.x12.readers import amazon, plain


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
@pytest.mark.parametrize("guide_for", [plain, amazon], ids=["plain guide", "Amazon's guide"])
def test_every_case_is_answered_rightly(case, guide_for):
    assert is_answered_rightly(case, guide_for)


def test_there_are_twenty_five_cases():
    assert len(all_cases()) == 25
