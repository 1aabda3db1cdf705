# SPDX-License-Identifier: Apache-2.0
"""A build host, three proxies, a balancer: together.

MIRRORLIST_FLEET=full is the long form: every fault again and again, the rush
in its full size, and tables of what was counted at the end.
"""

import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

from fleet.balancer import Balancer
from fleet.buildhost import BuildHost
from fleet.proxy import Proxy

FULL = os.environ.get("MIRRORLIST_FLEET") == "full"
ROUNDS = 10 if FULL else 1  # of each fault
NAMES = ("proxy1", "proxy2", "proxy3")


class Fleet:
    """Running and well inside `with`."""

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.host = stack.enter_context(BuildHost())
            self.proxies = [stack.enter_context(Proxy(name)) for name in NAMES]
            self.mark = self.host.publish()  # what is served at first
            for proxy in self.proxies:
                proxy.pull(self.host.url)
            self.each(Proxy.start)
            self.balancer = stack.enter_context(Balancer(self.proxies))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *exception):
        self.stack.__exit__(*exception)

    def each(self, do, *arguments):
        """What `do(proxy, ...)` gives for each, all at once."""
        with ThreadPoolExecutor(len(self.proxies)) as pool:
            return list(pool.map(lambda proxy: do(proxy, *arguments),
                                 self.proxies))

    def generations(self):
        """What each proxy says: (number, whether its file is bad)."""
        return [proxy.generation() for proxy in self.proxies]
