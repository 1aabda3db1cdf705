# SPDX-License-Identifier: Apache-2.0
"""What docs/operations.md tells an administrator to write, as it stands there.

Knows how MirrorManager's program for the statistics opens and splits them.
"""

import os
import re
import subprocess
import textwrap
from urllib.parse import quote, unquote, urljoin

import pytest

from harness import metalink4, tools
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


# A download redirector

PLAIN = ("libstdc++-14.rpm", "a b", "100%", "a%20b", "a&b", "x^git",
         "\u00fcml\u00e4ut.iso", "a#b", "a=b;c,d", "~a'b(c)!$*@:", '<a>"|`{}\\',
         "repo=x&redirect", "metalink", "a+b%2Bc")


@pytest.fixture(scope="module")
def redirector(tmp_path_factory):
    """server(flags) -> one that knows files of these names."""
    rows = Rows()
    topic = rows.topic("one", details=False)
    topic.host("de", "DE")
    for name in PLAIN:
        rows.details(topic.os, name, size=1, sha256="ab" * 32)
    folder = tmp_path_factory.mktemp("redirector")
    cache = tools.make_cache(folder, rows.db)

    def server(flags="[B,BNP,PT]"):
        return Httpd(configuration(cache, folder) + f"""
            <VirtualHost *>
                ServerName localhost
                {lines("A download redirector").replace("[B,BNP,PT]", flags)}
            </VirtualHost>""", handler=False, modules=("rewrite",))
    return server


def test_a_download_leads_to_the_file_of_that_name(redirector):
    with redirector() as server:
        for name in PLAIN:
            response = server.get(f"/download/pub/one/os/{quote(name)}")
            assert response.status == 302, name
            base, _, last = response["Location"].rpartition("/")
            assert (base, unquote(last)) == ("https://de.test/one/os", name)
            assert response["Digest"]


def test_a_name_may_be_spelled_in_several_ways(redirector):
    with redirector() as server:
        for spelled, name in (("libstdc++-14.rpm", "libstdc++-14.rpm"),
                              ("libstdc%2B%2B-14.rpm", "libstdc++-14.rpm"),
                              ("x^git", "x%5Egit"), ("%61%2B%62", "a+b")):
            for path in "pub/one/os/", "pub//one/./os/":
                response = server.get(f"/download/{path}{spelled}")
                assert response["Location"] == f"https://de.test/one/os/{name}"


def test_a_download_may_be_a_directory(redirector):
    with redirector() as server:
        for slash in "", "/":
            assert server.get("/download/pub/one/os" + slash)["Location"] == \
                "https://de.test/one/os/"
        assert server.get("/download/").status == 404
        assert server.get("/download/pub/none/a").status == 404


def test_a_download_names_its_metalink(redirector):
    """By an address beside the file, which leads to it."""
    with redirector() as server:
        for name in PLAIN:
            target = f"/download/pub/one/os/{quote(name)}"
            link = re.match("<([^>]+)>; rel=describedby",
                            server.get(target)["Link"])[1]
            response = server.get(urljoin(target, link))
            assert response["Content-Type"] == "application/metalink4+xml"
            base, _, last = metalink4.urls(response.body)[0].rpartition("/")
            assert (base, unquote(last)) == ("https://de.test/one/os", name)


@pytest.mark.parametrize("flags, name, found", [
    ("[B,PT]", "a b", "a+b"), ("[PT]", "a&b", "a"), ("[PT]", "a%20b", "a b")])
def test_why_each_flag_is_there(redirector, flags, name, found):
    with redirector(flags) as server:
        response = server.get(f"/download/pub/one/os/{quote(name)}")
        assert unquote(response["Location"]).endswith(f"/os/{found}")


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
