# SPDX-License-Identifier: Apache-2.0
"""--check: what the content of a sound file may lack.

Knows the sentences and exit codes. Which bytes are refused is tests/cache's.
"""

import pytest

from harness import tools
from harness.mirrormanager import Rows


@pytest.fixture
def rows():
    """A database with nothing to find."""
    rows = Rows()
    rows.topic("sound").host("mirror")
    return rows


@pytest.fixture
def check(tmp_path):
    """Compiles rows; what the check prints below its first line, and its code.
    """
    def check(rows):
        file = tools.make_cache(tmp_path, rows.db)
        result = tools.run("mirrorlist-query", "--check", file)
        first, *findings, last = result.stdout.decode().splitlines()
        assert first == f"{file} is valid"
        assert last == (f"{len(findings)} finding"
                        + ("" if len(findings) == 1 else "s"))
        return findings, result.returncode
    return check


def test_nothing_is_found(rows, check):
    assert check(rows) == ([], 0)


def test_a_directory_in_no_category(rows, check):
    rows.repository("lost", "arm", rows.directory("pub/lost"))
    assert check(rows) == (
        ["repository lost, arch arm: its directory is in no category"], 1)


def test_no_repodata(rows, check):
    topic = rows.topic("bare")
    topic.host("mirror2")
    rows.repository("raw", "i386", topic.directory("raw"))
    assert check(rows) == (
        ["repository raw, arch i386: its directory has no repodata"], 1)


def test_no_file_details(rows, check):
    topic = rows.topic("young", details=False)
    topic.host("mirror2")
    rows.details(topic.repodata, "primary.xml", timestamp=1, size=1)
    assert check(rows) == (
        ["repository young, arch x86_64: no file details of "
         "repodata/repomd.xml"], 1)


def test_no_host_carries_it(rows, check):
    topic = rows.topic("alone")
    topic.carried_by(rows.host("mirror2"), ["https://mirror2.test"],
                     [topic.repodata])
    assert check(rows) == (
        ["repository alone, arch x86_64: no host carries its directory"], 1)


def test_a_disabled_repository_is_one_too(rows, check):
    rows.topic("off", disabled=True).host("mirror2")
    assert check(rows) == ([], 0)
    rows.repository("gone", "x86_64", rows.directory("pub/gone"), True)
    assert check(rows) == (
        ["repository gone, arch x86_64 (disabled): its directory is in no "
         "category"], 1)


def test_no_public_url(rows, check):
    topic = rows.topic("more")
    topic.host("fine")
    topic.host("bare", urls=[("https://bare.test", True)])
    topic.host("dirty", urls=["no URL"])
    topic.host("off", urls=[("https://off.test", True)], user_active=False)
    rows.host("idle")
    assert check(rows) == (["host 3 bare: has no public URL",
                            "host 4 dirty: has no public URL"], 1)


def test_a_url_in_one_category_is_one(rows, check):
    topic, other = rows.topic("more"), rows.topic("other")
    host = topic.host("two")
    other.carried_by(host, [("https://two.test", True)])
    other.host("three")
    assert check(rows) == ([], 0)


def test_all_findings_are_listed(rows, check):
    rows.topic("empty", details=False)
    findings, code = check(rows)
    assert findings == [
        "repository empty, arch x86_64: no host carries its directory",
        "repository empty, arch x86_64: no file details of "
        "repodata/repomd.xml"]
    assert code == 1


def test_a_file_that_is_not_valid(tmp_path):
    file = tmp_path / "torn"
    file.write_bytes(b"")
    result = tools.run("mirrorlist-query", "--check", file)
    assert (result.returncode, result.stdout.decode()) == (
        2, f"{file} is not valid: the file is empty\n")
