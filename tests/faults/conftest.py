# SPDX-License-Identifier: Apache-2.0
"""A published cache that must not be lost, and what a run makes it from."""

from pathlib import Path

import pytest

from cachegen.bad_rows import base
from faults.published import Published
from faults.sessions import ROLE, Source
from harness import tools
from harness.compiler import Compiler
from harness.database import Database
from harness.name_server import asking
from harness.postgresql import PostgreSQL

HERE = Path(__file__).parent


@pytest.fixture
def compiler(tmp_path):
    return Compiler(tmp_path, tools.input_files(
        tmp_path, {"77.1.0.0/16": "DE"}, [("198.51.100.0/24", 64500)],
        [("DE", "EU")]))


@pytest.fixture
def sqlite_file(tmp_path):
    return base().db.sqlite(tmp_path / "rows.sqlite")


@pytest.fixture
def url(sqlite_file):
    return f"sqlite:{sqlite_file}"


@pytest.fixture
def published(compiler, tmp_path, url):
    """A cache in a folder of its own."""
    folder = tmp_path / "published"
    folder.mkdir()
    return Published(compiler, folder, url)


@pytest.fixture(scope="session")
def server():
    with PostgreSQL() as server:
        server.psql("postgres", f"CREATE ROLE {ROLE} LOGIN".encode())
        yield server


@pytest.fixture
def source(server):
    """The same rows in PostgreSQL, read by a role that owns nothing."""
    with Source(server, base().db) as source:
        yield source


@pytest.fixture
def empty_source(server):
    with Source(server, Database()) as source:
        yield source


@pytest.fixture(scope="session")
def preload(tmp_path_factory):
    """A function: the environment with a library of this folder before all
    others."""
    def build(name, **environment):
        return tools.preloaded(tmp_path_factory.mktemp("preload"),
                               HERE / f"{name}.c", **environment)
    return build


@pytest.fixture
def ask(compiler, tmp_path):
    """A function: a run over the rows that asks this name server, while time
    runs `speed` times faster."""
    def ask(rows, server, *options, speed=1):
        file = tmp_path / "names.sqlite"
        file.unlink(missing_ok=True)
        return compiler.run(
            f"sqlite:{rows.db.sqlite(file)}", *options,
            env=asking(tmp_path, server, speed))
    return ask
