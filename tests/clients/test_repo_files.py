# SPDX-License-Identifier: Apache-2.0
"""The repo files that distributions ship, and what users add to them.

The lines are theirs but for the server's name; dnf fills in the variables.
"""

import re

import pytest

from clients.scene import ENDPOINTS, REPOMD

# distribution: release, line of its repo file, what then is asked for.
SHIPPED = {
    "fedora": (
        42, "metalink=/metalink?repo=fedora-$releasever&arch=$basearch",
        "repo=fedora-42&arch=x86_64"),
    "fedora-source": (
        42, "metalink=/metalink?repo=fedora-source-$releasever&arch=$basearch",
        "repo=fedora-source-42&arch=x86_64"),
    "rpmfusion": (
        42, "metalink=/metalink?repo=free-fedora-$releasever&arch=$basearch",
        "repo=free-fedora-42&arch=x86_64"),
    "epel": (
        9, "metalink=/metalink?repo=epel-9&arch=$basearch&infra=$infra"
        "&content=$contentdir",
        "repo=epel-9&arch=x86_64&infra=stock&content=pub/rocky"),
    "epel, a variable is missing": (
        9, "metalink=/metalink?repo=epel-$releasever&arch=$basearch"
        "&infra=$none", "repo=epel-9&arch=x86_64&infra=$none"),
    "epel, a list": (
        9, "mirrorlist=/mirrorlist?repo=epel-$releasever&arch=$basearch",
        "repo=epel-9&arch=x86_64"),
    "centos": (
        9, "metalink=/metalink?repo=centos-baseos-$stream&arch=$basearch"
        "&protocol=https,http",
        "repo=centos-baseos-9-stream&arch=x86_64&protocol=https,http"),
    "rocky": (
        9, "mirrorlist=/mirrorlist?arch=$basearch"
        "&repo=BaseOS-$releasever$rltype", "arch=x86_64&repo=BaseOS-9")}


def at(server, line):
    key, _, target = line.partition("=")
    return f"{key}=http://127.0.0.1:{server.port}{target}"


@pytest.fixture
def makecache(dnf):
    """makecache(*lines of a repo file): dnf is content with the answers."""
    def run(*lines, release=42):
        result = dnf("\n".join(lines), "makecache", "--refresh",
                     release=release)
        assert result.returncode == 0, result.stderr
    return run


@pytest.mark.parametrize("release, line, query", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_file_finds_its_mirror(makecache, served, asked, good,
                                         release, line, query):
    server = served([good])
    makecache(at(server, line), release=release)
    assert [target.split("?")[1] for target in asked(server)] == [query]
    assert good.asked(REPOMD) == [200]


def test_a_machine_is_counted_once_a_week(makecache, served, asked, url, good):
    """dnf spreads it over its first four questions."""
    server = served([good])
    plain = url(server, "metalink")
    for _ in range(4):
        makecache(f"countme=1\nmetalink={plain}")
    targets = asked(server, 4)
    counted = [target for target in targets
               if re.fullmatch(r"metalink\?.*&countme=[1-4]", target)]
    assert (len(counted), len(targets)) == (1, 4)
    assert good.asked(REPOMD)[0] == 200


@pytest.mark.parametrize("country, first", [("de", "good"), ("FR", "other")])
@pytest.mark.parametrize("key", ENDPOINTS)
def test_a_country_may_be_asked_for(request, makecache, served, url, good,
                                    other, key, country, first):
    server = served([good, other])
    makecache(f"{key}={url(server, key, f'&country={country}')}")
    for name in ("good", "other"):
        mirror = request.getfixturevalue(name)
        assert bool(mirror.requests) == (name == first)


@pytest.mark.parametrize("protocol, scheme", [
    ("https", "https"), ("http", "http"), ("https,http", "https")])
@pytest.mark.parametrize("key", ENDPOINTS)
def test_a_protocol_may_be_asked_for(makecache, served, url, secure, good, pem,
                                     key, protocol, scheme):
    server = served([(secure, good)])
    target = url(server, key, f"&protocol={protocol}")
    makecache(f"{key}={target}", f"sslcacert={pem}")
    taken, = [mirror for mirror in (secure, good) if mirror.asked(REPOMD)]
    assert taken.url.startswith(scheme + ":")
