# SPDX-License-Identifier: Apache-2.0
"""The notes and environment variables that a request leaves for the logs."""

import itertools
import time
from urllib.parse import quote

import pytest

from harness.world import IP

NAMES = ("client", "country", "repo", "arch", "date", "found", "hosts", "log")
MARKS = itertools.count()


def log_of(site, target):
    """The mark of a request whose lines are in all logs."""
    mark = f"mark{next(MARKS)}"
    site.get(target, [("X-Mark", mark)])
    site.server.log_line(mark + " ", "done.log")
    return mark


def facts(site, target):
    """What the notes say; the environment variables must agree."""
    mark = log_of(site, target)
    notes, variables = (
        site.server.log_line(mark + " ", name).split(" ")
        for name in ("notes.log", "variables.log"))
    assert notes == variables
    assert len(notes) == 1 + len(NAMES), "blanks are never part of a value"
    values = dict(zip(NAMES, notes[1:]))
    return {name: value for name, value in values.items() if value != "-"}


def today():
    return time.strftime("%Y-%m-%d", time.gmtime())


@pytest.mark.parametrize("target, expected", [
    (f"/mirrorlist?repo=golden&arch=x86_64&ip={IP.DE}", dict(
        client=IP.DE, country="DE", repo="golden", arch="x86_64",
        found="geoip", hosts="3", log="1")),
    (f"/metalink?repo=golden&arch=x86_64&ip={IP.DE}", dict(
        client=IP.DE, country="DE", repo="golden", arch="x86_64",
        found="geoip", hosts="3", log="1")),
    (f"/mirrorlist?repo=golden&arch=x86_64&ip={IP.DE}&redirect", dict(
        client=IP.DE, country="DE", repo="golden", arch="x86_64",
        found="geoip", hosts="1", log="1")),
    (f"/maximum2/mirrorlist?repo=golden&arch=x86_64&ip={IP.DE}", dict(
        client=IP.DE, country="DE", repo="golden", arch="x86_64",
        found="geoip", hosts="2", log="1")),
    # the repo as asked, the arch after the source rule
    ("/mirrorlist?repo=old-source&arch=x86_64", dict(
        client="127.0.0.1", country="N/A", repo="old-source", arch="source",
        found="global", hosts="1", log="1")),
    # a path is no repository
    (f"/mirrorlist?path=pub/golden/os&ip={IP.FR}", dict(
        client=IP.FR, country="FR", found="continent", hosts="3")),
])
def test_the_facts_of_an_answer(site, target, expected):
    days = {today()}
    found = facts(site, target)
    days.add(today())
    assert found.pop("date") in days
    assert found == expected


@pytest.mark.parametrize("target, left", [
    ("repo=none&arch=x86_64", {"repo": "none", "arch": "x86_64"}),
    ("repo=off&arch=x86_64", {"repo": "off", "arch": "x86_64"}),
    ("repo=lost&arch=x86_64", {"repo": "lost", "arch": "x86_64"}),
    ("repo=geo&arch=x86_64&ip=bad", {"repo": "geo", "arch": "x86_64"}),
    ("path=none", {}), ("", {}), ("%zz", {})])
@pytest.mark.parametrize("endpoint", ["mirrorlist", "metalink"])
def test_an_error_is_not_for_the_statistics(site, endpoint, target, left):
    found = facts(site, f"/{endpoint}?{target}")
    assert "log" not in found
    assert {name: found[name] for name in ("repo", "arch")
            if name in found} == left
    if "ip=bad" in target:
        assert "client" not in found and "country" not in found


@pytest.mark.parametrize("ip, client", [
    ("::ffff:77.1.0.9", "77.1.0.9"), ("77.1.0.9:80", "77.1.0.9"),
    ("[2A01:1:0:0:0:0:0:9]", "2a01:1::9"), ("::1.2.3.4", "::1.2.3.4"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1")])
def test_the_client_is_written_as_inet_ntop_does(site, ip, client):
    assert facts(site, f"/mirrorlist?repo=geo&arch=x86_64&ip={ip}")["client"] \
        == client


@pytest.mark.parametrize("topic, more, ip, found", [
    ("pools", "location=lab", "77.3.1.5", "location"),
    ("pools", "location=empty%20lab", "77.3.1.5", "netblocks"),
    ("pools", "", "77.3.1.5", "netblocks"),
    ("pools", "", "2a01:1:2::5", "asn"),
    ("pools", "country=jp", "77.3.1.5", "country"),
    ("geo", "country=at", IP.DE, "country"),
    ("geo", "country=zz", IP.DE, "geoip"),
    ("geo", "", IP.DE, "geoip"),
    ("geo", "", IP.AT, "continent"),
    ("geo", "", IP.none, "global"),
    ("nobody", "", IP.DE, "none"),
    # hosts without a URL to show are not in the answer
    ("noweb", "protocol=https", IP.DE, "none"),
    ("urls", "protocol=rsync&country=fr", IP.DE, "country"),
    ("redirect", "", IP.DE, "geoip"),
    ("redirect", "redirect", IP.DE, "continent"),
    ("redirect", "redirect&protocol=ftp", IP.DE, "none"),
])
def test_found_is_the_first_pool_with_a_host_in_the_answer(
        site, topic, more, ip, found):
    got = facts(site, f"/mirrorlist?repo={topic}&arch=x86_64&ip={ip}&{more}")
    assert got["found"] == found
    assert (got["hosts"] == "0") == (found == "none")


@pytest.mark.parametrize("value, logged", [
    ("az-AZ_09.+:/", "az-AZ_09.+:/"),
    ("a b;c", "a_b_c"), ("é", "__"), ("-\"'\\,=@~", "-_______"),
    ("x" * 127, "x" * 127), ("x" * 128, "x" * 128), ("x" * 129, "x" * 128),
    ("é" * 65, "_" * 128)])
def test_values_are_sanitised(site, value, logged):
    target = f"/mirrorlist?repo={quote(value)}&arch={quote(value)}"
    found = facts(site, target)
    assert (found["repo"], found["arch"]) == (logged, logged)


@pytest.mark.parametrize("target, line", [
    ("repo=geo&arch=x86_64&ip=2a01:1::9",
     "IP: 2a01:1::9; DATE: {}; COUNTRY: DE; REPO: geo; ARCH: x86_64"),
    ("repo=old&arch=x86_64&ip=99.9.9.9",
     "IP: 99.9.9.9; DATE: {}; COUNTRY: N/A; REPO: old; ARCH: x86_64"),
    ("repo=a%20b&arch=x86_64&ip=99.9.9.9",
     "IP: 99.9.9.9; DATE: {}; COUNTRY: N/A; REPO: a_b; ARCH: x86_64"),
])
def test_the_statistics_line(site, target, line):
    days = {today()}
    mark = log_of(site, "/metalink?" + target)
    days.add(today())
    logged = site.server.log_line(mark + " ", "statistics.log")
    assert logged in {f"{mark} {line.format(day)}" for day in days}


@pytest.mark.parametrize("target", ["path=pub/geo/os", "repo=none&arch=x86_64",
                                    "repo=geo&arch=x86_64&ip=x"])
def test_without_a_repository_no_statistics_line(site, target):
    mark = log_of(site, "/mirrorlist?" + target)  # done.log comes last
    lines = (site.server.root / "statistics.log").read_text().splitlines()
    assert not [line for line in lines if line.startswith(mark + " ")]
