# SPDX-License-Identifier: Apache-2.0
"""MirrorlistStableOrder: who met whom first, in all answers of one world.

Knows what an order depends on, and that it lasts.  Knows nothing of periods:
the one that is asked in does not end.
"""

import itertools

UNIFORM = {b"location", b"netblocks", b"asn"}  # pools without weights


class Orders:
    """The orders of any two hosts that were seen."""

    def __init__(self):
        self.first = {}  # what it depends on, the two -> who came first

    def difference(self, expectation, settings):
        """None, or in words who met in another order than before."""
        if not settings.stable_order:
            return None
        for pool, hosts in expectation.met or ():
            key = chance(expectation.client, pool in UNIFORM, settings)
            known = (host for host in hosts if host is not None)
            for pair in itertools.combinations(known, 2):
                before = self.first.setdefault((*key, frozenset(pair)),
                                               pair[0])
                if before != pair[0]:
                    return f"{pair[0]} before {pair[1]} in {pool}, " \
                        f"and the other way before for {key}"
        return None


def chance(client, uniform, settings):
    """What decides an order: the network and, where they are in the weights,
    where the client is and what a kilometre counts."""
    width = {4: 24, 6: 48}[client.address.version]
    address = int(client.address) >> client.address.max_prefixlen - width
    near = settings.nearest and not uniform
    return (client.address.version, address, uniform,
            near and (settings.nearest, client.place))
