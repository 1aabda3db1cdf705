# SPDX-License-Identifier: Apache-2.0
"""Instructions of an answer, counted by callgrind without httpd."""

import re
import subprocess

from harness.httpd import BUILD

KINDS = ("mixed", "metalink", "netblock", "countries", "global", "unknown",
         "redirect")


def measure(data, table, size):
    lists = [data / f"requests-{kind}.txt" for kind in KINDS]
    output = data / "callgrind"
    for old in data.glob("callgrind*"):
        old.unlink()
    result = subprocess.run(
        ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
         f"--callgrind-out-file={output}", BUILD / "bench/answer_loop",
         data / "mirrorlist.cache", *lists], check=True, capture_output=True,
        text=True)
    costs = {}
    for number, (kind, line) in enumerate(
            zip(KINDS, result.stdout.splitlines()), 1):
        _, n, size_ = line.rsplit(" ", 2)
        dump = (data / f"callgrind.{number}").read_text()
        assert f"requests-{kind}.txt" in dump
        total = int(re.search(r"^totals: (\d+)", dump, re.M)[1])
        costs[kind] = total / int(n)
        table.note(f"{size}, kind {kind}: instructions a request",
                   f"{costs[kind]:,.0f} for {int(size_) // int(n):,} bytes")
    dearest = max(costs, key=costs.get)
    table.at_most(f"{size}: instructions of the dearest kind over the mean",
                  costs[dearest] / costs["mixed"], 5, dearest)
