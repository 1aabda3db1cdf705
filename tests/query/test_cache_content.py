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


CREATED = 1700000000
# What the other inputs say unless a test tells them otherwise. SE is the
# continents file's alone, AQ on no continent, CZ only a network's.
INPUTS = dict(geoip={"77.1.0.0/16": "DE", "77.2.0.0/16": "FR",
                     "77.3.0.0/16": "CZ"},
              netblocks=[("77.1.0.0/16", 64500)],
              continents=[("DE", "EU"), ("SE", "EU"), ("AQ", "--")])


@pytest.fixture
def check(tmp_path):
    """Compiles rows; what the check prints below its first line, and its code.
    """
    def check(rows, now=CREATED, **inputs):
        file = tools.make_cache(tmp_path, rows.db, time=CREATED,
                                **{**INPUTS, **inputs})
        result = tools.run("mirrorlist-query", "--check", file, "--time", now)
        first, *lines, last = result.stdout.decode().splitlines()
        assert first == f"{file} is valid"
        found = [line for line in lines if "(disabled, so no finding)"
                 not in line]
        assert last == (f"{len(found)} finding"
                        + ("" if len(found) == 1 else "s"))
        assert result.returncode == (1 if found else 0)
        return lines
    return check


def test_nothing_is_found(rows, check):
    assert check(rows) == []


def test_a_directory_in_no_category(rows, check):
    rows.repository("lost", "arm", rows.directory("pub/lost"))
    assert check(rows) == [
        "repository lost, arch arm: its directory is in no category"]


def test_no_repodata(rows, check):
    topic = rows.topic("bare")
    topic.host("mirror2")
    rows.repository("raw", "i386", topic.directory("raw"))
    assert check(rows) == [
        "repository raw, arch i386: its directory has no repodata"]


def test_no_file_details(rows, check):
    topic = rows.topic("young", details=False)
    topic.host("mirror2")
    rows.details(topic.repodata, "primary.xml", timestamp=1, size=1,
                 md5="ab" * 16)
    assert check(rows) == [
        "repository young, arch x86_64: no file details of "
         "repodata/repomd.xml"]


def test_no_host_carries_it(rows, check):
    topic = rows.topic("alone")
    topic.carried_by(rows.host("mirror2"), ["https://mirror2.test"],
                     [topic.repodata])
    assert check(rows) == [
        "repository alone, arch x86_64: no host carries its directory"]


def test_no_host_carries_its_repodata(rows, check):
    topic = rows.topic("torn")
    topic.carried_by(rows.host("mirror2"), ["https://mirror2.test"],
                     [topic.os])
    assert check(rows) == [
        "repository torn, arch x86_64: no host carries its repodata"]


def test_a_file_may_stand_for_repodata(rows, check):
    """ostree has a summary, and no repodata."""
    topic = rows.topic("atomic")
    topic.host("mirror2")
    directory = topic.directory("ostree")
    rows.repository("tree", "x86_64", directory)
    rows.details(directory, "summary", timestamp=1, size=1, sha256="ab" * 32)
    assert check(rows) == []


COMPLETE = "with both a timestamp and a size"
ODD = [dict(timestamp=None), dict(size=None), dict(timestamp=0), dict(size=-1)]


def details(**columns):
    return {**dict(timestamp=1, size=1, sha256="ab" * 32), **columns}


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_file_details_that_are_not_complete(rows, check, odd):
    topic = rows.topic("odd", details=False)
    topic.host("mirror2")
    rows.details(topic.repodata, "repomd.xml", **details(**odd))
    assert check(rows) == [
        "repository odd, arch x86_64: no file details of "
        f"repodata/repomd.xml {COMPLETE}"]
    rows.details(topic.repodata, "repomd.xml", **details())
    assert check(rows) == []


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_files_that_stand_for_repodata_are_complete(rows, check, odd):
    topic = rows.topic("atomic")
    topic.host("mirror2")
    directory = topic.directory("ostree")
    rows.repository("tree", "x86_64", directory)
    rows.details(directory, "summary", **details(**odd))
    rows.details(directory, "summary.sig", **details())
    assert check(rows) == [
        f"repository tree, arch x86_64: no file details of summary {COMPLETE}"]


@pytest.mark.parametrize("odd", ODD, ids=str)
def test_any_file_is_complete(rows, check, odd):
    topic = rows.topic("images")
    topic.host("mirror2")
    rows.details(topic.directory("iso"), "netinst.iso", **details(**odd))
    assert check(rows) == [
        f"file pub/images/iso/netinst.iso: no file details {COMPLETE}"]


def test_what_a_disabled_repository_lacks_is_no_finding(rows, check):
    rows.repository("gone", "x86_64", rows.directory("pub/gone"), True)
    rows.topic("off", disabled=True, details=False)
    odd = rows.topic("odd", disabled=True, details=False)
    odd.host("mirror2")
    rows.details(odd.repodata, "repomd.xml", **details(size=None))
    said = [
        "repository gone, arch x86_64 (disabled, so no finding): its "
        "directory is in no category",
        "repository odd, arch x86_64 (disabled, so no finding): no file "
        f"details of repodata/repomd.xml {COMPLETE}",
        "repository off, arch x86_64 (disabled, so no finding): no host "
        "carries its directory",
        "repository off, arch x86_64 (disabled, so no finding): no file "
        "details of repodata/repomd.xml"]
    assert check(rows) == said
    rows.repository("z", "arm", rows.directory("pub/lost"))
    assert check(rows) == [
        *said, "repository z, arch arm: its directory is in no category"]


def test_no_public_url(rows, check):
    topic = rows.topic("more")
    topic.host("fine")
    topic.host("bare", urls=[("https://bare.test", True)])
    topic.host("dirty", urls=["no URL"])
    topic.host("off", urls=[("https://off.test", True)], user_active=False)
    rows.host("idle")
    assert check(rows) == ["host 3 bare: has no public URL",
                           "host 4 dirty: has no public URL"]


def test_a_url_in_one_category_is_one(rows, check):
    topic, other = rows.topic("more"), rows.topic("other")
    host = topic.host("two")
    other.carried_by(host, [("https://two.test", True)])
    other.host("three")
    assert check(rows) == []


NOBODY = "which neither a network nor the continents file knows"


@pytest.mark.parametrize("country", ["CZ", "fr", "SE", "AQ"])
def test_a_country_that_a_network_or_the_continents_file_knows(rows, check,
                                                               country):
    rows.topic("more").host("there", country, allowed=[country])
    assert check(rows) == []


def test_a_country_that_only_netblock_country_knows(rows, check):
    rows.add("netblock_country", netblock="77.9.0.0/16", country="QQ")
    rows.topic("more").host("there", "QQ", allowed=["QQ"])
    assert check(rows) == []


@pytest.mark.parametrize("country", ["UK", "Germany"])
def test_a_country_that_nobody_knows(rows, check, country):
    """A continent that the database gives it puts no client there."""
    rows.add("country_continent_redirect", country=country, continent="EU")
    rows.topic("more").host("there", country, allowed=["DE", country])
    assert check(rows) == [
        f"host 2 there: its country is {country.upper()}, {NOBODY}",
        f"host 2 there: is restricted to {country.upper()}, {NOBODY}"]


@pytest.mark.parametrize("country", ["", " "])
def test_no_country(rows, check, country):
    rows.topic("more").host("nowhere", country, private=True)
    assert check(rows) == ["host 2 nowhere: has no country"]


def test_a_restriction_to_no_country(rows, check):
    rows.topic("more").host("nobody's", allowed=[None])
    assert check(rows) == [
        "host 2 nobody's: is restricted to no country that can be used"]


def test_countries_of_hosts_that_carry_nothing_do_not_matter(rows, check):
    topic = rows.topic("more")
    topic.host("mirror2")
    topic.host("off", "UK", admin_active=False)
    rows.host("idle", "UK")
    assert check(rows) == []


def test_a_host_without_a_name(rows, check):
    rows.topic("more").host("", "UK")
    assert check(rows) == [f"host 2: its country is UK, {NOBODY}"]


COUNTRIES = "there are no networks of countries: no client's country is known"
ASNS = "there are no networks of ASNs: no client's ASN is known"
CONTINENTS = "there are no continents: no client gets hosts of its continent"


@pytest.mark.parametrize("inputs, line", [
    (dict(geoip=None), COUNTRIES), (dict(netblocks=[]), ASNS),
    (dict(continents=[("DE", "--")]), CONTINENTS)])
def test_an_input_that_is_empty(rows, check, inputs, line):
    assert check(rows, **inputs) == [line]


def test_a_database_that_is_empty(check):
    assert check(Rows(), options=["--force"]) == [
        "there are no repositories",
        "there are no hosts that carry a directory"]


@pytest.mark.parametrize("ahead", [-1, 0, 60])
def test_the_time_may_be_as_far_ahead_as_clocks_differ(rows, check, ahead):
    assert check(rows, CREATED - ahead) == []


@pytest.mark.parametrize("ahead", [61, CREATED])
def test_a_time_in_the_future(rows, check, ahead):
    assert check(rows, CREATED - ahead) == [
        f"the creation time is {ahead} s in the future: the clock was wrong "
        "where the file was made, or is wrong here"]


def test_all_findings_are_listed(rows, check):
    rows.topic("empty", details=False)
    rows.topic("more").host("there", "UK")
    assert check(rows, netblocks=[]) == [
        ASNS,
        "repository empty, arch x86_64: no host carries its directory",
        "repository empty, arch x86_64: no file details of "
        "repodata/repomd.xml",
        f"host 2 there: its country is UK, {NOBODY}"]


def test_a_file_that_is_not_valid(tmp_path):
    file = tmp_path / "torn"
    file.write_bytes(b"")
    result = tools.run("mirrorlist-query", "--check", file)
    assert (result.returncode, result.stdout.decode()) == (
        2, f"{file} is not valid: the file is empty\n")
