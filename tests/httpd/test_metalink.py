# SPDX-License-Identifier: Apache-2.0
"""The Metalink document: its exact bytes, and what varies in it.

Each whole document is compared with a file of tests/golden.
"""

import time
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from harness.answers import Metalink, without_date
from harness.world import IP

GOLDEN = Path(__file__).parents[1] / "golden"
NEAR = "77.1.64.9"


@pytest.mark.parametrize("name, status, query", [
    ("metalink-alternates.xml", 200,
     f"path=pub/golden/os/golddata/repomd.xml&ip={NEAR}"),
    ("metalink-plain.xml", 200,
     f"path=pub/golden/os/a%26b.iso&ip={IP.DE}&protocol=https,HTTP"),
    ("metalink-no-hosts.xml", 200, "repo=nobody&arch=x86_64"),
    ("failure-no-file.xml", 404, "path=pub/odd/os/a---%20<%26>none"),
    ("failure-directory.xml", 404, "path=/pub/golden//os/"),
    ("failure-disabled.xml", 200, "repo=off&arch=x86_64"),
])
def test_a_whole_document(site, name, status, query):
    response = site.get("/metalink?" + query)
    assert response.status == status
    assert without_date(response.body).decode() == (GOLDEN / name).read_text()


def test_a_whole_list(site):
    response = site.get("/mirrorlist?repo=golden&arch=x86_64&time"
                        f"&protocol=http,https&ip={NEAR}")
    assert response.text == (GOLDEN / "mirrorlist.txt").read_text()


@pytest.mark.parametrize("query", ["repo=golden&arch=x86_64", "repo=none"])
def test_pubdate_is_now(site, query):
    before = int(time.time())
    answer = Metalink(site.get("/metalink?" + query))
    text = answer.root.get("pubdate")
    date = parsedate_to_datetime(text)
    assert before <= date.timestamp() <= time.time()
    assert text == time.strftime("%a, %d %b %Y %H:%M:%S GMT",
                                 time.gmtime(date.timestamp()))


def test_a_file_without_details_is_404(site):
    answer = site.metalink("pub/golden/os/none.iso", status=404)
    assert answer.comment == \
        " pub/golden/os/none.iso not found or has no metalink\n"


def test_a_repository_whose_repomd_has_no_details_is_404(site):
    answer = site.metalink("nodetails", status=404)
    assert answer.comment == \
        " pub/nodetails/os/repodata/repomd.xml not found or has no metalink\n"


def test_preference_falls_by_one_a_host_and_never_below_1(site):
    """Each of the 120 hosts has two URLs."""
    answer = site.metalink("crowd", ip=IP.DE)
    preferences = [int(e.get("preference")) for e in answer.elements]
    assert len(preferences) == 240
    assert preferences[::2] == preferences[1::2]
    assert preferences[::2] == [max(100 - n, 1) for n in range(120)]


def test_private_hosts_are_marked(site):
    answer = site.metalink("pools", ip="77.3.1.5", at="/minimum99")
    private = "{http://fedorahosted.org/mirrormanager}private"
    marked = {host for host, element in zip(answer.hosts, answer.elements)
              if element.get(private) == "True"}
    assert marked == {"nb24", "as2"}
    assert all(element.get(private) in (None, "True")
               for element in answer.elements)


def test_document_order_is_the_order_of_the_pools(site):
    answer = site.metalink("pools", "location=lab", ip="77.3.1.5")
    groups = answer.hosts[:2], answer.hosts[2:4], answer.hosts[4:5]
    assert [set(group) for group in groups] == [
        {"lab1", "lab2"}, {"nb24", "nb24b"}, {"nb16"}]


def test_a_country_is_written_upper_case_and_trimmed(site):
    answer = site.metalink("geo", "country=de", ip=IP.DE)
    assert {e.get("location") for e in answer.elements} == {"DE"}
    assert set(answer.hosts) == {"de1", "de2", "stale"}, \
        "the last one is up to date in its repodata only"
