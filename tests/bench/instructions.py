# SPDX-License-Identifier: Apache-2.0
"""Instructions of an answer, counted by callgrind: of ml_answer() alone, and
of all that httpd does for a request in its own process.
"""

import http.client
import re
import socket
import subprocess

from bench.servers import Module
from harness.httpd import BUILD

KINDS = ("mixed", "metalink", "netblock", "countries", "global", "unknown",
         "redirect")
CALLGRIND = ("valgrind", "-q", "--tool=callgrind", "--vgdb=no")
REQUESTS = 200  # of each kind to httpd


def total(dump):
    return int(re.search(r"^totals: (\d+)", dump.read_text(), re.M)[1])


class Counted(Module):
    """A server that counts what it does between reading a request and having
    sent and logged its answer."""

    def __init__(self, cache):
        super().__init__(cache)
        self.mpm = "worker"  # event crashes at the end of -X

    def start(self):
        super().start()
        self.counts = self.root / "callgrind"
        self.counts.chmod(0o666)  # it is written at the end, by httpd's user

    def _command(self, *arguments):
        command = super()._command(*arguments)
        if "-DFOREGROUND" not in arguments:
            return command
        return [*CALLGRIND, "--collect-atstart=no",
                "--toggle-collect=ap_run_process_connection",
                f"--callgrind-out-file={self.root}/callgrind", *command, "-X"]

    def _ready(self):
        """With -X nothing is logged when it is."""
        if self.process.poll() is not None:
            return "down"
        with socket.socket() as probe:
            return "up" if not probe.connect_ex(
                ("127.0.0.1", self.port)) else None


def of_httpd(cache, requests):
    """Instructions a request."""
    lines = requests.read_text().splitlines()[:REQUESTS]
    with Counted(cache) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for line in lines:
            connection.request("GET", line)
            connection.getresponse().read()
        connection.close()
        server.stop()
        return total(server.counts) / len(lines)


def of_core(cache, lists, folder):
    """(instructions, bytes) a request, of each list."""
    output = folder / "callgrind"
    for old in folder.glob("callgrind*"):
        old.unlink()
    result = subprocess.run(
        [*CALLGRIND, "--instr-atstart=no", f"--callgrind-out-file={output}",
         BUILD / "bench/answer_loop", cache, *lists], check=True,
        capture_output=True, text=True)
    for number, line in enumerate(result.stdout.splitlines(), 1):
        _, n, size = line.rsplit(" ", 2)
        yield (total(folder / f"callgrind.{number}") / int(n),
               int(size) // int(n))


def measure(data, table, size):
    cache = data / "mirrorlist.cache"
    lists = [data / f"requests-{kind}.txt" for kind in KINDS]
    costs = {}
    for kind, requests, (core, bytes_) in zip(
            KINDS, lists, of_core(cache, lists, data)):
        costs[kind] = of_httpd(cache, requests)
        table.note(f"{size}, kind {kind}: instructions a request",
                   f"{core:,.0f} for {bytes_:,} bytes; all of httpd's "
                   f"{costs[kind]:,.0f}")
    dearest = max(costs, key=costs.get)
    table.at_most(f"{size}: instructions of the dearest kind over the mean",
                  costs[dearest] / costs["mixed"], 5, dearest)
