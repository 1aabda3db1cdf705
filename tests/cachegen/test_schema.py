# SPDX-License-Identifier: Apache-2.0
"""Which tables an older schema may lack, and that nothing else may."""

import re

import pytest

from cachegen.bad_rows import base
from harness.database import Database, constraints

OPTIONAL = ("host_peer_asn", "directory_exclusive_host", "netblock_country",
            "host_location", "location")
USED = {
    "site": "id private admin_active user_active",
    "host": "id name site_id admin_active user_active private country "
            "bandwidth_int asn asn_clients",
    "host_category": "id host_id category_id always_up2date",
    "host_category_url": "id host_category_id url private",
    "host_category_dir": "host_category_id directory_id up2date",
    "host_netblock": "host_id netblock",
    "host_country_allowed": "host_id country",
    "directory": "id name", "category": "id topdir_id",
    "category_directory": "category_id directory_id",
    "version": "id", "arch": "id name",
    "repository": "id prefix version_id arch_id directory_id disabled",
    "repository_redirect": "from_repo to_repo",
    "file_detail": "directory_id filename timestamp size sha1 md5 sha256 "
                   "sha512",
    "country_continent_redirect": "country continent",
    "host_peer_asn": "host_id asn", "netblock_country": "netblock country",
    "directory_exclusive_host": "directory_id host_id",
    "host_location": "host_id location_id", "location": "id name",
}


def rename(schema, table, column=None):
    """The tables, with one table or one of its columns called otherwise."""
    begin = schema.index(f"CREATE TABLE {table} (")
    end = schema.index(");", begin)
    old, new = (f"    {column} ", f"    {column}_ ") if column \
        else (f"TABLE {table} (", f"TABLE {table}_ (")
    assert old in schema[begin:end]
    return schema[:begin] + schema[begin:end].replace(old, new) + schema[end:]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """A function: makes the database with other tables, its URL."""
    def in_sqlite(database, tables):
        file = tmp_path / "other.sqlite"
        file.unlink(missing_ok=True)
        return f"sqlite:{database.sqlite(file, tables)}"
    if request.param == "sqlite":
        return in_sqlite
    server = request.getfixturevalue("server")
    return lambda database, tables: database.postgresql(
        server, "schema", keys=False, tables=tables)


def schema():
    return constraints(Database.schema())


def without(table):
    """The base rows but for those of a table."""
    rows = base()
    rows.db.tables.pop(table, None)
    return rows.db


@pytest.mark.parametrize("table", OPTIONAL)
def test_a_table_that_an_older_schema_lacks(compiler, store, table):
    whole = compiler.run(store(without(table), schema())).content
    run = compiler.run(store(without(table), rename(schema(), table)))
    warning, = run.warnings
    assert re.search(rf"\b{table}\b", warning)
    assert run.skipped_n == 0
    assert run.content == whole


@pytest.mark.parametrize("column", ["latitude", "longitude"])
def test_a_column_that_an_older_schema_lacks(compiler, store, column):
    database = base().db
    whole = compiler.run(store(database, schema())).content
    for row in database.tables["host"]:
        del row[column]
    run = compiler.run(store(database, rename(schema(), "host", column)))
    assert run.warnings == [
        f"this database has no column host.{column}: the cache is made without "
        "it"]
    assert run.content == whole


def test_the_oldest_schema_lacks_them_all(compiler, store):
    tables, database = schema(), base().db
    for table in OPTIONAL:
        tables = rename(tables, table)
        database.tables.pop(table, None)
    run = compiler.run(store(database, tables))
    assert len(run.warnings) == len(run.said) == len(OPTIONAL)
    assert run.hosts() == ["one", "two"]


@pytest.mark.parametrize("table", set(USED) - set(OPTIONAL))
def test_any_other_missing_table_is_an_error(compiler, store, table):
    compiler.output.write_bytes(b"what was there before")
    run = compiler.run(store(Database(), rename(schema(), table)), code=2)
    assert re.search(rf"\btable {table}: ", run.error)
    assert compiler.output.read_bytes() == b"what was there before"


@pytest.mark.parametrize("table, column", [
    (table, column) for table, columns in USED.items()
    for column in columns.split()])
def test_a_missing_column_is_an_error(compiler, sqlite, tmp_path, table,
                                      column):
    file = Database().sqlite(tmp_path / "other.sqlite",
                             rename(schema(), table, column))
    compiler.output.write_bytes(b"what was there before")
    run = compiler.run(f"sqlite:{file}", code=2)
    assert re.search(rf"\btable {table}: .*\b{column}\b", run.error)
    assert compiler.output.read_bytes() == b"what was there before"


@pytest.mark.parametrize("table, column, kind", [
    ("host", "site_id", "INTEGER"), ("site", "private", "BOOLEAN"),
    ("file_detail", "size", "BIGINT")])
def test_a_column_of_another_type_is_an_error_in_postgresql(
        compiler, server, table, column, kind):
    tables = schema()
    begin = tables.index(f"CREATE TABLE {table} (")
    other = tables[:begin] + tables[begin:].replace(
        f"    {column} {kind}", f"    {column} TEXT", 1).replace(
        "TEXT DEFAULT false", "TEXT DEFAULT 'f'", 1)
    url = Database().postgresql(server, "schema", keys=False, tables=other)
    error = compiler.run(url, code=2).error
    assert re.search(rf"\btable {table}: column {column} is not ", error)


def test_columns_that_are_not_used_may_be_missing(compiler, store):
    tables = rename(rename(schema(), "host", "comment"), "site", "org_url")
    for table in ("country", "host_country", "product"):
        tables = rename(tables, table)
    run = compiler.run(store(base().db, tables))
    assert run.said == []
    assert run.hosts() == ["one", "two"]
