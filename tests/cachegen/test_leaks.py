# SPDX-License-Identifier: Apache-2.0
"""valgrind finds no leak and no read of nothing in the tools."""

import subprocess

from harness import tools
from harness.httpd import BUILD
from harness.mirrormanager import Rows

VALGRIND = ("valgrind", "-q", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,possible")


def under_valgrind(tool, *arguments):
    return subprocess.run([*VALGRIND, BUILD / tool, *map(str, arguments)],
                          capture_output=True, text=True, timeout=300)


def test_the_tools_leak_nothing(tmp_path):
    rows = Rows()
    topic = rows.topic("t")
    topic.host("a", netblocks=["192.0.2.0/24", "nonsense"], allowed=["DE"],
               location="here", asn=64500, asn_clients=True)
    database = rows.db.sqlite(tmp_path / "rows.sqlite")
    cache = tmp_path / tools.NAME
    made = under_valgrind(
        "mirrorlist-cachegen", "--database", f"sqlite:{database}", "--output",
        cache, *tools.input_files(tmp_path, {"77.1.0.0/16": "DE"},
                                  [("192.0.2.0/24", 64500)], [("DE", "EU")]))
    assert made.returncode == 0, made.stderr
    for request in ("/metalink?repo=t&arch=x86_64&ip=192.0.2.1",
                    "/mirrorlist?repo=none&arch=x86_64", "/mirrorlist?%zz"):
        asked = under_valgrind("mirrorlist-query", "--cache", cache, request)
        assert asked.returncode == 0, asked.stderr
