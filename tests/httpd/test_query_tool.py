# SPDX-License-Identifier: Apache-2.0
"""mirrorlist-query answers as the module does.

Only questions whose answers leave nothing to chance are compared.
"""

from urllib.parse import quote

import pytest

from harness import tools, world
from harness.answers import without_date

NAMES = ("Content-Type", "Cache-Control", "Location", "Content-Length")


@pytest.mark.parametrize("target", [
    f"/mirrorlist?repo=golden&arch=x86_64&ip={world.IP.DE}&time",
    f"/metalink?repo=golden&arch=x86_64&ip={world.IP.DE}",
    f"/mirrorlist?repo=redirect&arch=x86_64&ip={world.IP.DE}&redirect",
    "/mirrorlist?repo=nobody&arch=x86_64", "/a/b/mirrorlist?path=pub/nobody/os",
    "/mirrorlist?repo=none&arch=x86_64", "/metalink?repo=none&arch=x86_64",
    "/mirrorlist?repo=off&arch=x86_64", "/metalink?path=pub/golden/os/none",
    "/mirrorlist?%zz", "/metalink?%zz", "/mirrorlist", "/metalink?ip=x",
    "/mirrorlist?repo=geo&arch=x86_64&ip=x",
    "/mirrorlist?path=" + quote(f"pub/odd/{world.ODD}"),
])
def test_the_tool_prints_the_modules_answer(site, cache, target):
    served, printed = site.get(target), tools.query(cache, target)
    assert printed.status == served.status
    assert without_date(printed.body) == without_date(served.body)
    for name in NAMES:
        assert printed.headers.get(name) == served[name] or (
            name == "Content-Length" and printed.headers.get(name) == "0")


@pytest.mark.parametrize("options, at", [
    (dict(minimum=0), "/minimum0"), (dict(maximum=1), "/maximum1"),
    (dict(ip_parameter="off"), "/noip"),
    (dict(version_parameter="on"), "/version")])
def test_the_tools_options_are_the_directives(site, cache, options, at):
    target = (f"{at}/mirrorlist?repo=golden&arch=x86_64&version="
              f"&ip={world.IP.DE}")
    printed = tools.query(cache, target, **options).body
    # Without ip= the client is in no country, and its hosts in no order.
    assert sorted(printed.split(b"\n")) == \
        sorted(site.get(target).body.split(b"\n"))


def test_client_is_the_address_without_ip(site, cache):
    target = "/mirrorlist?repo=golden&arch=x86_64"
    printed = tools.query(cache, target, client=world.IP.DE)
    assert printed.body == site.get(f"{target}&ip={world.IP.DE}").body


def test_a_seed_repeats_an_answer(cache):
    target = "/metalink?repo=crowd&arch=x86_64"
    first, again, other = (
        tools.query(cache, target, seed=seed, time=world.CREATED).body
        for seed in (7, 7, 8))
    assert first == again != other
    assert b'pubdate="Tue, 14 Nov 2023 22:13:20 GMT"' in first
