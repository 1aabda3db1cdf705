# SPDX-License-Identifier: Apache-2.0
"""MirrorlistSchemes: which URLs count at all, and what sections do to it."""

import pytest

from harness.answers import Answers
from harness.httpd import Httpd

CONFIG = """
<Location "/some">
    MirrorlistSchemes FTP https
    MirrorlistSchemes nothing
</Location>
<Location "/some/one">
    MirrorlistSchemes rsync
</Location>
<Location "/some/none">
    MirrorlistSchemes nothing
</Location>
<Location "/some/all">
    MirrorlistSchemes https all
    MirrorlistMinimum 0
</Location>
<Location "/some/inherited">
    MirrorlistMinimum 1
</Location>
"""
PRIVATE = "http://net.test/golden/os/"


@pytest.fixture(scope="module")
def site(cache):
    with Httpd(CONFIG, cache=cache) as server:
        yield Answers(server)


def schemes(site, at, *more):
    """Those of the host that has one of each kind."""
    answer = site.metalink("golden", *more, ip="77.1.64.9", at=at)
    return [url.partition(":")[0] for url in answer.urls
            if "//here.test/" in url]


@pytest.mark.parametrize("at, shown", [
    ("", ["https", "http", "ftp", "rsync"]), ("/some", ["https", "ftp"]),
    ("/some/one", ["rsync"]), ("/some/none", []),
    ("/some/inherited", ["https", "ftp"]),
    ("/some/all", ["https", "http", "ftp", "rsync"])])
def test_directives_of_a_section_add_up_and_replace_those_around(site, at,
                                                                 shown):
    assert schemes(site, at) == shown


def test_protocol_chooses_among_what_is_left(site):
    assert schemes(site, "/some", "protocol=http,ftp,gopher") == ["ftp"]
    assert schemes(site, "/some", "protocol=http") == []


@pytest.mark.parametrize("at", ["/some", "/some/one", "/some/none"])
def test_private_mirrors_are_always_shown(site, at):
    assert site.text("golden", ip="77.1.64.9", at=at).urls[0] == PRIVATE
    answer = site.get(f"{at}/mirrorlist?repo=golden&arch=x86_64&redirect"
                      "&ip=77.1.64.9")
    assert answer["Location"] == PRIVATE


def test_hosts_without_a_url_do_not_count_as_found(site):
    """So the whole world is looked at, in vain."""
    answer = site.text("golden", ip="77.1.64.9", at="/some/none")
    assert answer.hosts == ["net"] and "country = global" in answer.header
