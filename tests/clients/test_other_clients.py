# SPDX-License-Identifier: Apache-2.0
"""librepo, aria2 and curl with the module's answers and real mirrors."""

import json
import subprocess
import sys

import pytest
from harness.mirrors import DeadMirror
from harness.repository import details

LIBREPO = """
import json, librepo, sys
handle = librepo.Handle()
handle.repotype = librepo.YUMREPO
setattr(handle, sys.argv[1], sys.argv[2])
handle.destdir = sys.argv[3]
handle.fetchmirrors = sys.argv[4] == "mirrors"
handle.perform(librepo.Result())
print(json.dumps({"mirrors": handle.mirrors, "metalink": handle.metalink}))
"""


@pytest.fixture
def librepo(tmp_path):
    def run(key, url, what="all"):
        folder = tmp_path / "librepo"
        folder.mkdir()
        result = subprocess.run(
            ["timeout", "60", sys.executable, "-c", LIBREPO, key, url,
             str(folder), what], capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)
    return run


def test_librepo_reads_hashes_and_urls(librepo, served, url, states, stale,
                                       good):
    server = served([stale, good], alternates=True)
    link = librepo("metalinkurl", url(server, "metalink"),
                   "mirrors")["metalink"]
    new, old = details(states.new, 1700000000), details(states.old, 1600000000)
    names = ("md5", "sha1", "sha256", "sha512")
    assert link["filename"] == "repomd.xml"
    assert (link["timestamp"], link["size"]) == (1700000000, new["size"])
    assert [tuple(h) for h in link["hashes"]] == [(n, new[n]) for n in names]
    alternate, = link["alternates"]
    assert (alternate["timestamp"], alternate["size"]) == \
        (1600000000, old["size"])
    assert [tuple(h) for h in alternate["hashes"]] == \
        [(n, old[n]) for n in names]
    assert [(u["url"], u["protocol"], u["type"], u["location"],
             u["preference"]) for u in link["urls"]] == [
        (f"{mirror.url}/e2e/os/repodata/repomd.xml", "http", "http", country,
         preference) for mirror, country, preference in (
            (stale, "DE", 100), (good, "FR", 99))]


def test_librepo_takes_the_list_in_its_order(librepo, served, url, good, other):
    server = served([other, good])
    found = librepo("mirrorlisturl", url(server, "mirrorlist"), "mirrors")
    assert found["mirrors"] == [other.url + "/e2e/os/", good.url + "/e2e/os/"]


def test_librepo_downloads_through_a_metalink(librepo, served, url, good):
    with DeadMirror() as dead:
        server = served([dead, good])
        librepo("metalinkurl", url(server, "metalink"))
    assert good.asked("repomd.xml") == [200]
    assert good.asked("primary.xml.gz") == [200]


def aria2(folder, url):
    return subprocess.run(
        ["timeout", "60", "aria2c", "--no-conf", "--quiet",
         "--follow-metalink=mem", f"--dir={folder}", url],
        capture_output=True, text=True)


@pytest.mark.parametrize("first_is_dead", [False, True])
def test_aria2_follows_the_metalink(tmp_path, served, url, states, good, other,
                                    first_is_dead):
    with DeadMirror() as dead:
        server = served([dead if first_is_dead else other, good])
        result = aria2(tmp_path, url(server, "metalink"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / "repomd.xml").read_bytes() == \
        (states.new / "e2e/os/repodata/repomd.xml").read_bytes()
    fetched = good.asked("repomd.xml") + other.asked("repomd.xml")
    assert 200 in fetched


def test_aria2_refuses_what_has_other_hashes(tmp_path, served, url, stale):
    """So it did compare them."""
    server = served([stale])
    assert aria2(tmp_path, url(server, "metalink")).returncode != 0
    assert 200 in stale.asked("repomd.xml")


def curl(*arguments):
    return subprocess.run(["curl", "-q", "-sS", "-f", "-m", "60", *arguments],
                          capture_output=True)


def test_curl_follows_a_redirect_to_a_file(served, states, good, other):
    server = served([other, good])
    result = curl("-L", f"http://127.0.0.1:{server.port}/mirrorlist"
                  "?path=pub/e2e/os/repodata/repomd.xml&redirect&ip=77.1.0.9")
    assert result.returncode == 0, result.stderr
    assert result.stdout == \
        (states.new / "e2e/os/repodata/repomd.xml").read_bytes()
    assert other.requests == [("/e2e/os/repodata/repomd.xml", 200)]
    assert good.requests == []


def test_curl_sees_an_error_where_there_is_no_mirror(served, url):
    with DeadMirror() as dead:
        server = served([dead])
        result = curl("-L", url(server, "mirrorlist",
                                "&redirect&protocol=https"))
    assert result.returncode == 22, "the server answered 404"
