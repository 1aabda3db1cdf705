# SPDX-License-Identifier: Apache-2.0
"""MirrorManager's tables as rows in memory, written into a real database.

Knows the columns and their defaults, and the words of SQLite and PostgreSQL.
Knows nothing of what rows mean.
"""

import sqlite3
from pathlib import Path

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
CREATED = dict(created_by="test")

# What a row has if nothing else is said; None: NULL. All columns of a cache.
DEFAULTS = {
    "site": dict(name="site", private=False, admin_active=True,
                 user_active=True, **CREATED),
    "host": dict(name="host", site_id=None, admin_active=True,
                 user_active=True, private=False, country="",
                 bandwidth_int=100, asn=None, asn_clients=True,
                 latitude=None, longitude=None),
    "host_category": dict(host_id=None, category_id=None,
                          always_up2date=False),
    "host_category_url": dict(host_category_id=None, url="", private=False),
    "host_category_dir": dict(host_category_id=None, directory_id=None,
                              up2date=True, path=None),
    "host_netblock": dict(host_id=None, netblock=None),
    "host_peer_asn": dict(host_id=None, asn=None),
    "host_country_allowed": dict(host_id=None, country=None),
    "host_location": dict(host_id=None, location_id=None),
    "location": dict(name=None),
    "directory": dict(name=None),
    "category": dict(name=None, topdir_id=None),
    "category_directory": dict(category_id=None, directory_id=None),
    "directory_exclusive_host": dict(directory_id=None, host_id=None),
    "version": dict(name=None),
    "arch": dict(name=None),
    "repository": dict(name=None, prefix=None, version_id=None, arch_id=None,
                       directory_id=None, disabled=False),
    "repository_redirect": dict(from_repo=None, to_repo=None),
    "file_detail": dict(directory_id=None, filename=None, timestamp=None,
                        size=None, sha1=None, md5=None, sha256=None,
                        sha512=None),
    "country_continent_redirect": dict(country=None, continent=None),
    "netblock_country": dict(netblock=None, country=None),
}
WITHOUT_ID = {"category_directory"}


def constraints(text):
    """The tables without NOT NULL: they take what their keys forbid."""
    return text.replace(" NOT NULL", "").replace(" SERIAL", " INTEGER")


def as_sqlite(text):
    """PostgreSQL's tables in SQLite's words."""
    for theirs, ours in (("timezone('utc', now())", "CURRENT_TIMESTAMP"),
                         (r"id SERIAL", "id INTEGER"), ("BYTEA", "BLOB"),
                         ("TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP")):
        text = text.replace(theirs, ours)
    return text


class Database:
    """Rows by table; `tables` is what was added, in order."""

    def __init__(self):
        self.tables = {}

    def add(self, table, **columns):
        """Adds a row and returns its id, counted by table unless given."""
        unknown = columns.keys() - DEFAULTS[table].keys() - {"id"}
        assert not unknown, f"{table} has no {unknown}"
        rows = self.tables.setdefault(table, [])
        row = {**DEFAULTS[table], **columns}
        if table not in WITHOUT_ID:
            row.setdefault("id", len(rows) + 1)
        rows.append(row)
        return row.get("id")

    # SQLite

    def sqlite(self, path, tables=None):
        """Writes a new database file; `tables`: other CREATE statements."""
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(as_sqlite(tables or self.schema()))
            for table, rows in self.tables.items():
                for row in rows:
                    connection.execute(
                        f"INSERT INTO {table} ({', '.join(row)}) VALUES "
                        f"({', '.join(map(sqlite_word, row.values()))})",
                        [value for value in row.values()
                         if not isinstance(value, bytes)])
        connection.close()
        return path

    # PostgreSQL

    def postgresql(self, server, name, encoding="UTF8", keys=True,
                   tables=None):
        """An empty database on a running server gets the rows; its URL."""
        server.create(name, encoding)
        self._send(server, name, [(tables or self.schema(keys)).encode()],
                   [(SAMPLE / "keys.sql").read_bytes()] if keys else [])
        return server.url(name)

    def refill(self, server, name):
        """The same, quicker, for a database that has the tables."""
        self._send(server, name, [f"DELETE FROM {table};".encode()
                                  for table in DEFAULTS], [])
        return server.url(name)

    def _send(self, server, name, before, after):
        rows = [insert(table, row) for table, rows in self.tables.items()
                for row in rows]
        server.psql(name, b"\n".join([b"BEGIN;", *before, *rows, *after,
                                      b"COMMIT;"]))

    @staticmethod
    def schema(keys=False):
        text = (SAMPLE / "tables.sql").read_text()
        return text if keys else constraints(text)


def sqlite_word(value):
    """A parameter, or for bytes a literal text of just these bytes."""
    if isinstance(value, bytes):
        return f"CAST(x'{value.hex()}' AS TEXT)"
    return "?"


def insert(table, row):
    values = b", ".join(map(word, row.values()))
    return (f"INSERT INTO {table} ({', '.join(row)}) VALUES (".encode()
            + values + b");")


def word(value):
    """A literal for PostgreSQL; bytes are texts of just these bytes."""
    if value is None:
        return b"NULL"
    if isinstance(value, (bool, int)):
        return str(value).lower().encode()
    if isinstance(value, float):
        return f"'{value!r}'::float8".encode()
    raw = value if isinstance(value, bytes) else value.encode()
    return b"'" + raw.replace(b"'", b"''") + b"'"
