# SPDX-License-Identifier: Apache-2.0
"""What docs/operations.md tells an administrator to write, as it stands there.

Knows how MirrorManager's program for the statistics opens and splits them.
"""

import os
import re
import subprocess
import textwrap

import pytest

from harness import tools
from harness.httpd import ROOT, Httpd, wait_for
from harness.mirrormanager import Rows
from harness.shipped import configuration

# What mm2_mirrorlist-statistics --offset N FILE counts, and how.
COUNT = """#!/usr/bin/python3
import collections, datetime, gzip, sys
offset, file = sys.argv[2:]
assert sys.argv[1] == "--offset"
day = datetime.date.today() - datetime.timedelta(days=int(offset))
counts = collections.Counter()
for line in gzip.open(file, "rt"):
    fields = line.split()
    if fields[3][:10] == day.isoformat():
        counts[fields[5][:2], fields[7].rstrip(";"), fields[9].rstrip(";")] += 1
for key, n in counts.items():
    print(*key, n)
"""


def lines(heading):
    """The indented lines below a heading."""
    text = (ROOT / "docs/operations.md").read_text()
    section = re.search(rf"^#+ {heading}\n(.*?)(?=^#)", text, re.M | re.S)[1]
    return textwrap.dedent("".join(
        re.findall(r"^    .*\n", section, re.M)))


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    rows = Rows()
    rows.topic("one").host("de", "DE")
    return tools.make_cache(tmp_path_factory.mktemp("operations"), rows.db,
                            geoip={"77.1.0.0/16": "DE", "2001:db8::/32": "DE"})


# Ports in X-Forwarded-For

@pytest.fixture(scope="module")
def behind_a_balancer(cache):
    trust = "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\n"
    with Httpd(f"""
            <VirtualHost *>
                ServerName plain.test
                {trust}
            </VirtualHost>
            <VirtualHost *>
                ServerName ports.test
                {trust}
                {lines("Ports in X-Forwarded-For")}
            </VirtualHost>""", cache=cache) as server:
        yield server


@pytest.mark.parametrize("forwarded", [
    "77.1.2.30:4711", "192.0.2.1, 77.1.2.30:4711",
    "192.0.2.1:1, 77.1.2.30:65535", "[2001:db8::1]:4711", "[2001:db8::1]"])
def test_ports_can_be_taken_away(behind_a_balancer, forwarded):
    for name, known in ("plain", False), ("ports", True):
        response = behind_a_balancer.get(
            "/mirrorlist?repo=one&arch=x86_64",
            {"Host": f"{name}.test", "X-Forwarded-For": forwarded})
        assert ("country = DE" in response.text) == known


@pytest.mark.parametrize("forwarded", [
    "77.1.2.30", "192.0.2.1,77.1.2.30", "2001:db8::1", "2001:db8::1:2",
    "::ffff:77.1.2.30"])
def test_addresses_without_a_port_stay(behind_a_balancer, forwarded):
    for name in ("plain", "ports"):
        response = behind_a_balancer.get(
            "/mirrorlist?repo=one&arch=x86_64",
            {"Host": f"{name}.test", "X-Forwarded-For": forwarded})
        assert "country = DE" in response.text


# Another address

@pytest.mark.parametrize("flag, status", [(" [PT]", 200), ("", 404)])
def test_another_address_is_rewritten(cache, tmp_path, flag, status):
    rewriting = lines("Another address, such as /debuglist")
    with Httpd(configuration(cache, tmp_path) + f"""
            <VirtualHost *>
                ServerName localhost
                {rewriting.replace(" [PT]", flag)}
            </VirtualHost>""", handler=False, modules=("rewrite",)) as server:
        asked = "?repo=one&arch=x86_64&ip=77.1.2.3"
        assert server.get("/debuglist" + asked).status == status
        if status == 200:
            assert server.get("/debuglist" + asked).body == server.get(
                "/mirrorlist" + asked).body


# Statistics

@pytest.fixture
def count(tmp_path):
    """The folder of the program that counts."""
    program = tmp_path / "bin" / "mm2_mirrorlist-statistics"
    program.parent.mkdir()
    program.write_text(COUNT)
    program.chmod(0o755)
    return program.parent


def test_statistics_are_compressed_and_counted(cache, tmp_path, count):
    """Of today here; there of yesterday, whose file is whole."""
    logs = tmp_path / "logs"
    logs.mkdir()
    with Httpd(configuration(cache, logs), handler=False) as server:
        for number in range(3):
            server.get(f"/metalink?repo=one&arch=x86_64&ip=77.1.0.{number}")
        server.get("/mirrorlist?repo=one&arch=source&ip=192.0.2.1")
        server.get("/mirrorlist?repo=one&arch=x86%20%3B64&ip=192.0.2.1")
        server.get("/mirrorlist?repo=one&arch=x86_64&ip=192.0.2.2")
        wait_for(lambda: [file for file in logs.iterdir()
                          if "192.0.2.2" in file.read_text()], "all is logged")
    commands = lines("Statistics").replace("/var/log/httpd", str(logs))
    for there, here in ("yesterday", "today"), ("--offset 1", "--offset 0"):
        assert there in commands
        commands = commands.replace(there, here)
    counted = subprocess.run(
        ["sh", "-e", "-c", commands], check=True, stdout=subprocess.PIPE,
        text=True, env=dict(os.environ, PATH=f"{count}:{os.environ['PATH']}"))
    assert counted.stdout.splitlines() == ["DE one x86_64 3",
                                           "N/ one x86_64 1"]
    assert [file.suffix for file in logs.iterdir()] == [".gz"]
