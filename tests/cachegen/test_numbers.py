# SPDX-License-Identifier: Apache-2.0
"""A number is what it means, however SQLite stores it.

SQLite keeps what a program wrote, whatever the column's type says:
MirrorManager's own master crawler writes file times as fractions of a second,
and a table that was imported holds texts alone.
"""

import re

import pytest

from cachegen.bad_rows import base
from harness import world
from harness.compiler import Compiler
from harness.database import Database


@pytest.fixture
def untyped(tmp_path):
    """A function: writes the rows into tables that say no type; the URL."""
    def store(database):
        file = tmp_path / "untyped.sqlite"
        file.unlink(missing_ok=True)
        tables = re.sub(r"^(    \w+) .*?(,?)$", r"\1\2", Database.schema(),
                        flags=re.M)
        return f"sqlite:{database.sqlite(file, tables)}"
    return store


def blob(text):
    return memoryview(text.encode())


def shown(value):
    return f"blob {bytes(value)}" if isinstance(value, memoryview) \
        else repr(value)


# Each number as it may stand there, and is the same number.
SPELLINGS = {
    "real": float,
    "fraction": lambda n: n + .25,
    "less": lambda n: n - .25,
    "half": lambda n: n + (.5 if n % 2 == 0 else .49),
    "text": lambda n: str(int(n)),
    "blanks": lambda n: f"\u00a0 {int(n)}\t\r\n\u3000",
    "text of a fraction": lambda n: str(n + .25),
    "exponent": lambda n: f"{int(n)}.0e0",
    "zeros": lambda n: f"{'-' * (n < 0)}00{abs(int(n))}.000",
    "blob": lambda n: blob(str(int(n))),
}


def respelled(database, spell):
    """Every number of the rows, truths too."""
    for rows in database.tables.values():
        for row in rows:
            row |= {column: spell(value) for column, value in row.items()
                    if isinstance(value, int)}
    return database


def rows():
    database = world.build().db
    for directory in (1, 2):
        database.add("host_category_dir", host_category_id=1, up2date=False,
                     directory_id=directory, path="no")
    return database


@pytest.fixture(scope="module")
def plain(tmp_path_factory, files):
    """What the rows make if nothing is odd, and what is said."""
    folder = tmp_path_factory.mktemp("plain")
    run = Compiler(folder, files).run(
        f"sqlite:{rows().sqlite(folder / 'rows')}", "--verbose")
    return run.output.read_bytes(), run.said


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_number_however_it_is_stored(compiler, untyped, plain, name):
    run = compiler.run(untyped(respelled(rows(), SPELLINGS[name])),
                       "--verbose")
    assert (run.output.read_bytes(), run.said) == plain


def with_file(**columns):
    database = base()
    for about in ({**dict(timestamp=7, size=7), **columns},
                  dict(timestamp=5, size=5)):
        database.add("file_detail", directory_id=3, filename="f",
                     sha256="cd" * 32, **about)
    return database.db


def found(run, element):
    """The element of the file and of its alternates."""
    document = run.metalink("pub/t/os/repodata/f")
    return [int(part.split("<")[0])
            for part in document.split(f"<{element}>")[1:]]


WHOLE = [(2.5, 2), (3.5, 4), (6.500001, 7), (7.499999, 7), ("2.5", 2),
         ("3.5", 4), ("+9", 9), ("7e2", 700), (".5e1", 5), ("9.", 9),
         (2.0**62, 2**62), (2**63 - 1, 2**63 - 1),
         (str(2**63 - 1), 2**63 - 1), ("9007199254740993", 9007199254740993)]
ABSENT = [None, "", " ", 0, .5, "0.5", -1, -2.5, "-3", -2**63, str(-2**63)]
NONE = ["x", "7x", "7 7", "0x10", "inf", "nan", "--7", ".", "e", "1e19",
        2.0**63, -2.0**65, float("inf"), str(2**63), "1" * 64, "7\0007",
        "\u0667", blob("\xff"), b"7\xff"]


@pytest.mark.parametrize("stored, number", WHOLE)
def test_a_fraction_is_rounded_half_to_even(compiler, untyped, stored, number):
    run = compiler.run(untyped(with_file(size=stored)))
    assert run.said == []
    assert found(run, "size") == [number, 5]


@pytest.mark.parametrize("stored", ABSENT)
def test_a_number_may_be_absent(compiler, untyped, stored):
    run = compiler.run(untyped(with_file(size=stored)))
    assert run.said == []
    assert found(run, "size") == [5]


@pytest.mark.parametrize("column", ["timestamp", "size"])
@pytest.mark.parametrize("stored", NONE, ids=shown)
def test_what_is_no_number_costs_the_row_of_a_file(compiler, untyped, column,
                                                   stored):
    """Or an old file would stand for the newest, and nobody would know."""
    run = compiler.run(untyped(with_file(**{column: stored})))
    assert run.skipped == [f"file_detail 2: {column} has the wrong type"]
    assert found(run, "size") == [5]


@pytest.mark.parametrize("newest", [1700000000.25, 1699999999.5,
                                    "1700000000.4"])
def test_the_newest_file_is_the_file(compiler, sqlite, newest):
    """In MirrorManager's own columns."""
    run = compiler.run(sqlite(with_file(timestamp=newest)))
    assert found(run, "mm0:timestamp") == [1700000000, 5]


def test_both_databases_round_alike(compiler, sqlite, server):
    def fractions():
        database = with_file(timestamp=1600000000.5, size=1001.5)
        database.add("file_detail", directory_id=3, filename="f", size=8.49,
                     timestamp=1600000001.5, sha256="ef" * 32)
        for host, bandwidth in zip(database.tables["host"], (10.5, 11.5, .5)):
            host |= dict(bandwidth_int=bandwidth, asn=64499.6)
        return database

    first = compiler.run(sqlite(fractions())).output.read_bytes()
    run = compiler.run(fractions().postgresql(server, "fractions", keys=False))
    assert run.output.read_bytes() == first
    assert found(run, "mm0:timestamp") == [1600000002, 1600000000, 5]
    assert found(run, "size") == [8, 1002, 5]


@pytest.mark.parametrize("stored, true", [
    (1, True), (1.0, True), ("1", True), (" 1 ", True), (.75, True),
    (blob("1"), True), (0, False), (0.0, False), ("0", False), (None, False),
    (2, False), ("2", False), (-1, False), ("junk", False), ("1x", False)],
    ids=shown)
def test_up_to_date_is_what_means_1(compiler, untyped, stored, true):
    database = base().db
    database.tables["host_category_dir"][0]["up2date"] = stored
    run = compiler.run(untyped(database))
    assert run.hosts() == ["one", "two"][:1 + true]
