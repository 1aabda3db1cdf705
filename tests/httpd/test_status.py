# SPDX-License-Identifier: Apache-2.0
"""The status page: who may ask how, what it counts, what it says of a file.

The form for people is read as XML here and shown by a real browser; that of
OpenMetrics has its own tests, and so has the age of a cache.
"""

import json
import os
import re
import shutil
import struct
import threading
import zlib

import pytest
from lxml import etree

from harness import browser, tools, world
from harness.httpd import Httpd, wait_for
from harness.mirrormanager import Rows
from httpd.status import CONFIG, TARGET, counted, counters, generation, status

LIST = f"/mirrorlist?repo=golden&arch=x86_64&ip={world.IP.DE}"
LINK = f"/metalink?repo=golden&arch=x86_64&ip={world.IP.DE}"
GOLDEN = {("clients", "EU"): 1, ("lists", "geoip"): 1}
GEO = "/mirrorlist?repo=geo&arch=x86_64"
POOLS = "/mirrorlist?repo=pools&arch=x86_64"
UNKNOWN = {("clients", "unknown"): 1}
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(scope="module")
def server(cache):
    config = CONFIG + """
        <VirtualHost *>
            ServerName localhost
        </VirtualHost>
        <VirtualHost *>
            ServerName bad.test
            MirrorlistCache /none
        </VirtualHost>"""
    with Httpd(config, cache=cache) as server:
        yield server


def page(server):
    """The HTML form, well-formed."""
    response = server.get(TARGET)
    assert response["Content-Type"] == "text/html; charset=utf-8"
    return etree.fromstring(response.body)


def words(element):
    return " ".join("".join(element.itertext()).split())


# Forms

@pytest.mark.parametrize("query, kind", [
    ("", "text/html; charset=utf-8"), ("?", "text/html; charset=utf-8"),
    ("?format=html", "text/html; charset=utf-8"),
    ("?x=1&format=json", "application/json"),
    ("?format=html&format=json", "application/json"),
    ("?format=openmetrics",
     "application/openmetrics-text; version=1.0.0; charset=utf-8")])
def test_a_form_has_its_type_and_is_never_kept(server, query, kind):
    response = server.get(TARGET + query)
    assert (response.status, response["Content-Type"]) == (200, kind)
    assert response["Cache-Control"] == "no-store"
    head = server.get(TARGET + query, method="HEAD")
    assert (head.status, head["Content-Type"]) == (200, kind)
    assert (head.body, head["Cache-Control"]) == (b"", "no-store")


@pytest.mark.parametrize("value", ["", "xml", "JSON", "json/", "<b>", "htm"])
def test_an_unknown_form_gets_the_choices(server, value):
    response = server.get(f"{TARGET}?format={value}")
    assert response.status == 400
    assert response["Content-Type"].startswith("text/plain")
    assert response["Cache-Control"] == "no-store"
    line, = response.lines
    assert re.findall(r"html|json|openmetrics", line) == [
        "html", "json", "openmetrics"]
    assert "<" not in line


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_get_405(server, method):
    response = server.get(TARGET, method=method)
    assert response.status == 405
    assert {"GET", "HEAD"} <= set(response["Allow"].split(","))
    assert response["Cache-Control"] == "no-store"


# Counters

@pytest.mark.parametrize("target, method, moved", [
    (LIST, "GET", {("requests", "list"): 1, **GOLDEN}),
    (LIST, "HEAD", {("requests", "list"): 1, **GOLDEN}),
    (LINK, "GET", {("requests", "metalink"): 1, **GOLDEN}),
    (LIST + "&format=html", "GET", {("requests", "html"): 1, **GOLDEN}),
    (LIST + "&format=json", "GET", {("requests", "json"): 1, **GOLDEN}),
    (LIST + "&redirect", "GET", {("requests", "redirect"): 1, **GOLDEN}),
    (LIST + "&protocol=x", "GET",
     {("requests", "list"): 1, **GOLDEN, ("lists", "geoip"): 0,
      ("lists", "none"): 1}),
    ("/mirrorlist?repo=noweb&arch=x86_64&redirect", "GET",
     {("requests", "not_found"): 1, ("lists", "none"): 1, **UNKNOWN}),
    ("/mirrorlist", "GET", {("requests", "remark"): 1, **UNKNOWN}),
    ("/metalink?repo=off&arch=x86_64", "GET",
     {("requests", "remark"): 1, **UNKNOWN}),
    (LIST + "&%zz", "GET", {("requests", "bad_request"): 1, **UNKNOWN}),
    (LIST + "&ip=x", "GET", {("requests", "bad_request"): 1, **UNKNOWN}),
    ("/metalink?repo=x&arch=y", "GET",
     {("requests", "not_found"): 1, **UNKNOWN}),
    (LIST, "POST", {("requests", "method_not_allowed"): 1, **UNKNOWN}),
    ("/other", "GET", {}), (TARGET, "GET", {}),
    (TARGET + "?format=openmetrics", "GET", {})])
def test_each_request_counts_as_what_it_got(server, target, method, moved):
    def ask():
        body = server.get(target, method=method).body
        if method == "GET" and moved:
            lengths.append(len(body))

    lengths = []
    got = counted(server, ask)
    assert got.pop(("body_bytes", None), 0) == sum(lengths)
    assert got == {key: n for key, n in moved.items() if n}


def test_without_a_cache_it_is_unavailable(server):
    got = counted(server, lambda: server.get(LIST, {"Host": "bad.test"}))
    del got["body_bytes", None]
    assert got == {("requests", "unavailable"): 1, **UNKNOWN}


@pytest.mark.parametrize("target, pool", [
    (POOLS + "&location=lab", "location"),
    (POOLS + "&ip=77.3.1.9", "netblocks"),
    (POOLS + f"&ip={world.IP.DE6}", "asn"),
    (GEO + "&country=FR", "country"),
    (GEO + f"&ip={world.IP.DE}", "geoip"),
    (GEO + f"&ip={world.IP.AT}", "continent"),
    (GEO + f"&ip={world.IP.none}", "global"),
    ("/mirrorlist?repo=nobody&arch=x86_64", "none")])
def test_a_list_counts_for_its_first_pool(server, target, pool):
    got = counted(server, lambda: server.get(target))
    assert {key: n for key, n in got.items() if key[0] == "lists"} == {
        ("lists", pool): 1}


CONTINENTS = {"AF": ("ZA", "EG"), "AN": ("AQ", "TF"), "AS": ("JP", "CN"),
              "EU": ("DE", "FR"), "NA": ("US", "CA"), "OC": ("AU", "NZ"),
              "SA": ("BR", "CL")}


def test_a_client_counts_for_its_continent(tmp_path):
    """By the continents file, whichever countries it has."""
    rows = Rows()
    rows.topic("one").host("host")
    pairs = [(country, code) for code, countries in CONTINENTS.items()
             for country in countries] + [("A1", "--"), ("ZZ", "XX")]
    networks = {f"77.{n}.0.0/16": country
                for n, (country, _) in enumerate(pairs)}
    cache = tools.make_cache(tmp_path, rows.db, geoip=networks,
                             continents=pairs)
    with Httpd(CONFIG, cache=cache) as server:
        for number, (_, code) in enumerate(pairs):
            got = counted(server, lambda: server.get(
                f"/mirrorlist?repo=one&arch=x86_64&ip=77.{number}.0.1"))
            value = code if code in CONTINENTS else "other"
            assert got["clients", value] == 1
            assert [key for key in got if key[0] == "clients"] == [
                ("clients", value)]


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_no_request_is_lost_or_counted_twice(cache, mpm):
    """By many at once, over gracefuls; and nothing ever counts backwards."""
    def ask_often():
        for _ in range(200):
            asked.append(server.get(LIST).status)

    asked, seen = [], []
    with Httpd(CONFIG, cache=cache, mpm=mpm) as server:
        threads = [threading.Thread(target=ask_often) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in range(2):
            seen.append(counters(server))
            server.graceful()
        for thread in threads:
            thread.join()
        seen.append(counters(server))
        since = status(server)["since_timestamp_seconds"]
        server.graceful()
        seen.append(counters(server))
        assert status(server)["since_timestamp_seconds"] == since
    assert asked == [200] * 800
    assert seen[-1] == seen[-2]
    for key in (("requests", "list"), ("lists", "geoip"), ("clients", "EU")):
        assert seen[-1][key] == 800
    for earlier, later in zip(seen, seen[1:]):
        assert all(earlier[key] <= later[key] for key in earlier)


# Generations

def publish(source, file):
    temporary = file.with_suffix(".new")
    shutil.copy(source, temporary)
    os.rename(temporary, file)


def test_what_is_known_of_a_generation(cache):
    with Httpd(CONFIG, cache=cache) as server:
        about = generation(server)
        logged = re.search(
            r": (\d+) directories, (\d+) hosts, (\d+) repositories, "
            r"(\d+) bytes, made .*, loaded in (\d+) ms", server.error_log)
        names = "directories", "hosts", "repositories", "size_bytes"
        assert [about[name] for name in names] == [
            int(n) for n in logged.groups()[:4]]
        assert about["load_seconds"] * 1000 == pytest.approx(int(logged[5]))
        assert about["made_timestamp_seconds"] == world.CREATED
        made_again = status(server)["timestamp_seconds"] - about["age_seconds"]
        assert world.CREATED <= made_again < world.CREATED + 600
        assert about["loaded_timestamp_seconds"] > world.CREATED
        assert (about["file"], about["number"]) == (str(cache), 1)
        assert (about["max_age_seconds"], about["old"]) == (86400, True)
        assert about["skipped_rows"] == 4
        assert about["failure"] is about["failed_timestamp_seconds"] is None


def test_a_failed_load_matters_until_a_good_one(cache, tmp_path):
    file = tmp_path / "served.cache"
    publish(cache, file)
    limit = "MirrorlistMaxAge 3000000000\n"
    with Httpd(limit + CONFIG, cache=file) as server:
        assert generation(server)["state"] == "fresh"
        assert "fresh" in words(page(server))
        file.write_bytes(b"x")
        server.graceful()
        about = generation(server)
        reason = re.search("not loaded: (.*); still", server.error_log)[1]
        assert (about["state"], about["failing"]) == ("kept", True)
        assert about["failure"] == reason
        assert about["failed_timestamp_seconds"] > about[
            "loaded_timestamp_seconds"]
        assert f"{reason}. This generation is served" in words(page(server))

        publish(cache, file)
        server.graceful()
        mended = generation(server)
        assert (mended["state"], mended["failing"]) == ("fresh", False)
        assert (mended["failure"], mended["number"]) == (reason, 1)
        assert "this is over" in words(page(server))


def test_file_good_is_named(cache, tmp_path):
    file = tmp_path / "served.cache"
    shutil.copy(cache, tmp_path / "served.cache.good")
    with Httpd(CONFIG, cache=file) as server:
        assert generation(server)["from_good"]
        assert "FILE.good is served" in words(page(server))


def test_nothing_loaded(tmp_path):
    with Httpd(CONFIG, cache=tmp_path / "none") as server:
        about = generation(server)
        assert (about["state"], about["number"]) == ("none", None)
        assert about["hosts"] is about["age_seconds"] is None
        assert "answering 503" in words(page(server))


def test_nothing_configured():
    with Httpd(CONFIG) as server:
        assert status(server)["generations"] == []
        assert "no MirrorlistCache, answering 503" in words(page(server))


def test_each_file_is_shown_once(cache, tmp_path):
    config = CONFIG + "".join(f"""
        <VirtualHost *>
            ServerName {name}.test
            MirrorlistCache {file}
        </VirtualHost>""" for name, file in (
            ("a", cache), ("b", tmp_path / "b"), ("c", tmp_path / "b")))
    with Httpd(config, cache=cache) as server:
        assert [about["file"] for about in status(server)["generations"]] == [
            str(cache), str(tmp_path / "b")]
        server.graceful()
        assert len(status(server)["generations"]) == 2


HOSTILE = ["""<script>alert(1)</script>&amp;'"\\\\ %s%n --> é""",
           "\x01\x1b[31m", "\ufffe"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_name_is_only_text(name):
    written = name.replace('"', '\\"')
    with Httpd(f'MirrorlistCache "/{written}"\n' + CONFIG) as server:
        shown = generation(server)["file"]
        tree = page(server)
        assert tree.find(f".//{XHTML}script") is None
        assert shown in [heading.text for heading in tree.iter(XHTML + "h2")]
        if name == HOSTILE[0]:
            assert shown == "/" + name.replace("\\\\", "\\")
        else:
            assert shown.isprintable() and shown.isascii()


# The page

def test_nothing_comes_from_elsewhere(server):
    """No script, no reference but to the page itself."""
    tree = page(server)
    text = server.get(TARGET).text
    assert tree.tag == XHTML + "html"
    assert not list(tree.iter(XHTML + "script"))
    assert "url(" not in text and "@import" not in text
    assert [value for element in tree.iter()
            for name, value in element.attrib.items()
            if name in ("src", "href", "srcset", "action", "style")
            and not value.startswith("width:")] == [
                "data:,", "?format=json", "?format=openmetrics"]
    assert "default-src 'none'" in server.get(TARGET)["Content-Security-Policy"]


def test_the_page_shows_what_the_counters_say(server):
    server.get(LIST)
    numbers = counters(server)
    rows = {words(row[0]): [words(cell) for cell in row[2:]]
            for row in page(server).iter(XHTML + "tr")}
    assert len(rows) == len(numbers) - 1
    for title, key in (("text list", ("requests", "list")),
                       ("client's country", ("lists", "geoip")),
                       ("Europe", ("clients", "EU"))):
        assert rows[title][0] == f"{numbers[key]:,}"


def test_the_last_hour_is_drawn_from_samples(server):
    """The parent takes one about every ten seconds."""
    def bars(kind):
        path, = page(server).xpath(f"//*[@class='{kind}']")
        return re.findall(r"M\d+ 1000v(-?\d+)H", path.get("d"))

    def drawn():
        for _ in range(20):
            server.get(LIST)
            server.get("/mirrorlist?%zz")
        return all(any(int(up) < 0 for up in bars(kind))
                   for kind in ("all", "errors"))

    wait_for(drawn, "the chart has bars")
    assert all(-1000 <= int(up) <= 0 for up in bars("all"))
    rates = status(server)["requests_per_second"]
    assert rates["last_minute"] > 0 and rates["since_start"] > 0


# mod_status

def test_mod_status_has_a_block(cache):
    config = CONFIG + """
        <Location "/server-status">
            SetHandler server-status
        </Location>
        <VirtualHost *>
            ServerName localhost
        </VirtualHost>
        <VirtualHost *>
            ServerName bad.test
            MirrorlistCache "/<none>"
        </VirtualHost>"""
    with Httpd(config, cache=cache, modules=("status",)) as server:
        length = len(server.get(LIST).body)
        server.graceful()
        people = server.get("/server-status").text
        assert f"{cache}: generation 1, older than MirrorlistMaxAge" in people
        assert "/&lt;none&gt;: generation 0, no generation" in people
        assert "1 requests" in people
        machines = dict(line.split(": ", 1) for line in server.get(
            "/server-status?auto").lines if line.startswith("Mirrorlist"))
        del machines["MirrorlistReqPerSec"]
        assert machines == {
            "MirrorlistRequests": "1", "MirrorlistBytes": str(length),
            "MirrorlistCaches": "2", "MirrorlistCachesOld": "1",
            "MirrorlistCachesFailing": "1"}


# A real browser

SCHEMES = {"dark": (0, b"\x0f\x14\x1b"), "light": (1, b"\xf3\xf5\xf8")}


def screenshot(server, folder, scheme, width, height):
    """(size, colour of the first pixel, hosts that were asked)."""
    picture = folder / "page.png"
    _, hosts = browser.show(
        folder, f"http://127.0.0.1:{server.port}{TARGET}",
        f"--blink-settings=preferredColorScheme={SCHEMES[scheme][0]}",
        f"--window-size={width},{height}", f"--screenshot={picture}")
    png = picture.read_bytes()
    size = struct.unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += length + 12
    return size, zlib.decompress(data)[1:4], hosts


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [(390, 844), (1600, 1000)])
def test_a_browser_shows_it_and_asks_nobody_else(server, tmp_path, scheme,
                                                 size):
    shown, colour, hosts = screenshot(server, tmp_path, scheme, *size)
    assert shown == size
    assert colour == SCHEMES[scheme][1]
    assert hosts == {f"127.0.0.1:{server.port}"}
