# SPDX-License-Identifier: Apache-2.0
"""The same rows make the same bytes, whatever database they come from."""

import struct

import pytest

from cachegen.bad_rows import BAD, DIRT, add, base, dirty
from harness import world
from harness.compiler import without_time
from harness.database import Database

UNIQUE = {"host_country_allowed": ("country",),
          "category_directory": ("category_id", "directory_id")}


def lawful():
    """The world's rows as far as the constraints allow them."""
    database = world.build().db
    for host in database.tables["host"]:
        host["name"] += f"-{host['id']}"
    for table, columns in UNIQUE.items():
        kept = {}
        for row in database.tables[table]:
            kept.setdefault(tuple(row[column] for column in columns), row)
        database.tables[table] = list(kept.values())
    return database


def forbidden():
    """Every kind of bad row that UTF-8 can say, between good ones."""
    rows = base()
    bad = BAD + [row for value, shown in DIRT.values()
                 if isinstance(value, str) for row in dirty(value, shown)]
    add(rows, bad, first=1000)
    return rows.db


def not_utf8():
    """Texts that only a database without an encoding can hold."""
    rows = base()
    add(rows, [row for value, shown in DIRT.values()
               if isinstance(value, bytes) for row in dirty(value, shown)],
        first=1000)
    return rows.db


ROWS = {
    "lawful": (lawful, [("UTF8", True), ("UTF8", False),
                        ("SQL_ASCII", True)]),
    "forbidden": (forbidden, [("UTF8", False), ("SQL_ASCII", False)]),
    "not UTF-8": (not_utf8, [("SQL_ASCII", False)]),
    "none": (Database, [("UTF8", True), ("SQL_ASCII", False)]),
}


@pytest.mark.parametrize("name", ROWS)
def test_every_database_gives_the_same_bytes(compiler, sqlite, server, name):
    build, databases = ROWS[name]
    first = compiler.run(sqlite(build()), "--verbose", "--force")
    expected = first.output.read_bytes()
    for encoding, keys in databases:
        url = build().postgresql(
            server, f"{encoding}_{keys}".lower(), encoding, keys)
        run = compiler.run(url, "--verbose", "--force")
        assert run.output.read_bytes() == expected, (encoding, keys)
        assert sorted(run.said) == sorted(first.said), (encoding, keys)


def test_the_order_in_which_rows_were_added_means_nothing(compiler, sqlite):
    backwards = world.build().db
    for table in backwards.tables.values():
        table.reverse()
    first = compiler.run(sqlite(world.build().db)).output.read_bytes()
    assert compiler.run(sqlite(backwards)).output.read_bytes() == first


def test_only_the_creation_time_differs(compiler, sqlite):
    url = sqlite(world.build().db)
    early, again, late = (
        compiler.run(url, time=time).output.read_bytes()
        for time in (1, 1, 2**33))
    assert early == again != late
    assert without_time(early) == without_time(late)
    assert struct.unpack_from("<q", late, 24) == (2**33,)


def test_a_databases_snapshot_is_only_read(compiler, server):
    url = base().db.postgresql(server, "readonly")
    server.psql("readonly",
                b"ALTER DATABASE readonly SET default_transaction_read_only"
                b" = on")
    assert compiler.run(url).skipped_n == 0


def test_a_sqlite_file_that_cannot_be_written_is_read(compiler, sqlite,
                                                      tmp_path):
    url = sqlite(base().db)
    file = tmp_path / "rows.sqlite"
    before = file.read_bytes()
    file.chmod(0o444)
    assert compiler.run(url).skipped_n == 0
    assert file.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {
        "rows.sqlite", "empty.conf", "mirrorlist.cache",
        "mirrorlist.cache.good"}
