"""Control numbers: never twice and without gaps, whoever asks and whatever fails. Law 9."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from include.database.connection import connect
from include.database.control_numbers import HIGHEST, next_number

ROOT = Path(__file__).parents[2]
TAKE = """
import sys
from include.database.connection import connect
from include.database.control_numbers import next_number
print("ready", flush=True)
sys.stdin.readline()
with connect(sys.argv[1]) as connection:
    for turn in range(60):
        number = next_number(connection, "outbound", "interchange")
        if turn % 3 == 2:
            connection.rollback()
            continue
        connection.execute("INSERT INTO taken VALUES (%s)", [number])
        connection.commit()
"""


@pytest.fixture
def connection(database):
    with connect(database) as opened:
        yield opened


def test_numbers_begin_at_one_and_each_range_has_its_own(connection):
    numbers = [
        next_number(connection, scope, kind)
        for scope, kind in [("a", "interchange"), ("a", "interchange"), ("a", "group"), ("b", "interchange")]
    ]

    assert numbers == [1, 2, 1, 1]


def test_law_9_a_rollback_gives_the_number_back(connection):
    next_number(connection, "a", "group")
    connection.commit()
    next_number(connection, "a", "group")
    connection.rollback()

    assert next_number(connection, "a", "group") == 2


def test_numbers_begin_again_behind_nine_digits(connection):
    connection.execute("INSERT INTO control_number VALUES ('a', 'interchange', %s)", [HIGHEST - 1])

    assert [next_number(connection, "a", "interchange") for _ in range(3)] == [HIGHEST, 1, 2]


def test_law_9_processes_that_take_numbers_at_once_take_each_one_once(database):
    with connect(database) as connection:
        connection.execute("CREATE TABLE taken (number bigint)")
    takers = [
        subprocess.Popen([sys.executable, "-c", TAKE, database], cwd=ROOT, stdin=-1, stdout=-1, text=True)
        for _ in range(4)
    ]
    for taker in takers:
        assert taker.stdout.readline() == "ready\n"
    for taker in takers:
        taker.stdin.write("go\n")
        taker.stdin.flush()
    for taker in takers:
        taker.communicate()

    with connect(database) as connection:
        rows = connection.execute("SELECT number FROM taken ORDER BY number").fetchall()

    assert [row["number"] for row in rows] == list(range(1, 4 * 40 + 1))
