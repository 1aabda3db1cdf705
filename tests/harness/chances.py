# SPDX-License-Identifier: Apache-2.0
"""Counts of what is up to chance, and how far they may be from exact chances.

By Chernoff's bound the share f of an order with chance p is off by so much or
more, in one direction, with a probability of at most exp(-n KL(f, p)), KL being
the relative entropy of two coins.  Summed over both directions and all orders
that a file of tests looks at, this bounds its false alarms.
"""

import itertools
import math

FALSE_ALARM = 1e-9


def limit(coins):
    """How large n KL(f, p) may be for one of so many coins, if all of them
    together raise a false alarm once in 10^9 runs at most."""
    return math.log(2 * coins / FALSE_ALARM)


def relative_entropy(f, p):
    """Of a coin that shows heads with frequency f to one with chance p."""
    return sum(a * math.log(a / b) for a, b in ((f, p), (1 - f, 1 - p)) if a)


def assert_chances(counts, chances, most):
    """counts: order -> times seen; chances: order -> exact chance; `most`:
    limit(coins)."""
    total = sum(counts.values())
    assert set(counts) <= set(chances)
    for order, chance in chances.items():
        distance = total * relative_entropy(counts[order] / total, chance)
        assert distance < most, (order, counts[order], total, chance)


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


def coin(chance):
    """The chances of True and False."""
    return {True: chance, False: 1 - chance}
