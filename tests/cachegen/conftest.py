# SPDX-License-Identifier: Apache-2.0
"""One PostgreSQL server and one set of files about networks for all tests."""

import pytest

from harness import tools
from harness.compiler import Compiler
from harness.database import Database
from harness.postgresql import PostgreSQL

GEOIP = {"77.1.0.0/16": "DE", "77.2.0.0/16": "FR", "77.3.0.0/16": "US",
         "2a01:1::/32": "DE"}
NETBLOCKS = [("198.51.100.0/24", 64500), ("203.0.113.0/24", 64501)]
CONTINENTS = [("DE", "EU"), ("FR", "EU"), ("US", "NA")]


@pytest.fixture(scope="session")
def server():
    with PostgreSQL() as server:
        yield server


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The options for a country database, routing table and continents."""
    return tools.input_files(tmp_path_factory.mktemp("files"), GEOIP,
                             NETBLOCKS, CONTINENTS)


@pytest.fixture
def compiler(tmp_path, files):
    return Compiler(tmp_path, files)


def in_sqlite(folder):
    def store(database):
        file = folder / "rows.sqlite"
        file.unlink(missing_ok=True)
        return f"sqlite:{database.sqlite(file)}"
    return store


@pytest.fixture
def sqlite(tmp_path):
    """A function: writes the rows into SQLite, returns the URL."""
    return in_sqlite(tmp_path)


@pytest.fixture(scope="session")
def in_postgresql(server):
    """Rows of any bytes, without keys."""
    Database().postgresql(server, "rows", "SQL_ASCII", keys=False)
    return lambda database: database.refill(server, "rows")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """The same in each kind of database."""
    if request.param == "sqlite":
        return in_sqlite(tmp_path)
    return request.getfixturevalue("in_postgresql")
