# SPDX-License-Identifier: Apache-2.0
"""A small real repository in an old and a new state, mirrors that hold it, and
the module in between.

The asker is always a German client; the mirrors stand in Germany, France and
the US, so that their order is fixed.
"""

import contextlib
import re
import types

import pytest
from harness import tools
from harness.httpd import Httpd
from harness.mirrormanager import Rows
from harness.mirrors import Mirror
from harness.repository import build_rpm, create_repository, details

CLIENT = "77.1.0.9"
COUNTRIES = {"77.1.0.0/16": "DE"}
CONTINENTS = [("DE", "EU"), ("FR", "EU"), ("US", "NA")]

@pytest.fixture(scope="session")
def states(tmp_path_factory):
    """Folders for mirrors: the new state and the old one."""
    folder = tmp_path_factory.mktemp("repository")
    rpms = [build_rpm(folder, version) for version in ("1", "2")]
    return types.SimpleNamespace(
        new=create_repository(folder / "new", rpms, 1700000000),
        old=create_repository(folder / "old", rpms[:1], 1600000000))


@pytest.fixture
def served(states, tmp_path):
    """served(mirrors, alternates=...) -> the running module."""
    def serve(mirrors, alternates=False):
        rows = Rows()
        topic = rows.topic("e2e", details=False)
        for mirror, country in zip(mirrors, ("DE", "FR", "US")):
            topic.host(f"host-{country}", country, [mirror.url + "/e2e"])
        rows.details(topic.repodata, "repomd.xml",
                     **details(states.new, 1700000000))
        if alternates:
            rows.details(topic.repodata, "repomd.xml",
                         **details(states.old, 1600000000))
        cache = tools.make_cache(tmp_path, rows.db, geoip=COUNTRIES,
                                 continents=CONTINENTS)
        return servers.enter_context(Httpd(cache=cache))

    with contextlib.ExitStack() as servers:
        yield serve


@pytest.fixture
def good(states):
    with Mirror(states.new) as mirror:
        yield mirror


@pytest.fixture
def other(states):
    with Mirror(states.new) as mirror:
        yield mirror


@pytest.fixture
def stale(states):
    with Mirror(states.old) as mirror:
        yield mirror


@pytest.fixture
def url():
    """url(server, endpoint, more) -> what the client is told to ask."""
    return lambda server, endpoint, more="": (
        f"http://127.0.0.1:{server.port}/{endpoint}"
        f"?repo=e2e&arch=x86_64&ip={CLIENT}{more}")


@pytest.fixture
def asked():
    """asked(server) -> the endpoints that clients asked for, in order."""
    return lambda server: re.findall(r'"GET /(\w+)\?', server.access_log)
