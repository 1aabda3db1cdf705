# SPDX-License-Identifier: Apache-2.0
"""MirrorlistNearest: what a kilometre does to the chances of an order.

The chances are exact ones, of places in whole degrees.  A right module fails
one of the tests of this file at most once in 10^9 runs (harness/chances.py).
"""

import math
from collections import Counter

import pytest

from harness import tools
from harness.answers import Answers
from harness.chances import assert_chances, limit, one_by_one
from harness.httpd import Httpd
from harness.mirrormanager import Rows

REQUESTS = 2000
EARTH = 6371
PLACED, UNPLACED = "77.5.0.9", "77.6.0.9"  # a client at CLIENT, one nowhere
CLIENT = (50, 8)
KM = (0, 1, 100, 2000)

# pool -> host -> country, Mbit/s, its place as a database has it and in whole
# degrees.  No network of AT or FR has a place, so those countries have no
# middle; the middle of DE is CLIENT.  At 100 km nobody weighs much more than
# another: there a wrong power, unit, rounding or way around the earth shows.
HOSTS = {
    "geoip": {
        "near": ("DE", 100, (50.4, 7.6), CLIENT),
        "middle": ("DE", 100, (None, 8), CLIENT),
        "south": ("DE", 3000, (44.6, 8.4), (45, 8)),
        "away": ("DE", 100000, (19.5, -60), (20, -60))},
    "continent": {
        "berlin": ("AT", 100, (52.52, 13.4), (53, 13)),
        "sydney": ("FR", 100000, (-33.5, 151.2), (-34, 151)),
        "nowhere": ("AT", 10, (91, 0), None)},
    "location": {
        "here": ("JP", 100, CLIENT, CLIENT),
        "there": ("JP", 900, (-50, -172), (-50, -172))},
}
COINS = len(KM) * (24 + 6) + 2 + 2


def config():
    return "MirrorlistMinimum 99\n" + "".join(
        f'<Location "/km{km}">\nMirrorlistNearest {km}\n</Location>\n'
        for km in KM)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    rows = Rows()
    topic = rows.topic("near")
    for pool, hosts in HOSTS.items():
        for name, (country, bandwidth, place, _) in hosts.items():
            topic.host(name, country, bandwidth=bandwidth,
                       location="lab" if pool == "location" else None,
                       latitude=place[0], longitude=place[1])
    where = dict(zip(("latitude", "longitude"), map(float, CLIENT)))
    cache = tools.make_cache(
        tmp_path_factory.mktemp("near"), rows.db, geoip={
            "77.5.0.0/16": {"country": {"iso_code": "DE"}, "location": where},
            "77.6.0.0/16": "FR"},
        continents=[("DE", "EU"), ("FR", "EU"), ("AT", "EU")])
    with Httpd(config(), cache=cache) as server:
        yield Answers(server)


def chord(one, other):
    """Kilometres through the earth."""
    def point(place):
        up, along = map(math.radians, place)
        return (math.cos(up) * math.cos(along), math.cos(up) * math.sin(along),
                math.sin(up))
    return EARTH * math.dist(point(one), point(other))


def weights(pool, km):
    """For the client that has a place."""
    found = {}
    for name, (_, bandwidth, _, place) in HOSTS[pool].items():
        distance = chord(CLIENT, place) if place else km
        found[name] = bandwidth / (1 + (distance / km) ** 2) if km \
            else bandwidth
    return found


def orders(site, ip, km, *more):
    """Pool of HOSTS -> Counter of the orders of its hosts."""
    counts = {pool: Counter() for pool in HOSTS}
    for _ in range(REQUESTS):
        hosts = site.text("near", *more, ip=ip, at=f"/km{km}").hosts
        for pool, known in HOSTS.items():
            counts[pool][tuple(name for name in hosts if name in known)] += 1
    return counts


@pytest.mark.parametrize("km", KM)
def test_a_mirror_counts_by_its_distance(site, km):
    counts = orders(site, PLACED, km)
    for pool in ("geoip", "continent"):
        assert_chances(counts[pool], one_by_one(weights(pool, km)),
                       limit(COINS))


def test_it_counts_half_at_so_many_kilometres():
    """What the numbers above are worth, in the rule's own words."""
    assert round(chord((0, 0), (0, 5))) == 556
    assert weights("geoip", 556)["south"] == pytest.approx(1500, rel=.01)
    assert weights("continent", 100)["nowhere"] == 5


def test_a_client_without_a_place_has_everybody_equally_far(site):
    """Of a country without a middle; only bandwidth counts."""
    counts = orders(site, UNPLACED, 1)
    pair = Counter(tuple(name for name in order if name in ("near", "south"))
                   for order in counts["geoip"].elements())
    assert_chances(pair, one_by_one({"near": 100, "south": 3000}),
                   limit(COINS))


def test_a_pool_without_weights_stays_so(site):
    counts = orders(site, PLACED, 1, "location=lab")
    assert_chances(counts["location"], one_by_one({"here": 1, "there": 1}),
                   limit(COINS))


def test_no_pool_comes_before_another_for_its_distance(site):
    """A mirror next door stays behind those of the client's country."""
    pools = [{name: pool for pool in HOSTS for name in HOSTS[pool]}[host]
             for host in site.text("near", ip=PLACED, at="/km1").hosts]
    assert pools == ["geoip"] * 4 + ["continent"] * 3 + ["location"] * 2
