# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL database that ends, refuses, stalls or changes under a run.

Whatever happens, a run publishes all rows of one moment or nothing.
"""

import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from faults.sessions import READER, ROLE
from harness.httpd import ROOT, wait_for


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


def test_a_table_that_is_made_meanwhile_is_missing(published, source):
    """The snapshot does not see its rows."""
    source.run("ALTER TABLE repository RENAME TO kept")
    with source.between_two_rows(published, code=2) as run:
        source.run("CREATE TABLE repository AS TABLE kept;"
                   f"GRANT SELECT ON repository TO {ROLE}")
    assert ('table repository: relation "repository" does not exist'
            in run.result().error)
    published.is_untouched()


# --- a role that may read what is read ---------------------------------------

def documented_grants():
    """The commands of docs/operations.md, whose role is `mirrorlist`."""
    text = (ROOT / "docs/operations.md").read_text()
    return re.findall(r"^    (GRANT SELECT \((.*?)\) ON (\w+) TO mirrorlist;)$",
                      text, re.M)


@pytest.fixture
def poor(source):
    """The role with the documented grants, and no other."""
    source.run(f"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM {ROLE};"
               + "".join(command.replace("mirrorlist", ROLE)
                         for command, _, _ in documented_grants()))
    return source


def test_the_documented_grants_are_enough(published, source, request):
    before = published.run(source.url).content
    poor = request.getfixturevalue("poor")
    assert published.run(poor.url).content == before
    secrets = source.session().run(
        "SELECT relname, attname FROM pg_attribute JOIN pg_class c ON c.oid ="
        f" attrelid WHERE has_column_privilege('{ROLE}', c.oid, attnum,"
        " 'SELECT') AND relnamespace = 'public'::regnamespace"
        " AND attname ~ 'password|ssh|email|comment|config'")
    assert secrets == []


def test_a_column_that_may_not_be_read(published, poor):
    for table, column in (("site", "private"), ("host", "asn"),
                          ("host_category_dir", "up2date"),
                          ("netblock_country", "id")):
        poor.run(f"REVOKE SELECT ({column}) ON {table} FROM {ROLE}")
        published.fails(f"table {table}: permission denied for table {table}",
                        source=poor.url)
        poor.run(f"GRANT SELECT ({column}) ON {table} TO {ROLE}")


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

def test_no_rows_are_not_published_where_no_cache_was(published, empty_source):
    published.empty()
    run = published.run(empty_source.url, code=3)
    assert "the new cache has no repository" in run.error
    assert published.names == set()


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
@pytest.mark.parametrize("grants", ["source", "poor"])
def test_a_table_that_is_emptied_meanwhile_is_not_seen_so(published, request,
                                                          table, grants):
    """TRUNCATE cares for no snapshot: only a lock keeps a table's rows."""
    source = request.getfixturevalue(grants)
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


AS_VIEW = f"""
ALTER TABLE file_detail RENAME TO details;
CREATE VIEW file_detail AS SELECT * FROM details;
GRANT SELECT ON file_detail TO {ROLE}"""
AS_PARTITION = f"""
ALTER TABLE file_detail RENAME TO details;
CREATE TABLE file_detail (LIKE details) PARTITION BY LIST (filename);
ALTER TABLE file_detail ATTACH PARTITION details DEFAULT;
GRANT SELECT ON file_detail TO {ROLE}"""
TRUNCATED = "TRUNCATE {0}; INSERT INTO {0} TABLE kept"
REPLACED = (f"DROP TABLE {{0}}; CREATE TABLE {{0}} AS TABLE kept;"
            f"GRANT SELECT ON {{0}} TO {ROLE}")


@pytest.mark.parametrize("shape, table, anew", [
    ("SELECT", "file_detail", TRUNCATED), (AS_VIEW, "details", TRUNCATED),
    (AS_PARTITION, "details", TRUNCATED), ("SELECT", "file_detail", REPLACED)],
    ids=["table", "view", "partition", "replaced"])
def test_a_table_that_is_being_filled_anew_is_waited_for(
        published, source, shape, table, anew):
    """By then the snapshot has begun, and another one must."""
    source.run(shape)
    before = published.run(source.url).content
    filling, monitor = source.session(), source.session()
    filling.run(f"BEGIN; CREATE TEMP TABLE kept AS TABLE {table};"
                + anew.format(table))
    with ThreadPoolExecutor(1) as executor:
        run = executor.submit(published.run, source.url)
        wait_for(lambda: run.done() or monitor.run(
            f"SELECT pid {READER} AND wait_event_type = 'Lock'"),
            "the run waits for the table")
        filling.run("COMMIT")
    assert run.result().content == before
