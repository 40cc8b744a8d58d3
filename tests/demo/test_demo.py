"""The demo, as `make demo ARGS=--once` runs it: a day through PostgreSQL, Airflow and both ends of the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from include.workstation.state import ROOT

ZEROS = ("late", "missing", "over_confirmed", "under_confirmed", "doubled", "unfinished")
COUNTS = {"orders", "acknowledged", *ZEROS, "notices", "invoices", "exceptions", "seconds"}
AMOUNTS = {"charged_for_documents", "charged_for_injected_faults", "invoiced", "payable"}


@pytest.mark.slow
@pytest.mark.airflow
@pytest.mark.timeout(1800)
def test_the_demo_ends_with_every_order_answered_and_no_law_broken():
    command = [sys.executable, "-m", "include.workstation", "demo", "--once"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    print(done.stdout, done.stderr)  # shown where it fails
    told = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 0
    assert told.keys() == COUNTS | AMOUNTS | {"laws_broken"}
    assert all(isinstance(told[key], int) for key in COUNTS)
    assert {key: told[key] for key in ZEROS} == dict.fromkeys(ZEROS, 0)
    assert told["laws_broken"] == []
    assert told["acknowledged"] == told["orders"] > 20
    assert told["exceptions"] > 10
    assert told["notices"] >= told["invoices"] > 20
    assert 0 < told["payable"] <= told["invoiced"]
    assert told["charged_for_documents"] == 0 < told["charged_for_injected_faults"]
    for shown in (
        "Orders (placed and allocated",
        "Shipments (units",
        "What Amazon charges",
        "Exceptions",
        "unmapped_product",
        "Files: ",
        "Airflow: http://127.0.0.1",
    ):
        assert shown in done.stdout
