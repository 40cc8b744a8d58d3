"""One stack for all tests of this folder; a trade of its own for each test."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.purchase_orders.conftest import COMPANY
from tests.purchase_orders.trade import Trade
from tests.whole.whole import Whole


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    started = Whole(tmp_path_factory.mktemp("whole"), print)
    yield started
    started.close(print)


@pytest.fixture
def begin(whole: Whole) -> Iterator[Callable[..., Trade]]:
    """Begins a trade, with settings of its relationship."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(whole.trading(COMPANY, **settings))


@pytest.fixture
def trade(begin: Callable[..., Trade]) -> Trade:
    return begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure shows what Airflow's processes and the last tasks wrote."""
    report = yield
    started = item.funcargs.get("whole") if report.when == "call" and report.failed else None
    if isinstance(started, Whole):
        report.sections.append(("Airflow's logs", started.logs()))
    return report
