# SPDX-License-Identifier: Apache-2.0
"""dnf with the module's answers and real mirrors, good and bad.

What counts is what dnf fetched from whom: the mirrors' own logs are looked at,
and what it installed, not only dnf's opinion.
"""

import re

import pytest

from clients.scene import ENDPOINTS, REPOMD, RPM


@pytest.fixture
def makecache(dnf, url):
    return lambda server, key, more="": dnf(
        f"{key}={url(server, key, more)}", "makecache")


@pytest.fixture
def install(dnf, url):
    """install(server, key) -> the version of the package that is there."""
    def run(server, key):
        result = dnf(f"{key}={url(server, key)}", "install", "hello-mirror")
        assert result.returncode == 0, result.stderr
        return (dnf.root / "usr/share/hello-mirror").read_text().strip()
    return run


@pytest.fixture
def was_refused(dnf):
    """was_refused(mirror): dnf has tried a mirror where nobody listens."""
    def look(mirror):
        log, = dnf.root.rglob("dnf.librepo.log")
        # It is curl that says so, and its words have changed.
        return re.search("Could(n't| not) connect to server for "
                         + re.escape(mirror.url + "/"), log.read_text())
    return look


@pytest.mark.parametrize("key", ENDPOINTS)
def test_makecache_takes_the_first_mirror(makecache, served, asked, good,
                                          other, key):
    server = served([good, other])
    result = makecache(server, key)
    assert result.returncode == 0, result.stderr
    assert asked(server) == [f"{key}?repo=e2e&arch=x86_64"]
    assert good.asked(REPOMD) == [200]
    assert good.asked("primary.xml.gz") + other.asked("primary.xml.gz") == [200]
    assert other.asked(REPOMD) == []


@pytest.mark.parametrize("key", ENDPOINTS)
def test_a_package_is_installed(install, served, good, key):
    assert install(served([good]), key) == "2"
    assert good.asked(RPM) == [200]


# Mirrors that do not answer or have something else

@pytest.mark.parametrize("key", ENDPOINTS)
def test_a_dead_mirror_is_passed_over(install, served, was_refused, dead, good,
                                      key):
    assert install(served([dead, good]), key) == "2"
    assert was_refused(dead)
    assert good.asked(REPOMD) == [200]
    assert good.asked(RPM) == [200]


def test_a_stale_mirror_is_passed_over(install, served, stale, good):
    assert install(served([stale, good]), "metalink") == "2"
    assert stale.asked(REPOMD) == [200]
    assert good.asked(REPOMD) == [200], "its hashes are the right ones"


def test_a_stale_mirror_is_taken_if_it_is_an_alternate(install, served, stale,
                                                       good):
    server = served([stale, good], alternates=True)
    assert install(server, "metalink") == "1"
    assert stale.asked(REPOMD) == [200]
    assert good.asked(REPOMD) == []


def test_a_list_does_not_tell_that_a_mirror_is_stale(install, served, stale,
                                                     good):
    assert install(served([stale, good]), "mirrorlist") == "1"
    assert good.asked(REPOMD) == []


def test_a_tampered_mirror_is_passed_over(install, served, tampered, good):
    assert install(served([tampered, good]), "metalink") == "2"
    assert tampered.asked(REPOMD) == [200]
    assert good.asked(REPOMD) == [200]


def test_nothing_is_taken_if_all_mirrors_are_bad(makecache, served, dead, stale,
                                                 tampered):
    server = served([dead, stale, tampered])
    assert makecache(server, "metalink").returncode == 1
    assert 200 in stale.asked(REPOMD) and 200 in tampered.asked(REPOMD)
    assert not [path for path, _ in stale.requests + tampered.requests
                if path != REPOMD]


# Answers without mirrors

@pytest.mark.parametrize("more", ["&protocol=https", "&repo=none", "&%zz"])
@pytest.mark.parametrize("key", ENDPOINTS)
def test_an_answer_without_mirrors_is_an_error(makecache, served, good, key,
                                               more):
    assert makecache(served([good]), key, more).returncode == 1
    assert good.requests == []
