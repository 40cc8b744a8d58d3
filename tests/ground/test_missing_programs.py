"""A test that needs a program of the machine is named when it was not run for want of it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ("pytester",)
CONFTEST = Path(__file__).parents[1] / "conftest.py"


@pytest.mark.slow
def test_a_test_whose_program_is_missing_is_left_out_and_named(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers = needs_program(name): x")
    pytester.makeconftest(CONFTEST.read_text())
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.needs_program("no-such-program")
        def test_with_it(): ...

        @pytest.mark.needs_program("python3")
        def test_without_it(): ...
        """
    )

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*not run for want of no-such-program*", "*::test_with_it"])
