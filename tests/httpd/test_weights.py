# SPDX-License-Identifier: Apache-2.0
"""The chances of the orders inside a pool.

A right module fails one of the tests of this file at most once in 10^9 runs.
"""

from collections import Counter

import pytest

from harness.chances import assert_chances, coin, limit, one_by_one

REQUESTS = 2000
COINS = 6 * 6 + 6 + 4  # coins of the tests here, for both MPMs doubled below
LIMIT = limit(2 * COINS)
POOLS = ("location", "netblock", "asn", "country", "continent", "global")
UNIFORM = ("location", "netblock", "asn")
BANDWIDTH = (100, 300, 600)


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
        {str(b): 1 if pool in UNIFORM else b for b in BANDWIDTH}), LIMIT)


def test_pools_are_independent(orders, site):
    """No order of a pool may follow from that of another."""
    same = 0
    for _ in range(REQUESTS):
        hosts = site.text("weights", "location=w", ip="77.1.70.9").hosts
        same += [h[-3:] for h in hosts[:3]] == [h[-3:] for h in hosts[3:6]]
    assert_chances(Counter({True: same, False: REQUESTS - same}),
                   coin(1 / 6), LIMIT)


def test_bandwidth_is_kept_within_its_bounds(site):
    """NULL, zero and negative weigh 1; the largest weight is 100 Gbit/s."""
    small, large = Counter(), Counter()
    for _ in range(REQUESTS):
        hosts = site.text("bandwidth", ip="77.1.0.9").hosts
        small[tuple(hosts[:3])] += 1
        large[tuple(hosts[3:])] += 1
    assert_chances(small, one_by_one(dict.fromkeys(("null", "zero", "minus"),
                                                   1)), LIMIT)
    assert_chances(large, one_by_one({"huge": 1, "most": 1}), LIMIT)
