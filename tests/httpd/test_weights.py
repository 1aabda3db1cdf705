# SPDX-License-Identifier: Apache-2.0
"""The chances of the orders inside a pool.

Each test counts orders and bounds how far the counts may be from their exact
chances. By Chernoff's bound the share f of an order with chance p is off by
this much or more, in one direction, with a probability of at most
exp(-n KL(f, p)), KL being the relative entropy of two coins. Summed over both
directions and all orders looked at, a right module fails one of the tests of
this file at most once in 10^9 runs.
"""

import itertools
import math
from collections import Counter

import pytest

REQUESTS = 2000
FALSE_ALARM = 1e-9
COINS = 6 * 6 + 6 + 4  # coins of the tests here, for both MPMs doubled below
LIMIT = math.log(2 * 2 * COINS / FALSE_ALARM)
POOLS = ("location", "netblock", "asn", "country", "continent", "global")
UNIFORM = ("location", "netblock", "asn")
BANDWIDTH = (100, 300, 600)


def relative_entropy(f, p):
    """Of a coin that shows heads with frequency f to one with chance p."""
    return sum(a * math.log(a / b) for a, b in ((f, p), (1 - f, 1 - p)) if a)


def assert_chances(counts, chances):
    """counts: order -> times seen; chances: order -> exact chance."""
    total = sum(counts.values())
    assert set(counts) <= set(chances)
    for order, chance in chances.items():
        distance = total * relative_entropy(counts[order] / total, chance)
        assert distance < LIMIT, (order, counts[order], total, chance)


def one_by_one(weights):
    """The chances of all orders, drawing without replacement by weight."""
    chances = {}
    for order in itertools.permutations(weights):
        left, chance = sum(weights.values()), 1.0
        for name in order:
            chance *= weights[name] / left
            left -= weights[name]
        chances[order] = chance
    return chances


@pytest.fixture(scope="module")
def orders(site):
    """pool -> Counter of the orders of its three hosts."""
    counts = {pool: Counter() for pool in POOLS}
    for _ in range(REQUESTS):
        hosts = site.text("weights", "location=w", ip="77.1.70.9",
                          at="/minimum99").hosts
        for number, pool in enumerate(POOLS):
            three = hosts[3 * number:3 * number + 3]
            counts[pool][tuple(name.removeprefix(pool) for name in three)] += 1
    return counts


@pytest.mark.parametrize("pool", POOLS)
def test_the_order_inside_a_pool(orders, pool):
    """Random in pools 1 to 3, by bandwidth in the others."""
    assert_chances(orders[pool], one_by_one(
        {str(b): 1 if pool in UNIFORM else b for b in BANDWIDTH}))


def test_pools_are_independent(orders, site):
    """No order of a pool may follow from that of another."""
    same = 0
    for _ in range(REQUESTS):
        hosts = site.text("weights", "location=w", ip="77.1.70.9").hosts
        same += [h[-3:] for h in hosts[:3]] == [h[-3:] for h in hosts[3:6]]
    assert_chances(Counter({True: same, False: REQUESTS - same}),
                   {True: 1 / 6, False: 5 / 6})


def test_bandwidth_is_kept_within_its_bounds(site):
    """NULL, zero and negative weigh 1; the largest weight is 100 Gbit/s."""
    small, large = Counter(), Counter()
    for _ in range(REQUESTS):
        hosts = site.text("bandwidth", ip="77.1.0.9").hosts
        small[tuple(hosts[:3])] += 1
        large[tuple(hosts[3:])] += 1
    assert_chances(small, one_by_one(dict.fromkeys(("null", "zero", "minus"),
                                                   1)))
    assert_chances(large, one_by_one({"huge": 1, "most": 1}))
