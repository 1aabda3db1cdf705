# SPDX-License-Identifier: Apache-2.0
"""Who the client is: its address, and the country of that."""

import pytest

from harness.answers import Metalink
from harness.world import IP

PROXY = ("Host", "behind-a-proxy.test")


def countries(answer):
    """What the header line says of countries."""
    parts = answer.header.split("country = ")[1:]
    return [part.split(" ")[0] for part in parts]


@pytest.mark.parametrize("address", [
    "77.1.0.9", "77.1.0.9:1", "77.1.0.9:65535", "::ffff:77.1.0.9",
    "[::ffff:77.1.0.9]", "::FFFF:4d01:9", "2a01:1::9", "[2a01:1::9]",
    "2A01:0001:0:0:0:0:0:9", "%2077.1.0.9%20", "77.1.0.9%3a80",
    "2a01:1::77.1.0.9"])
def test_ip_names_the_client(site, address):
    assert countries(site.text("geo", ip=address))[0] == "DE"


@pytest.mark.parametrize("address", [
    "x", "77.1.0", "77.1.0.9.1", "77.1.0.256", "77.1.0.09", "077.1.0.9",
    "77.1.0.9:", "77.1.0.9:0", "77.1.0.9:01", "77.1.0.9:65536", "77.1.0.9:x",
    "77.1.0.9:99999999999", "2a01:1::9%25eth0", "[2a01:1::9", "2a01:1::9]",
    "[2a01:1::9]:80", "[77.1.0.9]", "2a01:1:::9", "2a01:1::g",
    "::ffff:77.1.0.09", "77.1.0.9/32", "77.1.0.9,1", "77.1.0.9%201", ":",
    "[]", "1", "0x4d.1.0.9", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7", "12345::",
    "4" * 2000])
def test_another_ip_is_400_with_a_line_that_says_so(site, address):
    text = site.get(f"/mirrorlist?repo=geo&arch=x86_64&ip={address}")
    assert text.status == 400
    assert len(text.lines) == 1
    link = site.get(f"/metalink?repo=geo&arch=x86_64&ip={address}")
    assert link.status == 400
    assert Metalink(link).comment.strip() == text.lines[0].strip()


@pytest.mark.parametrize("value", ["", "%20", "%20%20"])
def test_an_empty_ip_is_absent(site, value):
    answer = site.text("geo", "ip=" + value, headers=[
        PROXY, ("X-Forwarded-For", IP.FR)])
    assert countries(answer)[0] == "FR"


def test_ip_can_be_switched_off(site):
    for value in (IP.DE, "bad"):
        answer = site.text("geo", ip=value, at="/noip")
        assert countries(answer) == ["global"]


@pytest.mark.parametrize("headers, country", [
    ([], "global"),
    ([("X-Forwarded-For", IP.FR)], "FR"),
    ([("X-Forwarded-For", f"{IP.DE}, {IP.FR}")], "FR"),
    ([("X-Forwarded-For", IP.DE), ("X-Forwarded-For", IP.FR)], "FR"),
    ([("X-Forwarded-For", IP.DE6)], "DE"),
    ([("X-Forwarded-For", "garbage")], "global"),
])
def test_mod_remoteip_decides_the_address(site, headers, country):
    answer = site.text("geo", headers=[PROXY, *headers])
    assert countries(answer)[0] == country


def test_a_forwarded_address_is_nothing_without_mod_remoteip(site):
    answer = site.text("geo", headers=[("X-Forwarded-For", IP.FR)])
    assert countries(answer) == ["global"]


def test_ip_wins_over_the_connection(site):
    answer = site.text("geo", ip=IP.DE, headers=[
        PROXY, ("X-Forwarded-For", IP.FR)])
    assert countries(answer)[0] == "DE"


@pytest.mark.parametrize("address, country", [
    ("77.1.0.9", "DE"),
    ("77.1.128.9", "FR"),  # netblock_country before the country database
    ("77.1.129.9", "JP"),  # the longest netblock_country wins
    ("77.1.129.130", "JP"),  # also over a longer country network
    ("77.1.127.255", "DE"), ("77.1.130.0", "FR"), ("77.2.0.0", "FR"),
    ("99.9.9.9", "global"), ("2a01:2::1", "global"),
    ("::77.1.0.9", "global"),
    # 6to4: the IPv4 address behind 2002:, unless a netblock_country has it
    ("2002:4d01:9::1", "DE"), ("2002:4d01:8109::1", "JP"),
    ("2002:4d01:1::5", "AU"), ("2002:6363:909::1", "global"),
    # Teredo: the last 32 bits, inverted
    ("2001:0:1:2:3:4:b2fe:fff6", "DE"), ("2001:0:1:2:3:4:b2fe:7ef6", "JP"),
    ("2001:1:1:2:3:4:b2fe:fff6", "global"),
])
def test_the_country_of_an_address(site, address, country):
    assert countries(site.text("geo", ip=address))[0] == country


@pytest.mark.parametrize("address", [
    "2002:4d03:105::1", "2001:0:1:2:3:4:b2fc:fefa"])
def test_a_tunnel_gives_the_country_but_no_netblock_and_no_asn(site, address):
    """The client behind is 77.3.1.5, around which there are netblocks."""
    header = site.text("pools", ip=address).header
    assert header.startswith("# repo = pools arch = x86_64 country = US ")
    assert "netblock" in site.text("pools", ip="77.3.1.5").header


def test_a_mapped_address_has_netblocks_and_asn(site):
    for address in ("77.3.1.5", "::ffff:77.3.1.5"):
        assert site.text("pools", ip=address).header.startswith(
            "# repo = pools arch = x86_64 "
            "Using preferred netblock Using ASN 64500 country = US ")
