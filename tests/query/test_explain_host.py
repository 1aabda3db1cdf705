# SPDX-License-Identifier: Apache-2.0
"""Whom --host means: by name, by the host of a URL, by id.

Knows which hosts a word finds, not what is said of them.
"""

import pytest

from harness import tools
from harness.mirrormanager import Rows
from query.explained import explain, run

TARGET = "/mirrorlist?repo=names&arch=x86_64"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    rows = Rows()
    topic = rows.topic("names")
    topic.host("Mirror.Example.ORG", urls=["https://CDN.example.net:8443/x",
                                           "rsync://rsync.example.net/x"])
    topic.host("user", urls=["ftp://me:se@cret@ftp.example.net/pub"])
    topic.host("six", urls=["http://[2001:DB8::1]:80/x",
                            "http://[2001:db8::2]/x"])
    topic.host("odd", urls=["https://query.example.net?x=/",
                            "file:///srv/mirror"])
    topic.host("münchen", urls=["https://MÜNCHEN.example.net/x"])
    topic.host("cdn.example.net")
    topic.host("hidden", urls=["https://shown.example.net/x",
                               ("https://hidden.example.net/x", True)])
    topic.host("off", urls=["https://off.example.net/x"], admin_active=False)
    other = rows.topic("elsewhere")
    other.host("other", urls=["https://other.example.net/x"])
    return tools.make_cache(tmp_path_factory.mktemp("names"), rows.db)


def found(cache, word):
    return [host["name"] for host in explain(cache, TARGET, host=word)["hosts"]
            if host.get("reason") != "unknown_host"]


@pytest.mark.parametrize("word, names", [
    ("Mirror.Example.ORG", ["Mirror.Example.ORG"]),
    ("mirror.example.org", ["Mirror.Example.ORG"]),
    ("MIRROR.EXAMPLE.ORG", ["Mirror.Example.ORG"]),
    ("mirror.example.or", []),
    ("mirror.example.org.", []),
    ("rsync.example.net", ["Mirror.Example.ORG"]),
    ("RSYNC.example.net", ["Mirror.Example.ORG"]),
    ("cdn.example.net", ["Mirror.Example.ORG", "cdn.example.net"]),
    ("cdn.example.net:8443", []),
    ("ftp.example.net", ["user"]),
    ("me", []),
    ("[2001:db8::1]", ["six"]),
    ("[2001:DB8::2]", ["six"]),
    ("2001:db8::1", []),
    ("query.example.net", ["odd"]),
    ("srv", []),
    ("mÜnchen.example.net", ["münchen"]),
    ("M%c3%9CNCHEN.example.net", ["münchen"]),
    ("münchen.example.net", []),         # only ASCII has a case
    ("münchen", ["münchen"]),
    ("shown.example.net", ["hidden"]),
    ("hidden.example.net", []),          # a private URL is none
    ("off", ["off"]),
    ("off.example.net", []),             # the cache has no URL of it
    ("other.example.net", ["other"]),    # in another category
    ("example.net", []),
    ("https://rsync.example.net/x", []),
    ("1", ["Mirror.Example.ORG"]),
    ("01", []),
    (" off", []),
])
def test_whom_a_word_finds(cache, word, names):
    assert found(cache, word) == names


def test_all_that_are_found_are_told_of(cache):
    assert [line.split()[1] for line in run(
        cache, TARGET, host="CDN.EXAMPLE.NET").splitlines()
            if line.startswith("Host ")] == \
        ["Mirror.Example.ORG", "cdn.example.net"]


def test_no_word_finds_everybody(cache):
    assert run(cache, TARGET, "--seed=1", host="") == \
        run(cache, TARGET, "--seed=1")


def test_a_name_is_told_as_it_was_asked_for(cache):
    assert explain(cache, TARGET, host="NoBody")["hosts"] == [
        {"name": "NoBody", "reason": "unknown_host",
         "text": "there is no such host"}]
