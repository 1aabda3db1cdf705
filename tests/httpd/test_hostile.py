# SPDX-License-Identifier: Apache-2.0
"""Requests of those who mean harm, over a real socket.

MIRRORLIST_REQUESTS sets how many requests the memory test sends (20,000).
"""

import http.client
import os
import re

import pytest

from harness.answers import Metalink, check
from harness.world import IP

REQUESTS = int(os.environ.get("MIRRORLIST_REQUESTS", 20000))
NAMES = ("repo", "arch", "path", "country", "cc", "ip", "netblock", "protocol",
         "redirect", "time", "location", "version", "unknown")
ENDPOINTS = ("mirrorlist", "metalink")
MARKS = ("--", "-->", "]]>", "<!--", "&", "&amp;", "<", ">", '"', "'", "%27",
         "\\", "%0", "%", "%zz", "%00", "%0d%0aX-Evil:%20yes", "%0ahttp://e/",
         "%7f", "%c3", "%c3%28", "%ed%a0%80", "%f4%90%80%80", "%ef%bf%be",
         "%E2%80%AE", "é", "\xff", "../../etc/passwd", "|id", "$(id)", "`id`",
         "' OR 1=1", "%s%n", "{{7*7}}")


def get(site, target):
    """One answer, which is what every answer has to be."""
    response = site.server.raw(
        f"GET {target} HTTP/1.0\r\n\r\n".encode("latin-1"))
    check(response, target)
    assert response["X-Evil"] is None
    return response


def is_clean_list(response):
    """No line that a client cannot read, and none that the request made."""
    for line in response.body[:-1].split(b"\n") if response.body else ():
        assert len(line) <= 4095
        assert line.startswith((b"#", b"http")) and b"//e/" not in line[:12]


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("name", NAMES)
def test_every_mark_in_every_parameter(site, endpoint, name):
    for mark in MARKS:
        if " " in mark:
            mark = mark.replace(" ", "%20")
        query = f"repo=geo&arch=x86_64&ip={IP.DE}&{name}=a{mark}b"
        response = get(site, f"/{endpoint}?{query}")
        if endpoint == "mirrorlist" and response.status == 200:
            is_clean_list(response)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("byte", [*range(1, 32), 127])
def test_every_control_byte_is_refused(site, endpoint, byte):
    response = get(site, f"/{endpoint}?repo=geo&arch=x86_64&x=%{byte:02x}")
    assert response.status == 400


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("n, status", [(64, 404), (65, 400), (3500, 400)])
def test_as_many_parameters_as_a_line_holds(site, endpoint, n, status):
    query = "&".join(["repo=no", "arch=no"] + ["a"] * (n - 2))
    assert get(site, f"/{endpoint}?{query}").status == status


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_the_longest_request_line(site, endpoint):
    """What httpd lets through: 8,190 bytes."""
    head = f"/{endpoint}?repo=geo&arch=x86_64&x="
    room = 8190 - len("GET " + head + " HTTP/1.0")
    assert get(site, head + "a" * room).status == 400
    pieces = "&y=" + "a" * 2040
    assert get(site, head + pieces * 3).status == 200


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_as_many_countries_as_a_value_holds(site, endpoint):
    """2,048 bytes of codes, all spellings of them, and their repetition."""
    codes = [a + b for a in "DdEeFfRrUuSsZzxXyY" for b in "EeRrSsZzxX"]
    for wish in (",".join(codes * 4)[:2047], "global," * 292, "," * 2048,
                 "dE," * 682):
        response = get(site, f"/{endpoint}?repo=geo&arch=x86_64"
                             f"&country={wish}&ip={IP.US}")
        assert response.status == 200
        urls = re.findall(rb"https://[a-z0-9]+\.test", response.body)
        assert len(urls) == len(set(urls)), "a host is listed twice"


def test_2700_countries_are_one_parameter_too_long(site):
    assert get(site, "/mirrorlist?repo=geo&arch=x86_64&country="
               + ",".join(["de"] * 2700)).status == 400


def test_raw_bytes_above_ascii(site):
    for byte in range(0x80, 0x100):
        response = get(site, f"/metalink?path=pub/{chr(byte)}")
        assert response.status == 400, "not UTF-8"
        assert Metalink(response).comment


def children_kilobytes(server):
    """Memory of all children that is their own."""
    total = 0
    for pid in server.children():
        try:
            status = open(f"/proc/{pid}/status").read()
        except FileNotFoundError:
            continue
        total += int(re.search(r"RssAnon:\s+(\d+)", status)[1])
    return total


def test_memory_of_the_children_stays_flat(site):
    """The largest answers, the refusals and the listings again and again."""
    if site.server.preload:
        return  # a sanitizer keeps what was freed
    targets = [f"/metalink?repo=crowd&arch=x86_64&ip={IP.DE}",
               f"/mirrorlist?repo=crowd&arch=x86_64&country=global",
               "/metalink?repo=none&arch=none", "/mirrorlist?%zz",
               "/metalink?" + "&".join(["country=" + "de," * 600] * 2)]

    def ask(n):
        connection = http.client.HTTPConnection("127.0.0.1", site.server.port)
        for number in range(n):
            connection.request("GET", targets[number % len(targets)])
            connection.getresponse().read()
        connection.close()

    ask(REQUESTS // 4)
    before = children_kilobytes(site.server)
    ask(REQUESTS)
    assert children_kilobytes(site.server) < before + 4096
