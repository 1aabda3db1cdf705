# SPDX-License-Identifier: Apache-2.0
"""Requests a second, latency, processor time and memory: the module beside the
floor, in turns.
"""

import re
import subprocess
from pathlib import Path
from statistics import median

from bench.fronts import FRONTS, NO_FRONT, h2load
from bench.servers import THREADS, Floor, Module, floor_list

HERE = Path(__file__).resolve().parent
CONNECTIONS = {10: 0.85, 100: 0.90, 400: 0.90}  # at least, of the floor
AB_CONNECTIONS = (10, 100, 200, 400)
KINDS = ("netblock", "countries", "global", "unknown", "redirect")
MB = 1 << 20


class Wrk:
    """Several turns and their medians: requests a second, 99th percentile in
    ms, and the processor time of httpd for a request in microseconds, in its
    own programs and in the kernel."""

    def __init__(self, turns):
        self.rates, self.latencies, costs, errors = zip(*turns)
        self.rate = median(self.rates)
        self.latency = median(self.latencies)
        self.user, self.kernel = map(median, zip(*costs))
        self.cost = self.user + self.kernel
        self.errors = sum(errors)


def ratio(ours, theirs):
    """The median of the ratios of turns that follow each other: what slows the
    whole machine for a while disturbs it least."""
    return median(a / b for a, b in zip(ours, theirs))


def spent_on(server, before, n):
    """Microseconds a request since then, in programs and in the kernel."""
    return tuple((now - then) / n * 1e6 for now, then
                 in zip(server.processor_times(), before))


def wrk(server, requests, connections, seconds):
    before = server.processor_times()
    result = subprocess.run(
        ["wrk", "-t", "1", "-c", str(connections), "-d", str(seconds),
         "-s", HERE / "play.lua", *server.front.options, server.url, "--",
         requests], check=True, capture_output=True, text=True)
    n, rate, microseconds, errors = result.stdout.splitlines()[-1].split()
    return (float(rate), int(microseconds) / 1000,
            spent_on(server, before, int(n)), int(errors))


class Pair:
    """The module and the floor, running inside `with`."""

    def __init__(self, data, rounds, seconds, front=NO_FRONT):
        self.data = data
        self.rounds = rounds
        self.seconds = seconds
        self.module = Module(data / "mirrorlist.cache", front)
        self.floor = Floor(front)

    def __enter__(self):
        self.module.__enter__()
        try:
            self.floor.__enter__()
        except BaseException:
            self.module.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *what):
        self.floor.__exit__(*what)
        self.module.__exit__(*what)

    def in_turns(self, measure):
        """Lists of measure(server) for module and floor; who begins,
        alternates."""
        found = {self.module: [], self.floor: []}
        order = [self.module, self.floor]
        for _ in range(self.rounds):
            for server in order:
                found[server].append(measure(server))
            order.reverse()
        return found[self.module], found[self.floor]

    def lists(self, kind):
        """The list for each server, and the mean answer in bytes."""
        requests = self.data / f"requests-{kind}.txt"
        theirs = self.data / f"floor-{kind}.txt"
        size = floor_list(self.module, requests, theirs)
        n = len(requests.read_text().splitlines())
        return {self.module: requests, self.floor: theirs}, size // n

    def compare(self, kind, connections):
        lists, size = self.lists(kind)
        ours, theirs = self.in_turns(lambda server: wrk(
            server, lists[server], connections, self.seconds))
        return Wrk(ours), Wrk(theirs), size


def details(ours, theirs, mean):
    return (f"{ours.rate:.0f} of {theirs.rate:.0f}, processor time "
            f"{ours.user:.0f} + {ours.kernel:.0f} us of {theirs.user:.0f} + "
            f"{theirs.kernel:.0f}, answers of {mean} bytes")


def measure_throughput(pair, table, size):
    for connections, least in CONNECTIONS.items():
        ours, theirs, mean = pair.compare("mixed", connections)
        what = f"{size}, {connections} connections"
        table.at_least(f"{what}: requests/s beside the floor",
                       ratio(ours.rates, theirs.rates), least,
                       details(ours, theirs, mean))
        table.at_most(f"{what}: 99th percentile beside the floor",
                      ratio(ours.latencies, theirs.latencies), 1.3,
                      f"{ours.latency:.1f} ms of {theirs.latency:.1f} ms; "
                      f"worst {max(ours.latencies):.1f} ms of "
                      f"{max(theirs.latencies):.1f} ms")
        if ours.errors or theirs.errors:
            table.note(f"{what}: connections that httpd closed",
                       f"{ours.errors}, floor {theirs.errors}")


def measure_kinds(pair, table, size):
    for kind in KINDS:
        ours, theirs, mean = pair.compare(kind, 100)
        what = f"{size}, kind {kind}: requests/s beside the floor"
        share = ratio(ours.rates, theirs.rates)
        said = details(ours, theirs, mean)
        if kind == "global":
            table.at_least(what, share, 0.75, said)
        else:
            table.note(what, f"{share:.2f} ({said})")


def h2(server, requests, connections, seconds):
    before = server.processor_times()
    rate, failed = h2load(server.url, requests, connections, seconds)
    assert failed == 0, f"h2load: {failed} failed requests"
    return rate, 0, spent_on(server, before, rate * seconds), 0


def measure_fronts(data, rounds, seconds, table, size):
    """The floor's bytes are all the same, so that compressing them is easy:
    what counts behind mod_deflate is what it makes of the rate without it."""
    with Pair(data, rounds, seconds) as pair:
        lists, mean = pair.lists("mixed")
    for name, front in FRONTS.items():
        measure_one = h2 if name == "mod_http2" else wrk
        with Pair(data, rounds, seconds, front) as pair:
            theirs = dict(zip((pair.module, pair.floor), lists.values()))
            ours, floors = map(Wrk, pair.in_turns(lambda server: measure_one(
                server, theirs[server], 100, seconds)))
        table.note(f"{size}, behind {name}: requests/s beside the floor",
                   f"{ratio(ours.rates, floors.rates):.2f} "
                   f"({details(ours, floors, mean)})")


def ab(server, path, connections):
    """Worst answer in ms."""
    result = subprocess.run(
        ["ab", "-l", "-q", "-n", "5000", "-c", str(connections),
         f"http://127.0.0.1:{server.port}{path}"], check=True,
        capture_output=True, text=True)
    failed = int(re.search(r"Failed requests: +(\d+)", result.stdout)[1])
    assert failed == 0, f"ab: {failed} failed requests"
    return int(re.search(r"100% +(\d+)", result.stdout)[1])


def measure_ab(pair, table, size):
    lists, _ = pair.lists("metalink")
    paths = {server: file.read_text().split("\n", 1)[0]
             for server, file in lists.items()}
    for connections in AB_CONNECTIONS:
        ours, theirs = pair.in_turns(
            lambda server: ab(server, paths[server], connections))
        table.note(f"{size}, ab -n 5000 -c {connections}: slowest answer",
                   f"{median(ours):.0f} ms, floor {median(theirs):.0f} ms")


def note_memory(pair, table, size):
    """After all the load above, of both: each thread keeps what its largest
    answer took."""
    more = pair.module.memory() - pair.floor.memory()
    table.note(f"{size}: memory of all processes over the floor's, after the "
               "load", f"{more / MB:.0f} MB, with {THREADS} threads")
