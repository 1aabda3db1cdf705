# SPDX-License-Identifier: Apache-2.0
"""dnf with the module's answers and real mirrors.

What counts is what dnf fetched from whom: the mirrors' own logs are looked at,
not only dnf's opinion.
"""

import subprocess

import pytest
from harness.mirrors import DeadMirror

ENDPOINTS = ("metalink", "mirrorlist")


@pytest.fixture
def dnf(tmp_path):
    """dnf(key, url, *command) -> result; its folders are the test's own."""
    for name in ("root", "cache", "log", "persist", "repos.d"):
        (tmp_path / name).mkdir()

    def run(key, url, *command):
        (tmp_path / "dnf.conf").write_text("[main]\n")
        (tmp_path / "repos.d" / "e2e.repo").write_text(
            f"[e2e]\nname=e2e\nenabled=1\ngpgcheck=0\n{key}={url}\n")
        options = {
            "reposdir": tmp_path / "repos.d", "cachedir": tmp_path / "cache",
            "logdir": tmp_path / "log", "persistdir": tmp_path / "persist",
            "varsdir": "/nonexistent", "pluginpath": "/nonexistent",
            "e2e.skip_if_unavailable": 0}
        return subprocess.run(
            ["timeout", "100", "dnf", "-q", "-y",
             f"--installroot={tmp_path}/root", "--releasever=42",
             "--forcearch=x86_64", f"--config={tmp_path}/dnf.conf",
             *(f"--setopt={key}={value}" for key, value in options.items()),
             *command], capture_output=True, text=True)
    run.cache = tmp_path / "cache"
    return run


def downloaded(dnf):
    return [file.name for file in dnf.cache.rglob("*.rpm")]


@pytest.mark.parametrize("key", ENDPOINTS)
def test_makecache_takes_the_first_mirror(dnf, served, url, asked, good, other,
                                          key):
    server = served([good, other])
    result = dnf(key, url(server, key), "makecache")
    assert result.returncode == 0, result.stderr
    assert asked(server) == [key]
    assert good.asked("/e2e/os/repodata/repomd.xml") == [200]
    assert good.asked("primary.xml.gz") + other.asked("primary.xml.gz") == [200]
    assert other.asked("repomd.xml") == []


@pytest.mark.parametrize("key", ENDPOINTS)
def test_a_package_is_downloaded(dnf, served, url, good, key):
    server = served([good])
    result = dnf(key, url(server, key), "install", "--downloadonly",
                 "hello-mirror")
    assert result.returncode == 0, result.stderr
    assert good.asked("/e2e/os/hello-mirror-2-1.noarch.rpm") == [200]
    assert downloaded(dnf) == ["hello-mirror-2-1.noarch.rpm"]


@pytest.mark.parametrize("key", ENDPOINTS)
def test_the_first_mirror_is_dead(dnf, served, url, good, key):
    with DeadMirror() as dead:
        server = served([dead, good])
        result = dnf(key, url(server, key), "install", "--downloadonly",
                     "hello-mirror")
    assert result.returncode == 0, result.stderr
    assert good.asked("repomd.xml") == [200]
    assert good.asked("hello-mirror-2-1.noarch.rpm") == [200]


def test_a_stale_mirror_is_passed_over(dnf, served, url, stale, good):
    server = served([stale, good])
    result = dnf("metalink", url(server, "metalink"), "makecache")
    assert result.returncode == 0, result.stderr
    assert stale.asked("repomd.xml") == [200]
    assert good.asked("repomd.xml") == [200], "its hashes are the right ones"


def test_a_stale_mirror_is_taken_if_it_is_an_alternate(dnf, served, url, stale,
                                                       good):
    server = served([stale, good], alternates=True)
    result = dnf("metalink", url(server, "metalink"), "install",
                 "--downloadonly", "hello-mirror")
    assert result.returncode == 0, result.stderr
    assert stale.asked("repomd.xml") == [200]
    assert good.asked("repomd.xml") == []
    assert downloaded(dnf) == ["hello-mirror-1-1.noarch.rpm"]


@pytest.mark.parametrize("more", ["&protocol=https", "&repo=none"])
@pytest.mark.parametrize("key", ENDPOINTS)
def test_an_answer_without_mirrors_is_an_error(dnf, served, url, good, key,
                                               more):
    server = served([good])
    result = dnf(key, url(server, key, more), "makecache")
    assert result.returncode == 1
    assert good.requests == []
