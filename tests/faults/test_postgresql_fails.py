# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL database that ends, refuses, stalls or changes under a run.

Whatever happens, a run publishes all rows of one moment or nothing.
"""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from faults.sessions import READER, ROLE
from harness.httpd import wait_for


def pid_of_reader(source):
    pid, = source.session().run(f"SELECT pid {READER}")
    return int(pid)


def starts(server):
    """How often it has become ready; it may answer before it has noticed."""
    return (server.folder / "log").read_text().count("ready to accept")


# --- the end of a connection -------------------------------------------------

def test_a_connection_that_is_ended_between_two_rows(published, source):
    with source.between_two_rows(published, code=2) as run:
        source.run(f"SELECT pg_terminate_backend(pid) {READER}")
    error = run.result().error
    assert "table host_category_dir: " in error
    assert "terminating connection due to administrator command" in error
    published.is_untouched()


def test_a_query_that_is_cancelled_between_two_rows(published, source):
    with source.between_two_rows(published, code=2) as run:
        source.run(f"SELECT pg_cancel_backend(pid) {READER}")
    error = run.result().error
    assert "table host_category_dir: canceling statement" in error
    published.is_untouched()


def test_a_server_that_dies_without_a_word(published, source, server):
    before = starts(server)
    with source.between_two_rows(published, code=2) as run:
        os.kill(pid_of_reader(source), signal.SIGKILL)
    error = run.result().error
    assert "table host_category_dir: server closed the connection" in error
    published.is_untouched()
    wait_for(lambda: starts(server) > before, "the server has recovered")


def test_no_server_at_all(published, tmp_path):
    published.fails("No such file or directory",
                    source=f"postgresql://{ROLE}@/x?host={tmp_path}")


# --- refusals ----------------------------------------------------------------

@pytest.mark.parametrize("table", ["site", "host_netblock",
                                   "country_continent_redirect"])
def test_a_table_that_may_not_be_read(published, source, table):
    source.run(f"REVOKE SELECT ON {table} FROM {ROLE}")
    published.fails(f"table {table}: permission denied", source=source.url)


@pytest.mark.parametrize("table", ["site", "repository",
                                   "country_continent_redirect"])
def test_a_table_that_is_missing(published, source, table):
    source.run(f"DROP TABLE {table} CASCADE")
    published.fails(f'table {table}: relation "{table}" does not exist',
                    source=source.url)


# --- limits of time ----------------------------------------------------------

def test_a_statement_that_takes_too_long(published, source):
    source.run(f"ALTER ROLE {ROLE} SET statement_timeout = '1s'")
    with source.between_two_rows(published, code=2) as run:
        error = run.result().error
    assert "canceling statement due to statement timeout" in error
    published.is_untouched()


@pytest.mark.parametrize("table", ["site", "country_continent_redirect"])
def test_a_lock_that_takes_too_long(published, source, table):
    source.run(f"ALTER ROLE {ROLE} SET lock_timeout = '100ms'")
    source.session().run(f"BEGIN; LOCK TABLE {table}")
    published.fails(f"table {table}: canceling statement due to lock timeout",
                    source=source.url)


# --- no rows -----------------------------------------------------------------

def test_no_rows_are_published_where_no_cache_was(published, empty_source):
    published.empty()
    run = published.run(empty_source.url)
    assert run.summary["hosts"] == "0"
    assert published.is_whole()


def test_no_rows_replace_no_cache(published, empty_source):
    run = published.run(empty_source.url, code=3)
    assert "hosts from 2 to 0" in run.error
    published.is_untouched()


# --- other people's transactions ---------------------------------------------

# Tables that a run has read, and such as it still has to read.
CHANGES = """
    INSERT INTO host (id, name, site_id, country, admin_active, user_active,
            private, asn_clients, bandwidth_int)
        VALUES (99, 'new', 1, 'DE', true, true, false, true, 100);
    INSERT INTO host_category (id, host_id, category_id, always_up2date)
        VALUES (99, 99, 1, true);
    INSERT INTO host_category_url (id, host_category_id, url, private)
        VALUES (99, 99, 'https://new.test/t', false);
    INSERT INTO host_netblock (id, host_id, netblock)
        VALUES (98, 1, '192.0.2.0/24'), (99, 99, '192.0.2.0/24');
    DELETE FROM file_detail;
    UPDATE repository SET disabled = true"""


def test_what_is_committed_meanwhile_is_not_seen(published, source):
    before = published.run(source.url).content
    with source.between_two_rows(published) as run:
        source.run(CHANGES)
    assert run.result().content == before
    assert published.run(source.url, "--force").content != before


@pytest.mark.parametrize("table", ["file_detail", "repository",
                                   "directory_exclusive_host"])
def test_a_table_that_is_emptied_meanwhile_is_not_seen_so(published, source,
                                                          table):
    """TRUNCATE cares for no snapshot: only a lock keeps a table's rows."""
    source.run("INSERT INTO directory_exclusive_host (id, directory_id,"
               " host_id) VALUES (1, 2, 1)")
    before = published.run(source.url, "--force").content
    with source.between_two_rows(published) as run:
        emptying, monitor = source.session(), source.session()
        emptying.send(f"TRUNCATE {table} CASCADE")
        wait_for(lambda: monitor.run(
            "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'TRUNCATE%'"
            " AND (state = 'idle' OR wait_event_type = 'Lock')"),
            "the table is empty, or will be once the run is over")
    assert run.result().content == before
    emptying.run("SELECT")
    assert published.run(source.url, "--force").content != before


def test_a_table_that_is_being_filled_anew_is_waited_for(published, source):
    before = published.run(source.url).content
    filling, monitor = source.session(), source.session()
    filling.run("BEGIN; CREATE TEMP TABLE kept AS TABLE file_detail;"
                "TRUNCATE file_detail;"
                "INSERT INTO file_detail TABLE kept")
    with ThreadPoolExecutor(1) as executor:
        run = executor.submit(published.run, source.url)
        wait_for(lambda: run.done() or monitor.run(
            f"SELECT pid {READER} AND wait_event_type = 'Lock'"),
            "the run waits for the table")
        filling.run("COMMIT")
    assert run.result().content == before
