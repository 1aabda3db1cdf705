# SPDX-License-Identifier: Apache-2.0
"""librepo, the library under dnf: what it reads in an answer, and from which
mirror it then takes a repository.
"""

import json
from urllib.parse import quote

import pytest

from clients.scene import ENDPOINTS, NEW, OLD, REPOMD
from harness.httpd import Httpd
from harness.repository import details


@pytest.fixture
def read(librepo):
    """read(...) -> the mirrors and the metalink that librepo has read."""
    def run(*arguments):
        result = librepo(*arguments)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)
    return run


# What it reads

def test_it_reads_hashes_and_urls(read, served, states, stale, good):
    server = served([stale, good], alternates=True)
    link = read(server, "metalink", "mirrors")["metalink"]
    new, old = details(states.new, NEW), details(states.old, OLD)
    names = ("md5", "sha1", "sha256", "sha512")
    assert link["filename"] == "repomd.xml"
    assert (link["timestamp"], link["size"]) == (NEW, new["size"])
    assert [tuple(h) for h in link["hashes"]] == [(n, new[n]) for n in names]
    alternate, = link["alternates"]
    assert (alternate["timestamp"], alternate["size"]) == (OLD, old["size"])
    assert [tuple(h) for h in alternate["hashes"]] == \
        [(n, old[n]) for n in names]
    assert [(u["url"], u["protocol"], u["type"], u["location"],
             u["preference"]) for u in link["urls"]] == [
        (mirror.url + REPOMD, "http", "http", country, preference)
        for mirror, country, preference in (
            (stale, "DE", 100), (good, "FR", 99))]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_it_takes_the_mirrors_in_their_order(read, served, good, other, stale,
                                             endpoint):
    mirrors = [other, stale, good]
    found = read(served(mirrors), endpoint, "mirrors")
    assert found["mirrors"] == [mirror.url + "/e2e/os/" for mirror in mirrors]


# What it downloads

@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_it_passes_over_a_dead_mirror(read, served, dead, good, endpoint):
    read(served([dead, good]), endpoint)
    assert good.asked("repomd.xml") == [200]
    assert good.asked("primary.xml.gz") == [200]


@pytest.mark.parametrize("kind", ["stale", "tampered"])
def test_it_passes_over_what_has_other_hashes(request, read, served, good,
                                              kind):
    bad = request.getfixturevalue(kind)
    read(served([bad, good]), "metalink")
    assert bad.asked("repomd.xml") == [200]
    assert good.asked("repomd.xml") == [200]


def test_it_takes_an_alternate(read, served, stale, good):
    read(served([stale, good], alternates=True), "metalink")
    assert stale.asked("primary.xml.gz") == [200]
    assert good.requests == []


# What it says

@pytest.mark.parametrize("endpoint, more, words", [
    ("metalink", "&protocol=https", "No URLs in metalink"),
    ("metalink", "&repo=none", "Status code: 404"),
    ("mirrorlist", "&repo=none", "Status code: 404"),
    ("metalink", "&ip=x", "Status code: 400"),
    ("metalink", "&repo=retired", "was not found in metalink")])
def test_it_says_why_it_has_no_mirrors(librepo, served, good, endpoint, more,
                                       words):
    result = librepo(served([good]), endpoint, "all", more)
    assert result.returncode == 1
    assert words in result.stderr
    assert good.requests == []


def test_markup_in_a_parameter_is_no_mirror(librepo, served, good, other):
    """A repository that is retired echoes its arch, with status 200."""
    arch = quote(f"""--><files><file name="repomd.xml"><resources>
        <url protocol="http" type="http">{good.url}{REPOMD}</url>
        </resources></file></files><!--""".replace("\n", ""))
    result = librepo(served([other]), "metalink", "all",
                     f"&repo=retired&arch={arch}")
    assert result.returncode == 1
    assert "was not found in metalink" in result.stderr
    assert good.requests == []


def test_it_says_that_no_cache_is_loaded(librepo):
    with Httpd() as server:
        result = librepo(server, "metalink")
    assert result.returncode == 1
    assert "Status code: 503" in result.stderr
