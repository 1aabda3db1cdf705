# SPDX-License-Identifier: Apache-2.0
"""Starts and graceful restarts: how long nobody is answered, how the first are
answered, what loading takes.
"""

import http.client
import itertools
import threading
import time
from statistics import median

from bench.load import MB
from bench.servers import Module

RESTARTS = 4  # a round


class Visitors:
    """Clients that open a connection for each request; they note when each
    was answered."""

    def __init__(self, server, path, n=4):
        self.server = server
        self.path = path
        self.answered = []
        self.failed = 0
        self.threads = [threading.Thread(target=self._visit)
                        for _ in range(n)]
        self.going = True

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *what):
        self.going = False
        for thread in self.threads:
            thread.join()

    def _visit(self):
        while self.going:
            try:
                self.server.get(self.path)
                self.answered.append(time.monotonic())
            except OSError:
                self.failed += 1

    def wait_for_more(self, n=50):
        seen = len(self.answered)
        while len(self.answered) < seen + n:
            time.sleep(0.01)

    def longest_pause(self):
        times = sorted(self.answered)
        return max(b - a for a, b in itertools.pairwise(times))


def stall(server, path):
    """The longest pause around a graceful restart."""
    with Visitors(server, path) as visitors:
        visitors.wait_for_more()
        server.renew()
        server.graceful()
        visitors.wait_for_more()
    assert not visitors.failed, f"{visitors.failed} visitors found no server"
    return visitors.longest_pause()


def measure_graceful(pair, table, size):
    """httpd looks once a second whether it has to act, so a pause is short or
    a second long by luck: what counts is the longest of many restarts."""
    lists, _ = pair.lists("redirect")
    paths = {server: file.read_text().split("\n", 1)[0]
             for server, file in lists.items()}
    ours, theirs = [], []
    for _ in range(RESTARTS):
        for found, more in zip((ours, theirs), pair.in_turns(
                lambda server: stall(server, paths[server]))):
            found += more
    what = f"{size}: longest pause of {len(ours)} graceful restarts"
    table.at_most(f"{what} beside the floor's", max(ours) / max(theirs), 1.2,
                  f"{max(ours):.3f} s of {max(theirs):.3f} s, medians "
                  f"{median(ours):.3f} s and {median(theirs):.3f} s")


def first_thousand(server, requests):
    """Milliseconds of each of the first answers after a graceful restart, on a
    connection that is kept."""
    server.renew()
    server.graceful()
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    found = []
    for line in requests.read_text().splitlines()[:1000]:
        started = time.monotonic()
        connection.request("GET", line)
        connection.getresponse().read()
        found.append((time.monotonic() - started) * 1000)
    connection.close()
    return sorted(found)


def measure_first(pair, table, size):
    """The day the caches are cold."""
    lists, _ = pair.lists("mixed")
    ours, theirs = pair.in_turns(
        lambda server: first_thousand(server, lists[server]))
    p99 = [[times[-10] for times in found] for found in (ours, theirs)]
    worst = [[times[-1] for times in found] for found in (ours, theirs)]
    table.note(f"{size}: first 1,000 requests after a graceful restart",
               f"99th percentile {median(p99[0]):.2f} ms of the floor's "
               f"{median(p99[1]):.2f} ms, worst {median(worst[0]):.2f} ms of "
               f"{median(worst[1]):.2f} ms")


def measure_start(data, rounds, table, size):
    """What a server with the cache needs more than one without."""
    cache = data / "mirrorlist.cache"
    times, extra = [], []
    for _ in range(rounds):
        with Module(cache) as server, Module() as bare:
            times += server.load_times()
            extra.append(server.memory() - bare.memory())
    file_size = cache.stat().st_size
    table.at_most(f"{size}: loading, ms a megabyte",
                  median(times) / (file_size / MB), 2,
                  ", ".join(map(str, times)) + " ms")
    table.at_most(f"{size}: memory of all processes beyond the cache, MB",
                  (median(extra) - file_size) / MB, 30,
                  f"{median(extra) / MB:.1f} MB with a cache of "
                  f"{file_size / MB:.1f} MB")
