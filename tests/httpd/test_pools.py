# SPDX-License-Identifier: Apache-2.0
"""Which hosts an answer holds, in which order, and what the header line says.

The chances inside a pool are tested with the weights.
"""

import pytest

from harness.world import IP

EU4 = "country = CZ country = DE country = FR "
DE_CLIENT = "country = DE country = CZ country = FR country = global "
HERE, EUROPE = {"de1", "de2"}, {"cz1", "fr1"}
WORLD = {"us1", "jp1", "au1", "nowhere"}


def ask(site, topic, header, groups, *more, ip=None, at=""):
    """Asks for a list: its header, and its hosts as sets in order."""
    answer = site.text(topic, *more, ip=ip, at=at)
    assert answer.header == f"# repo = {topic} arch = x86_64 {header}"
    assert len(answer.hosts) == len(set(answer.hosts)), "a host appears once"
    found = answer.hosts
    for group in groups:
        head, found = found[:len(group)], found[len(group):]
        assert set(head) == set(group)
    assert not found
    return answer


# Countries, continents, the world

@pytest.mark.parametrize("ip, header, groups", [
    (IP.DE, DE_CLIENT, [HERE, EUROPE, WORLD]),
    (IP.DE6, DE_CLIENT, None),
    (IP.AT, EU4 + "country = global ", [HERE | EUROPE, WORLD]),
    (IP.JP, "country = JP country = global ",
     [{"jp1"}, HERE | EUROPE | WORLD - {"jp1"}]),
    (IP.CN, "country = JP country = global ",
     [{"jp1"}, HERE | EUROPE | WORLD - {"jp1"}]),
    (IP.A1, "country = global ", [HERE | EUROPE | WORLD]),
    (IP.none, "country = global ", [HERE | EUROPE | WORLD]),
])
def test_country_then_continent_then_the_world(site, ip, header, groups):
    if ip == IP.DE6:  # its network has an ASN, in which hosts have clients
        header = "Using ASN 64500 " + header
        groups = [HERE, EUROPE, WORLD]
    ask(site, "geo", header, groups, ip=ip)


@pytest.mark.parametrize("at, header, groups", [
    ("/minimum4", "country = DE country = CZ country = FR ", [HERE, EUROPE]),
    ("/minimum0", "country = DE country = CZ country = FR ", [HERE, EUROPE]),
    ("", DE_CLIENT, [HERE, EUROPE, WORLD]),
])
def test_the_world_only_below_the_minimum(site, at, header, groups):
    ask(site, "geo", header, groups, ip=IP.DE, at=at)


def test_without_any_host_only_the_header(site):
    answer = site.text("nobody", ip=IP.DE, at="/minimum0")
    assert answer.response.text == "# repo = nobody arch = x86_64 \n"


@pytest.mark.parametrize("more", [[], ["protocol=rsync,https"]])
def test_the_minimum_counts_hosts_of_any_scheme(site, more):
    """The fifth host has an rsync URL only."""
    header = site.text("enough", *more, ip=IP.DE).header
    assert "country = DE " in header
    assert "country = global" not in header


def test_the_minimum_counts_hosts_whose_urls_survive_protocol(site):
    ask(site, "enough", "country = DE country = global protocol = https",
        [{"near0", "near1", "near2", "near3"}, {"far"}],
        "protocol=https", ip=IP.DE)


# Requested countries

ALL_ORDERS = [
    # spelled as sent, bytewise first, sorted bytewise
    ("fr", "country = fr ", [{"fr1"}]),
    ("FR", "country = FR ", [{"fr1"}]),
    ("fr,Fr,fR", "country = Fr ", [{"fr1"}]),
    ("de,FR", "country = FR country = de ", [HERE | {"fr1"}]),
    ("FR,DE,FR,DE", "country = DE country = FR ", [HERE | {"fr1"}]),
    ("%20,%20de%20,,", "country = de ", [HERE]),
    # only those that have hosts here are named
    ("de,AT,zz", "country = de ", [HERE]),
    # global adds everybody, and comes first
    ("global", "country = global ", [HERE | EUROPE | WORLD]),
    ("GLOBAL,de", "country = global country = de ", [HERE | EUROPE | WORLD]),
    ("Global,zz", "country = global ", [HERE | EUROPE | WORLD]),
    # nobody there: the other countries of the continents
    ("at", EU4, [HERE | EUROPE]),
    ("At,CN", EU4 + "country = JP ", [HERE | EUROPE | {"jp1"}]),
    # nobody there either: as if not asked
    ("zz", DE_CLIENT, [HERE, EUROPE, WORLD]),
    ("a1,a2,--", DE_CLIENT, [HERE, EUROPE, WORLD]),
    # no item: absent
    ("", DE_CLIENT, [HERE, EUROPE, WORLD]),
    (",", DE_CLIENT, [HERE, EUROPE, WORLD]),
    ("%20,%20", DE_CLIENT, [HERE, EUROPE, WORLD]),
]


@pytest.mark.parametrize("wish, header, groups", ALL_ORDERS)
@pytest.mark.parametrize("name", ["country", "cc"])
def test_a_requested_country(site, name, wish, header, groups):
    ask(site, "geo", header, groups, f"{name}={wish}", ip=IP.DE)


@pytest.mark.parametrize("more", ["country=fr&cc=de", "cc=de&country=fr",
                                  "country=,&cc=fr", "country=&cc=fr"])
def test_cc_is_country_when_country_is_absent(site, more):
    ask(site, "geo", "country = fr ", [{"fr1"}], more, ip=IP.DE)


def test_a_long_list_of_countries_lists_nobody_twice(site):
    codes = ",".join(a + b for a in "DdEeFfRrZz" for b in "EeRrZzDdXxYyQqKk")
    ask(site, "geo", "country = DE country = FR ", [HERE | {"fr1"}],
        "country=" + codes, ip=IP.US)


def test_a_country_of_private_hosts_only_gives_nobody(site):
    """So the others of its continent are asked, which has none."""
    ask(site, "hidden", "country = global ", [{"shown"}], "country=de",
        ip=IP.DE)


# Hosts that serve some countries only

@pytest.mark.parametrize("ip, more, header, groups", [
    (IP.DE, [], "country = DE country = FR country = global ",
     [{"own"}, {"neighbour"}, {"free", "near"}]),
    (IP.CZ, [], "country = DE country = FR country = global ",
     [{"neighbour"}, {"free"}]),
    (IP.US, [], "country = US country = global ", [{"free"}]),
    (IP.none, [], "country = global ", [{"free"}]),
    # the wish counts the hosts that the rule leaves
    (IP.US, ["country=fr"], "country = fr country = US country = global ",
     [{"free"}]),
    (IP.US, ["country=global"], "country = global ", [{"free"}]),
    (IP.CZ, ["country=at"], "country = DE country = FR ", [{"neighbour"}]),
])
def test_a_restricted_host_serves_its_countries_only(
        site, ip, more, header, groups):
    ask(site, "allowed", header, groups, *more, ip=ip)


def test_a_netblock_opens_a_restricted_host(site):
    ask(site, "allowed", "Using preferred netblock country = global ",
        [{"near"}, {"free"}], ip="77.9.1.5")


# Location, netblocks, ASN

NEAR = "Using preferred netblock Using ASN 64500 "
REST = {"us"}


@pytest.mark.parametrize("ip, header, groups", [
    # most specific first; then the ASN with its peers; private ones too
    ("77.3.1.5", NEAR + "country = US country = global ",
     [{"nb24", "nb24b"}, {"nb16"}, {"as1", "as2"}, {"lab2", "us"},
      {"nb6", "as3", "ca"}]),
    ("77.3.0.5", NEAR + "country = US country = global ",
     [{"nb16", "nb24"}, {"as1", "as2"}, {"lab2", "us"},
      {"nb24b", "nb6", "as3", "ca"}]),
    # the longest route decides, also one without hosts
    ("77.3.2.5", "Using preferred netblock country = US country = global ",
     [{"nb16", "nb24"}, {"lab2", "us"},
      {"nb24b", "nb6", "as1", "as3", "ca"}]),
    ("2a01:1:1::5", NEAR + "country = global ",
     [{"nb6"}, {"as1", "as2"},
      {"nb16", "nb24b", "as3", "lab2", "us", "ca"}]),
    ("2a01:1:2::5", "Using ASN 64500 country = global ",
     [{"as1", "as2"}, {"nb16", "nb24b", "nb6", "as3", "lab2", "us", "ca"}]),
])
def test_netblocks_then_asn_then_country(site, ip, header, groups):
    at = "/minimum99"
    ask(site, "pools", header, groups, ip=ip, at=at)


@pytest.mark.parametrize("more", ["netblock=0", "netblock=", "netblock=2",
                                  "netblock=yes", "netblock=01"])
def test_netblock_says_no(site, more):
    ask(site, "pools", "country = US country = global ",
        [{"nb16", "lab2", "us"}, {"nb24b", "nb6", "as1", "as3", "ca"}],
        more, ip="77.3.1.5", at="/minimum99")


@pytest.mark.parametrize("more", ["netblock=1", "netblock=%201%20",
                                  "country=,", "country="])
def test_netblock_1_and_an_empty_country_say_yes(site, more):
    answer = site.text("pools", more, ip="77.3.1.5")
    assert NEAR in answer.header
    assert set(answer.hosts[:2]) == {"nb24", "nb24b"}


@pytest.mark.parametrize("wish, header", [
    ("JP", "country = JP "), ("zz", "country = US country = global ")])
def test_a_requested_country_skips_netblocks_and_asn(site, wish, header):
    answer = site.text("pools", "country=" + wish, ip="77.3.1.5")
    assert answer.header == "# repo = pools arch = x86_64 " + header
    assert "nb24" not in answer.hosts


def test_the_header_names_a_netblock_only_of_hosts_that_carry(site):
    """And the ASN whether or not its hosts carry the directory."""
    header = site.text("geo", ip="77.3.1.5").header
    assert header.startswith("# repo = geo arch = x86_64 "
                             "Using ASN 64500 country = US ")


def test_the_header_names_an_asn_of_inactive_hosts(site):
    header = site.text("geo", ip="77.4.1.5").header
    assert header.startswith("# repo = geo arch = x86_64 "
                             "Using ASN 64501 country = JP ")


@pytest.mark.parametrize("more", [[], ["netblock=0"]])
def test_a_location_comes_first(site, more):
    near = "" if more else NEAR
    answer = site.text("pools", "location=lab", *more, ip="77.3.1.5")
    assert answer.header.startswith("# repo = pools arch = x86_64 "
                                    f"Using location lab {near}country = US ")
    assert set(answer.hosts[:2]) == {"lab1", "lab2"}
    assert len(answer.hosts) == len(set(answer.hosts))


def test_a_location_comes_before_a_requested_country(site):
    ask(site, "pools", "Using location lab country = jp ",
        [{"lab1", "lab2"}, {"nb24b", "nb6"}], "location=lab&country=jp",
        ip="77.3.1.5")


@pytest.mark.parametrize("topic, location, words", [
    ("pools", "nowhere", ""), ("pools", "", ""), ("pools", "Lab", ""),
    ("pools", "empty%20lab", "Using location empty lab "),
    ("geo", "lab", "Using location lab ")])
def test_a_location_is_named_if_it_exists(site, topic, location, words):
    answer = site.text(topic, "location=" + location, ip=IP.none)
    assert answer.header == \
        f"# repo = {topic} arch = x86_64 {words}country = global "
    assert "lab1" not in answer.hosts


def test_an_earlier_pool_does_not_change_whether_a_country_has_hosts(site):
    """The only French host is already there by its location."""
    ask(site, "early", "Using location lab country = fr ", [{"early1"}],
        "location=lab&country=fr", ip=IP.DE)


# The maximum

def test_the_maximum_keeps_the_first_hosts_with_a_url_to_show(site):
    assert site.text("urls", ip=IP.DE).hosts == ["all", "ftponly"]
    assert site.text("urls", ip=IP.DE, at="/maximum1").hosts == ["all"]
    assert site.text("urls", ip=IP.DE, at="/maximum2").hosts == \
        ["all", "ftponly"], "rsynconly has no URL to show"
    assert site.metalink("urls", ip=IP.DE, at="/maximum2").hosts == \
        ["all", "rsynconly"]


def test_the_maximum_does_not_touch_redirects(site):
    """The first host has no web URL at all."""
    for at in ("", "/maximum1"):
        response = site.get(f"{at}/mirrorlist?repo=redirect&arch=x86_64"
                            f"&redirect&ip={IP.DE}")
        assert response.status == 302
        assert response["Location"] == "https://web.test/s/os/"


def test_the_maximum_leaves_the_header_line(site):
    wide = site.text("geo", ip=IP.DE)
    narrow = site.text("geo", ip=IP.DE, at="/maximum2")
    assert narrow.header == wide.header
    assert set(narrow.hosts) == HERE
