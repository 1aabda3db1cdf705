# SPDX-License-Identifier: Apache-2.0
"""A SQLite file that is locked, damaged, cut, or none."""

import contextlib
import os
import sqlite3

import pytest

from faults.syscalls import log_of, stopped, strace
from harness import tools

# SQLite sleeps between its attempts; here these take no time.
NO_SLEEP = strace("/dev/null", "nanosleep,clock_nanosleep:retval=0")


@contextlib.contextmanager
def writer(file, *commands):
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) \
            as connection:
        for command in commands:
            connection.execute(command)
        yield connection


def test_a_file_that_a_writer_keeps_locked(published, sqlite_file):
    with writer(sqlite_file, "BEGIN EXCLUSIVE"):
        published.fails(sqlite_file, "database is locked", under=NO_SLEEP)


def test_what_a_writer_has_not_committed_is_not_seen(published, sqlite_file):
    before = published.run().content
    with writer(sqlite_file, "PRAGMA journal_mode = WAL", "BEGIN IMMEDIATE",
                "DELETE FROM file_detail") as connection:
        assert published.run().content == before
        connection.execute("COMMIT")
        assert published.run(None, "--force").content != before


def test_what_is_committed_meanwhile_is_not_seen(published, sqlite_file):
    """The run stops after one of its first tables, whose line it writes."""
    with writer(sqlite_file, "PRAGMA journal_mode = WAL") as connection:
        before = published.run().content
        with stopped(published, strace(log_of(published),
                                       "write:signal=STOP:when=5")) as run:
            connection.execute("DELETE FROM file_detail")
        assert run.result().content == before
        assert published.run(None, "--force").content != before


def test_a_cut_file_is_refused_wherever_it_was_cut(published, sqlite_file):
    """SQLite itself reads the rest of a cut last page as zeros: as rows."""
    whole = sqlite_file.read_bytes()
    for length in {*range(1, len(whole), 1000), len(whole) - 1}:
        sqlite_file.write_bytes(whole[:length])
        published.fails(sqlite_file)


def test_a_page_of_zeros_is_not_read_as_no_rows(published, sqlite_file):
    whole = sqlite_file.read_bytes()
    expected, refused = published.run().content, 0
    published.renew()
    with writer(sqlite_file) as connection:
        size, = connection.execute("PRAGMA page_size").fetchone()
    for at in range(0, len(whole), size):
        sqlite_file.write_bytes(whole[:at] + bytes(size) + whole[at + size:])
        result = tools.cachegen(
            *published.compiler.files, "--config", published.compiler.empty,
            "--database", published.url, "--output", published.output)
        if result.returncode == 2:
            refused += 1
            published.is_untouched()
        else:  # a page that nobody reads
            assert published.run().content == expected
            published.renew()
    assert refused > 20, "a page for each table"


@pytest.mark.parametrize("content, reason", [
    (b"", "no such table: site"),
    (b"x" * 8192, "file is not a database"),
    (b"SQLite format 3\0", "file is not a database")])
def test_a_file_that_is_no_database(published, sqlite_file, content, reason):
    sqlite_file.write_bytes(content)
    published.fails(sqlite_file, reason)


@pytest.mark.parametrize("make, reason", [
    (os.mkdir, "not a regular file"), (os.mkfifo, "not a regular file"),
    (lambda path: None, "No such file or directory")])
def test_what_is_no_file(published, sqlite_file, make, reason):
    sqlite_file.unlink()
    make(sqlite_file)
    published.fails(sqlite_file, reason)


def test_a_file_that_may_not_be_read(published, sqlite_file):
    sqlite_file.chmod(0)
    published.fails("cannot be opened: Permission denied",
                    under=tools.PLAIN_USER)


@pytest.fixture
def read_only(sqlite_file):
    """A function: nobody may make a file beside the database."""
    yield lambda: sqlite_file.parent.chmod(0o555)
    sqlite_file.parent.chmod(0o755)


def test_a_file_in_wal_mode_in_a_folder_that_may_not_be_written(
        published, sqlite_file, read_only):
    """A reader would have to write, too."""
    with writer(sqlite_file, "PRAGMA journal_mode = WAL"):
        pass
    read_only()
    published.fails("it is in WAL mode", "run as the account that writes it",
                    under=tools.PLAIN_USER)


@pytest.mark.parametrize("name", ["-wal", "-shm"])
def test_a_file_in_wal_mode_whose_other_files_may_not_be_read(
        published, sqlite_file, read_only, name):
    with writer(sqlite_file, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)"):
        sqlite_file.with_name(sqlite_file.name + name).chmod(0)
        read_only()
        published.fails("it is in WAL mode", under=tools.PLAIN_USER)


def test_a_file_in_wal_mode_that_somebody_has_open_needs_no_rights(
        published, sqlite_file, read_only):
    with writer(sqlite_file, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)"):
        read_only()
        published.run(under=tools.PLAIN_USER)


def test_a_file_whose_writer_was_killed(published, sqlite_file, read_only):
    """What it had not committed has to be undone first."""
    journal = sqlite_file.with_name(sqlite_file.name + "-journal")
    with writer(sqlite_file, "PRAGMA cache_size = 1", "BEGIN",
                "CREATE TABLE t (a)", *[
                    "INSERT INTO t VALUES (randomblob(1000))"] * 200):
        half, undo = sqlite_file.read_bytes(), journal.read_bytes()
    sqlite_file.write_bytes(half)
    journal.write_bytes(undo)
    read_only()
    published.fails(f"a writer that was killed left {journal} behind",
                    under=tools.PLAIN_USER)


def test_no_rows_replace_no_cache(published, sqlite_file):
    with writer(sqlite_file) as connection:
        for name, in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                ).fetchall():
            connection.execute(f"DELETE FROM {name}")
    run = published.run(code=3)
    assert "hosts from 2 to 0" in run.error
    published.is_untouched()
