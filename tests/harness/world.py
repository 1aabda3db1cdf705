# SPDX-License-Identifier: Apache-2.0
"""The common world: small, with rows of every kind.

Knows who is where; each topic serves one family of rules. What must be
answered stands in the tests alone. `python3 -m harness.world FOLDER` (from
tests/) makes its cache for the fuzzers.
"""

import sys
import types
from pathlib import Path

from harness import tools
from harness.mirrormanager import Rows

CREATED = 1700000000  # the cache's creation time
VERSIONS = ("1.0", "2.0")

# One address in each country; A1 is no country of any continent.
IP = types.SimpleNamespace(
    DE="77.1.0.9", FR="77.2.0.9", US="77.3.200.9", JP="77.4.0.9", CZ="77.5.0.9",
    AU="77.6.0.9", AT="77.7.0.9", A1="77.8.0.9", CN="77.9.0.9", none="99.9.9.9",
    DE6="2a01:1::9")
COUNTRIES = {f"77.{number}.0.0/16": code for number, code in enumerate(
    ("DE", "FR", "US", "JP", "CZ", "AU", "AT", "A1", "CN"), start=1)}
COUNTRIES |= {"77.1.129.128/25": "US", "2a01:1::/32": "DE"}
CONTINENTS = [("DE", "EU"), ("FR", "EU"), ("CZ", "EU"), ("AT", "EU"),
              ("US", "NA"), ("JP", "AS"), ("CN", "AS"), ("AU", "OC"),
              ("A1", "--"), ("A2", "--")]
NETWORKS = [("77.3.0.0/17", 64500), ("77.3.2.0/24", 64999),
            ("77.4.1.0/24", 64501), ("2a01:1::/32", 64500),
            ("77.1.70.0/24", 64520)]

ODD = """a b"#%<>?[\\]^{|}`'&+:;=@,!$()*~é"""


def geography(rows):
    """Two hosts of the client's country, two of its continent, the world."""
    topic = rows.topic("geo")
    for name, country in (("de1", "DE"), ("de2", "de "), ("fr1", "FR"),
                          ("cz1", "CZ"), ("us1", "US"), ("jp1", "JP"),
                          ("au1", "AU"), ("nowhere", "")):
        topic.host(name, country)
    topic.host("private", "DE", private=True)
    topic.host("privatesite", "DE", site=rows.site(private=True))
    topic.host("noadmin", admin_active=False)
    topic.host("nouser", user_active=False)
    topic.host("nositeadmin", site=rows.site(admin_active=False))
    topic.host("nositeuser", site=rows.site(user_active=False))
    topic.host("hiddenurl", urls=[("https://hiddenurl.test/geo", True)])
    stale = rows.host("stale")
    topic.carried_by(stale, ["https://stale.test/geo"], [topic.repodata])
    for network, country in (("77.1.128.0/17", "FR"), ("77.1.129.0/24", "JP"),
                             ("2002:4d01:1::/48", "AU")):
        rows.add("netblock_country", netblock=network, country=country)


def pools(rows):
    """Hosts of every pool around 77.3.1.0/24."""
    topic = rows.topic("pools")
    topic.host("nb16", "US", netblocks=["77.3.0.0/16", "77.3.0.0/33"])
    topic.host("nb24", "JP", netblocks=["77.3.1.0/24", "77.3.0.0/16"],
               private=True)
    topic.host("nb24b", "JP", netblocks=["77.3.1.0/24"])
    topic.host("nb6", "JP", netblocks=["2a01:1:1::/48", "none"])
    topic.host("as1", "AU", asn=64500, asn_clients=True)
    topic.host("as2", "AU", peers=[64500], asn_clients=True, private=True)
    topic.host("as3", "AU", asn=64500, asn_clients=False)
    topic.host("lab1", "AU", location="lab", private=True)
    topic.host("lab2", "US", location="lab")
    topic.host("us", "US")
    topic.host("ca", "CN")
    rows.location("empty lab")
    early = rows.topic("early")
    early.host("early1", "FR", location="lab")
    early.host("late", "DE")
    rows.host("retired", asn=64501, asn_clients=True, admin_active=False)


def restricted(rows):
    """Hosts that serve some countries only."""
    topic = rows.topic("allowed")
    topic.host("own", "DE", allowed=["DE"])
    topic.host("neighbour", "FR", allowed=["de", "CZ"])
    topic.host("broken", "DE", allowed=[""])
    topic.host("free", "US")
    topic.host("near", "US", allowed=["DE"], netblocks=["77.9.1.0/24"])
    private = rows.topic("hidden")
    private.host("hidden1", "DE", private=True)
    private.host("shown", "US")


def urls(rows):
    """One host per pool of a German client, with URLs of many schemes."""
    topic = rows.topic("urls")
    topic.host("all", "DE", [
        "rsync://all.test/r", "http://all.test/h1", "gopher://all.test/g",
        "http://all.test/h2", "https://all.test/s/", "ftp://all.test/f",
        ("https://all.test/private", True), "GIT://all.test/t"])
    topic.host("rsynconly", "FR", ["rsync://rsynconly.test/r"])
    topic.host("ftponly", "US", ["ftp://ftponly.test/f"])
    redirect = rows.topic("redirect")
    redirect.host("noweb", "DE", ["ftp://noweb.test/f", "rsync://noweb.test/"])
    redirect.host("web", "FR", ["http://web.test/h", "https://web.test/s"])
    redirect.host("last", "US", ["http://last.test/h"])
    none = rows.topic("noweb")
    none.host("ftpweb", "DE", ["ftp://ftpweb.test/f"])
    enough = rows.topic("enough")
    for number in range(4):
        enough.host(f"near{number}", "DE", [f"https://near{number}.test/e"])
    enough.host("near4", "DE", ["rsync://near4.test/e"])
    enough.host("far", "US")
    rows.topic("nobody")


def directories(rows):
    """Repositories in odd places, redirects, several categories."""
    topic = rows.topic("dirs")
    topic.host("dirs1", "DE")
    rows.repository("repodata-itself", "x86_64", topic.repodata)
    rows.repository("dirs-source", "source", topic.directory("source"))
    rows.repository("dirs", "source", topic.directory("source"))
    for version in VERSIONS:
        rows.repository(f"dirs-{version}", "x86_64", topic.directory(version))
    rows.repository("norepodata", "x86_64", topic.directory("bare"))
    rows.repository("lost", "x86_64", rows.directory("lost/os"))
    topless = rows.add("category", name="topless", topdir_id=None)
    rows.repository("topless", "x86_64", rows.directory("topless/os", topless))
    rows.repository("a b", "x86_64", topic.os)
    for source, target in (("old", "middle"), ("middle", "dirs"),
                           ("toversion", "dirs-1.0"), ("tooff", "off"),
                           ("redirected-2.0", "dirs-2.0"),
                           ("old-source", "dirs-source"), ("toold", "geo")):
        rows.redirect(source, target)
    off = rows.topic("off", disabled=True)
    off.host("off1")
    rows.repository("off", "aarch64", off.os)

    both = rows.topic("both")
    other = rows.category("both-os", "pub/both/os")
    both.host("wide", "DE")
    narrow = rows.host("narrow", "FR")
    rows.carry(narrow, other, ["https://narrow.test/os"])
    twice = rows.host("twice", "US")
    both.carried_by(twice, ["https://twice.test/all"])
    rows.carry(twice, other, ["https://twice.test/os"])
    exclusive = rows.topic("exclusive")
    exclusive.host("notthis", "DE")
    rows.add("directory_exclusive_host", directory_id=exclusive.os,
             host_id=exclusive.host("onlythis", "DE"))


def odd_bytes(rows):
    """Every byte that means something in a URL or in XML."""
    topic = rows.topic("odd")
    directory = topic.directory(ODD)
    rows.repository("odd-bytes", "x86_64", directory)
    for name in (ODD, "plain"):
        rows.details(directory, name, size=1, md5="0c" * 16)
    topic.host("odd", "DE", ["""http://odd.test/~a b"<>\\^{|}`é%41?q#f&'"""])


def golden(rows):
    """One host per pool, so that the whole answer is fixed."""
    topic = rows.topic("golden")
    topic.host("net", "DE", ["http://net.test/golden"], private=True,
               netblocks=["77.1.64.0/24"])
    topic.host("here", "DE", [
        "rsync://here.test/golden", "http://here.test/golden",
        "https://here.test/golden", "ftp://here.test/golden"])
    topic.host("around", "CZ", ["https://around.test/a&b'c"])
    topic.host("far", "", ["HTTPS://far.test/golden"])
    bare = rows.topic("nodetails", details=False)
    bare.host("bare", "DE")
    crowd = rows.topic("crowd")
    for number in range(120):
        name = f"crowd{number}"
        crowd.host(name, "DE", [f"http://{name}.test/", f"ftp://{name}.test/"])
    for about in (
            dict(timestamp=1600000000, size=900, sha256="0a" * 32),
            dict(timestamp=1600000100, size=1000, md5="1b" * 16,
                 sha1="2C" * 20, sha256="3d" * 32, sha512="4e" * 64),
            dict(timestamp=None, size=None, md5="4f" * 16),
            dict(timestamp=1500000000, size=800, md5="5f" * 16),
            dict(timestamp=1700000000, size=0, md5="6f" * 16)):
        rows.details(topic.directory("os/golddata"), "repomd.xml", **about)
    rows.details(topic.os, "a&b.iso", timestamp=0, size=7, sha1="6a" * 20)


def weights(rows):
    """Three hosts in each pool of 77.1.70.0/24, unequal in bandwidth."""
    topic = rows.topic("weights")
    for pool, country, about in (
            ("location", "AU", dict(location="w")),
            ("netblock", "AU", dict(netblocks=["77.1.70.0/24"])),
            ("asn", "AU", dict(asn=64520, asn_clients=True)),
            ("country", "DE", {}), ("continent", "FR", {}),
            ("global", "JP", {})):
        for bandwidth in (100, 300, 600):
            topic.host(f"{pool}{bandwidth}", country, bandwidth=bandwidth,
                       **about)
    big = rows.topic("bandwidth")
    for name, bandwidth in (("null", None), ("zero", 0), ("minus", -5)):
        big.host(name, "DE", bandwidth=bandwidth)
    big.host("huge", "FR", bandwidth=2000000)
    big.host("most", "FR", bandwidth=100000)


def build():
    rows = Rows()
    for part in (geography, pools, restricted, urls, directories, odd_bytes,
                 golden, weights):
        part(rows)
    return rows


def make(folder):
    """The path of its cache, compiled into the folder."""
    return tools.make_cache(
        folder, build().db, geoip=COUNTRIES, netblocks=NETWORKS,
        continents=CONTINENTS, time=CREATED)


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
