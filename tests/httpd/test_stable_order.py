# SPDX-License-Identifier: Apache-2.0
"""MirrorlistStableOrder: one order for a network and a period, and chance as
ever over networks and over periods.

Chance is a function here: the tests over networks always see the same period,
whose seconds do not end, and repeat themselves.  Over such functions a right
module fails one of the tests of this file at most once in 10^9 (see
harness/chances.py).
"""

import itertools
import math
import shutil
from collections import Counter

import pytest

from harness import tools
from harness.answers import Answers
from harness.chances import assert_chances, coin, limit, one_by_one
from harness.httpd import Httpd
from harness.mirrormanager import Rows

DRAWS = 2000  # networks, or periods
AGES = 10 ** 9  # seconds of a period that no test sees the end of
POOLS = {"location": None, "geoip": "DE", "continent": "FR"}
BANDWIDTH = (100, 300, 600)
COINS = 3 * (3 * 6 + 3 + 2)  # of each row of draws: orders, repetitions, pairs
LIMIT = limit(COINS)
PLACES = [f"/ages/{km}" for km in (0, 500)]


def config():
    """Places whose clock stands in one period, and one a period."""
    yield "MirrorlistMinimum 99\n"
    for place, km in zip(PLACES, (0, 500)):
        yield (f'<Location "{place}">\nMirrorlistStableOrder {AGES}\n'
               f"MirrorlistNearest {km}\n</Location>\n")
    for number in range(DRAWS):  # seconds divided by so many: all different
        yield (f'<Location "/period{number}">\n'
               f"MirrorlistStableOrder {1000 + number}\n</Location>\n")


def rows(more=()):
    """Three hosts a pool; `more`: names of others that come before them."""
    rows = Rows()
    topic = rows.topic("stable")
    rows.details(topic.os, "a.iso", size=1, sha256="ab" * 32)
    for name in more:
        topic.host(name, "DE")
    for number, (pool, country) in enumerate(POOLS.items()):
        for bandwidth in BANDWIDTH:
            identity = 100 + 10 * number + bandwidth // 100
            topic.host(f"{pool}{bandwidth}", country or "JP", id=identity,
                       bandwidth=bandwidth, latitude=identity / 2 - 60,
                       longitude=bandwidth / 7,
                       location=None if country else "lab")
    return rows


def compiled(folder, **about):
    where = {"latitude": 50.0, "longitude": 8.0}
    german = {"country": {"iso_code": "DE"}, "location": where}
    return tools.make_cache(
        folder, rows(**about).db, geoip={"77.0.0.0/8": german,
                                         "2a01::/16": german},
        continents=[("DE", "EU"), ("FR", "EU")])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("stable")


@pytest.fixture(scope="module")
def site(folder):
    with Httpd("".join(config()), cache=compiled(folder)) as server:
        yield Answers(server)


def order(site, ip, at=PLACES[0]):
    """The hosts of three each of the pools, as one tuple a pool."""
    hosts = site.text("stable", "location=lab", ip=ip, at=at).hosts
    return tuple(tuple(int(host.removeprefix(pool)) for host in hosts
                       if host.startswith(pool)) for pool in POOLS)


def v4(number, host=1):
    return f"77.{number >> 8}.{number & 255}.{host}"


def v6(number, host=1):
    return f"2a01:0:{number:x}:{host:x}::{host:x}"


# --- over networks and periods ------------------------------------------------

ROWS = {"IPv4 /24": lambda site, n: order(site, v4(n)),
        "IPv6 /48": lambda site, n: order(site, v6(n)),
        "periods": lambda site, n: order(site, v4(7), f"/period{n}")}


@pytest.fixture(scope="module", params=ROWS)
def drawn(request, site):
    """The orders of one network a draw, or of one period."""
    return [ROWS[request.param](site, number) for number in range(DRAWS)]


def chances(pool):
    return one_by_one({bandwidth: 1 if pool == "location" else bandwidth
                       for bandwidth in BANDWIDTH})


@pytest.mark.parametrize("number, pool", enumerate(POOLS))
def test_orders_have_their_chances(drawn, number, pool):
    assert_chances(Counter(orders[number] for orders in drawn), chances(pool),
                   LIMIT)


@pytest.mark.parametrize("number, pool", enumerate(POOLS))
def test_the_next_one_is_independent(drawn, number, pool):
    """Neighbours, of which every second pair is taken."""
    same = Counter(one[number] == next_one[number]
                   for one, next_one in zip(drawn[::2], drawn[1::2]))
    chance = math.fsum(p * p for p in chances(pool).values())
    assert_chances(same, coin(chance), LIMIT)


@pytest.mark.parametrize("number, other", itertools.pairwise(range(3)))
def test_pools_are_independent(drawn, number, other):
    """The order of one says nothing of another's."""
    one, two = (chances(list(POOLS)[n]) for n in (number, other))
    same = Counter(orders[number] == orders[other] for orders in drawn)
    assert_chances(same, coin(math.fsum(one[key] * two[key] for key in one)),
                   LIMIT)


# --- within one ---------------------------------------------------------------

NETWORKS = range(40)


def orders(site, place=PLACES[0], host=1):
    return [order(site, address(number, host), place)
            for number in NETWORKS for address in (v4, v6)]


@pytest.mark.parametrize("place", PLACES)
def test_one_order_within_a_network(site, place):
    known = orders(site, place)
    assert all(orders(site, place, host) == known for host in (2, 77, 255))
    assert len(set(known)) > 20, "and many over networks"


def test_the_last_bits_of_a_network_count(site):
    """It is no larger than /24 and /48."""
    for address in v4, v6:
        assert len({order(site, address(number)) for number in range(8)}) > 1


def test_an_address_in_other_words_is_of_its_network(site):
    known = order(site, v4(9))
    assert order(site, f"[::ffff:{v4(9, 5)}]") == known
    assert order(site, f"64:ff9b::{v4(9, 6)}") == known
    assert order(site, f"{v4(9, 7)}:4711") == known


def test_one_order_in_every_directory_and_form(site):
    for number in NETWORKS:
        ip, at = v4(number), PLACES[0]
        hosts = site.text("stable", "location=lab", ip=ip, at=at).hosts
        assert site.text("pub/stable/os/repodata", "location=lab", ip=ip,
                         at=at).hosts == hosts
        assert site.metalink("stable", "location=lab", ip=ip, at=at).hosts \
            == hosts
        assert site.text("stable", "location=lab", "limit=2", ip=ip,
                         at=at).hosts == hosts[:2]
        redirect = site.get(f"{at}/mirrorlist?path=pub/stable/os/a.iso&redirect"
                            f"&location=lab&ip={ip}")
        assert redirect["Location"] == \
            f"https://{hosts[0]}.test/stable/os/a.iso"


def test_the_same_order_from_another_httpd_and_generation(site, folder,
                                                          tmp_path):
    """Another cache, in which others stand before these hosts; they meet each
    other as they did."""
    known = {place: orders(site, place) for place in PLACES}
    server = site.server
    before = shutil.copy(server.cache, tmp_path / "before.cache")
    with Httpd(server.config, cache=before, mpm="worker") as other:
        there = Answers(other)
        assert {place: orders(there, place) for place in PLACES} == known
        compiled(folder, more=[f"other{number}" for number in range(9)])
        shutil.copy(folder / tools.NAME, tmp_path / "after.cache")
        shutil.move(tmp_path / "after.cache", before)
        other.graceful()
        assert len(there.text("stable").hosts) == 18
        assert {place: orders(there, place) for place in PLACES} == known


def test_every_request_is_new_without_it(site):
    assert len({order(site, v4(1), "") for _ in range(99)}) > 1
