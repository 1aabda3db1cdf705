# SPDX-License-Identifier: Apache-2.0
"""What an answer costs where noise cannot reach: instructions and misses of a
simulated cache of 32 kB before one of 1 MB, counted by callgrind; of
ml_answer() alone, and of all that httpd does for a request in its own process.
"""

import http.client
import re
import socket
import subprocess

from bench.servers import Floor, Module, floor_list
from harness.httpd import BUILD, wait_for

KINDS = ("mixed", "metalink", "netblock", "countries", "global", "unknown",
         "redirect")
CALLGRIND = ("valgrind", "-q", "--tool=callgrind", "--vgdb=no")
CACHES = ("--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64",
          "--LL=1048576,16,64")
CONNECTION = "ap_run_process_connection"
REQUESTS = 200  # of each kind to httpd


def counted(dump):
    """Callgrind's counts by their names; it leaves out zeros at the end."""
    text = dump.read_text()
    names = re.search(r"^events: (.*)", text, re.M)[1].split()
    numbers = re.search(r"^totals: (.*)", text, re.M)[1].split()
    return dict.fromkeys(names, 0) | dict(zip(names, map(int, numbers)))


class Counting:
    """A server that counts what it does between reading a request and having
    sent and logged its answer."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.mpm = "prefork"  # a function is a connection from end to end

    def start(self):
        self.counts = self.root / "counts"
        self.counts.mkdir()
        self.counts.chmod(0o777)  # httpd's user writes there
        super().start()

    def counts_so_far(self):
        """Instructions of each connection."""
        return [counted(dump)["Ir"] for dump in self.counts.glob("callgrind.*")
                if "totals:" in dump.read_text()]

    def _command(self, *arguments):
        command = super()._command(*arguments)
        if "-DFOREGROUND" not in arguments:
            return command
        return [*CALLGRIND, "--collect-atstart=no",
                f"--toggle-collect={CONNECTION}", f"--dump-after={CONNECTION}",
                f"--callgrind-out-file={self.counts}/callgrind", *command, "-X"]

    def _ready(self):
        """With -X nothing is logged when it is."""
        if self.process.poll() is not None:
            return "down"
        with socket.socket() as probe:
            return "up" if not probe.connect_ex(
                ("127.0.0.1", self.port)) else None


class CountingModule(Counting, Module):
    pass


class CountingFloor(Counting, Floor):
    pass


def of_httpd(server, requests):
    """Instructions a request."""
    lines = requests.read_text().splitlines()
    with server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for line in lines:
            connection.request("GET", line)
            connection.getresponse().read()
        others = len(server.counts_so_far())
        connection.close()
        wait_for(lambda: len(server.counts_so_far()) > others,
                 "the connection has been counted")
        server.kill()  # with -X it may not hear a signal to stop
        return sum(server.counts_so_far()) / len(lines)


def of_core(cache, lists, folder):
    """(counts, bytes) a request, of each list."""
    output = folder / "callgrind"
    for old in folder.glob("callgrind*"):
        old.unlink()
    result = subprocess.run(
        [*CALLGRIND, *CACHES, "--instr-atstart=no",
         f"--callgrind-out-file={output}", BUILD / "bench/answer_loop", cache,
         *lists], check=True, capture_output=True, text=True)
    for number, line in enumerate(result.stdout.splitlines(), 1):
        _, n, size = line.rsplit(" ", 2)
        counts = counted(folder / f"callgrind.{number}")
        yield ({name: count / int(n) for name, count in counts.items()},
               int(size) // int(n))


def first_of(requests):
    """A list of the first requests of a list: httpd is slow under callgrind."""
    file = requests.with_name(f"first-{requests.name}")
    file.write_text("".join(requests.read_text().splitlines(True)[:REQUESTS]))
    return file


def measure_core(counts, table, size):
    """Of the mixed list."""
    first = counts["D1mr"] + counts["D1mw"]
    second = counts["DLmr"] + counts["DLmw"]
    table.at_most(f"{size}: instructions of an answer", counts["Ir"], 20000)
    table.at_most(f"{size}: first-level misses of an answer", first, 400,
                  f"read {counts['D1mr']:.0f}, write {counts['D1mw']:.0f}")
    table.at_most(f"{size}: second-level misses of an answer", second, 25,
                  f"read {counts['DLmr']:.1f}, write {counts['DLmw']:.1f}")


def measure_side(data, requests, ours, core, table, size):
    """What httpd's side of the module adds to the floor."""
    theirs = data / "first-floor.txt"
    with Module(data / "mirrorlist.cache") as module:
        floor_list(module, requests, theirs)
    floor = of_httpd(CountingFloor(), theirs)
    table.note(f"{size}: instructions of httpd's side of the module",
               f"{ours - floor - core:,.0f} a request: all {ours:,.0f}, the "
               f"floor {floor:,.0f}, the answer {core:,.0f}")


def measure(data, table, size):
    cache = data / "mirrorlist.cache"
    lists = [data / f"requests-{kind}.txt" for kind in KINDS]
    first = first_of(lists[0])
    *cores, (short, _) = of_core(cache, [*lists, first], data)
    measure_core(cores[0][0], table, size)
    costs = {}
    for kind, requests, (counts, bytes_) in zip(
            KINDS, [first, *lists[1:]], cores):
        costs[kind] = of_httpd(CountingModule(cache), requests)
        table.note(f"{size}, kind {kind}: instructions a request",
                   f"{counts['Ir']:,.0f} for {bytes_:,} bytes; all of httpd's "
                   f"{costs[kind]:,.0f}")
    measure_side(data, first, costs["mixed"], short["Ir"], table, size)
    dearest = max(costs, key=costs.get)
    table.at_most(f"{size}: instructions of the dearest kind over the mean",
                  costs[dearest] / costs["mixed"], 4, dearest)
