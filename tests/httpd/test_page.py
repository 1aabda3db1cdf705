# SPDX-License-Identifier: Apache-2.0
"""format=html: a page that people read and that nobody can misuse.

Read as XML, which it is too, and as browsers read it. What it says in which
case stands in the unit tests; how it looks is for people to judge.
"""

import re

import pytest
from lxml import etree, html

from harness import tools, world
from harness.answers import Answers
from harness.httpd import Httpd
from harness.mirrormanager import Rows
from harness.world import IP

XHTML = "{http://www.w3.org/1999/xhtml}"
GOLDEN = "repo=golden&arch=x86_64&ip=77.1.64.9"
CONFIG = """
<Location "/noip">
    MirrorlistIpParameter Off
</Location>
<VirtualHost *>
    ServerName localhost
</VirtualHost>
<VirtualHost *>
    ServerName bad.test
    MirrorlistCache /none
</VirtualHost>
"""


@pytest.fixture(scope="module")
def server(cache):
    with Httpd(CONFIG, cache=cache) as server:
        yield server


def check(response):
    """What holds for every page; its tree."""
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Vary"] is None
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "script" not in policy and "http" not in policy
    tree = etree.fromstring(response.body)
    assert tree.tag == XHTML + "html"
    nothing_from_elsewhere(tree, response.text)
    same_elements(tree, html.document_fromstring(response.text))
    return tree


def nothing_from_elsewhere(tree, text):
    """No script, nothing that a browser would fetch or run by itself."""
    assert "url(" not in text and "@import" not in text
    for element in tree.iter():
        assert etree.QName(element).localname not in (
            "script", "img", "iframe", "object", "embed", "base", "video")
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("src", "srcset", "action", "formaction")
            if name == "href":
                assert re.match(r"[?#]|data:,$|(?i:https?|ftp|rsync)://",
                                value)


def same_elements(tree, parsed):
    """A browser's parser sees the elements that an XML parser sees."""
    names = lambda root: [  # noqa: E731
        etree.QName(element).localname.lower() for element in root.iter()
        if isinstance(element.tag, str)]
    assert names(tree) == names(parsed)


def page(server, target, status=200, headers=()):
    response = server.get(target, headers)
    assert response.status == status, response
    return check(response)


def words(element):
    return " ".join("".join(element.itertext()).split())


def rows(tree):
    """Of each mirror: its name, its URLs."""
    return [(words(row[0]), [link.get("href") for link in row[-1]])
            for row in tree.iterfind(f".//{XHTML}tbody/{XHTML}tr")
            if row.get("class") is None]


# Answers

@pytest.mark.parametrize("endpoint", ["mirrorlist", "metalink"])
def test_the_mirrors_are_those_of_the_list(server, endpoint):
    """In the same order, with the same URLs; the path decides which."""
    answers = Answers(server)
    expected = (answers.text if endpoint == "mirrorlist"
                else answers.metalink)("golden", ip="77.1.64.9").urls
    shown = rows(page(server, f"/{endpoint}?{GOLDEN}&format=html"))
    assert [url for _, urls in shown for url in urls] == expected
    assert [name for name, _ in shown] == ["net private", "here", "around",
                                           "far"]


def test_the_first_mirror_is_linked_first(server):
    tree = page(server, f"/mirrorlist?{GOLDEN}&format=html")
    links = [link.get("href") for link in tree.iter(XHTML + "a")
             if link.get("href").startswith("http")]
    assert links[:2] == ["http://net.test/golden/os/"] * 2


def test_a_file_has_its_hashes(server):
    tree = page(server, "/mirrorlist?format=html&path="
                "pub/golden/os/golddata/repomd.xml")
    codes = [words(code) for code in tree.iter(XHTML + "code")]
    assert {"3d" * 32, "4e" * 64, "sha256sum repomd.xml"} <= set(codes)


def test_a_redirect_is_none(server):
    page(server, f"/mirrorlist?{GOLDEN}&format=html&redirect")


def test_accept_changes_nothing(server):
    page(server, f"/metalink?{GOLDEN}&format=HTML",
         headers={"Accept": "application/metalink4+xml"})


def test_where_ip_does_not_count_nobody_is_asked_for_it(server):
    names = lambda tree: [  # noqa: E731
        field.get("name") for field in tree.iter(XHTML + "input")]
    target = f"/mirrorlist?{GOLDEN}&format=html"
    assert names(page(server, target)) == ["format", "repo", "arch",
                                           "country", "ip"]
    assert names(page(server, "/noip" + target)) == ["format", "repo", "arch",
                                                     "country"]


def test_the_map_shows_where_they_are(tmp_path):
    """The host's place, the middle of its country, the client's own."""
    rows = Rows()
    topic = rows.topic("map")
    topic.host("told", "DE", latitude=48.1, longitude=11.6)
    topic.host("untold", "FR")
    topic.host("nowhere", "")
    networks = {f"77.{number}.0.0/16": {
        "country": {"iso_code": country},
        "location": {"latitude": latitude, "longitude": longitude}}
        for number, country, latitude, longitude in (
            (1, "DE", 53.5, 10.0), (2, "FR", 46.8, 2.4))}
    cache = tools.make_cache(tmp_path, rows.db, geoip=networks,
                             continents=[("DE", "EU"), ("FR", "EU")])
    with Httpd(cache=cache) as server:
        tree = page(server, "/mirrorlist?repo=map&arch=x86_64&ip=77.1.0.1"
                    "&format=html")
    shown = {words(circle): (int(circle.get("cx")), int(circle.get("cy")))
             for circle in tree.iter("{*}circle")}
    # as ml_form_html_coast.py projects them
    assert shown == {"told, Germany": (530, 98), "untold, France": (505, 101),
                     "you": (524, 79)}
    assert "Not shown: 1," in words(tree.find(f".//{XHTML}figcaption"))
    far = {name: words(row[2]) for row in
           tree.iterfind(f".//{XHTML}tbody/{XHTML}tr")
           for name in [words(row[0])] if row.get("class") is None}
    assert far == {"told": "682 km", "untold": "961 km", "nowhere": ""}


# Errors

ERRORS = [
    ("", 200, "Which mirrors?"), ("repo=golden", 200, "Which mirrors?"),
    ("repo=off&arch=x86_64", 200, "Switched off"),
    ("repo=golden&arch=none", 404, "Not found"),
    ("repo=none&arch=none", 404, "Not found"),
    ("path=none", 404, "Not found"),
    ("repo=norepodata&arch=x86_64", 404, "Not found"),
    ("path=pub/golden/os", 404, "Not found"),
    (GOLDEN + "&ip=x", 400, "This cannot be read"),
    (GOLDEN + "&limit=x", 400, "This cannot be read"),
    (GOLDEN + "&x=%zz", 400, "This cannot be read"),
    (GOLDEN + "&x=%00", 400, "This cannot be read"),
    (GOLDEN + "&x=%ff", 400, "This cannot be read"),
    (GOLDEN + "&x=" + "a" * 2049, 400, "This cannot be read"),
    (GOLDEN + "&x" * 64, 400, "This cannot be read")]


@pytest.mark.parametrize("query, status, heading", ERRORS)
def test_an_error_is_a_page_with_the_same_status(server, query, status,
                                                 heading):
    """As that of the metalink, which says why in the same words."""
    tree = page(server, f"/metalink?format=html&{query}", status)
    assert words(tree.find(f".//{XHTML}h1")) == heading
    assert len(list(tree.iter(XHTML + "form"))) == 2
    document = server.get(f"/metalink?{query}")
    assert document.status == status
    sentence = tree.find(f".//{XHTML}p[@class='sentence']")
    if sentence is not None:
        comment = etree.fromstring(document.body).xpath("comment()")[0].text
        assert words(sentence) in comment


def test_an_unknown_form_is_no_page(server):
    response = server.get(f"/mirrorlist?{GOLDEN}&format=htm")
    assert (response.status, response["Content-Type"]) == (400, "text/plain")
    assert "html" in response.text


def test_without_a_cache_there_is_a_page(server):
    tree = page(server, f"/mirrorlist?{GOLDEN}&format=html", 503,
                {"Host": "bad.test"})
    assert words(tree.find(f".//{XHTML}h1")) == "No data at the moment"


@pytest.mark.parametrize("query, status, heading",
                         [(GOLDEN, 200, None), *ERRORS])
def test_head_has_the_headers_of_a_page(server, query, status, heading):
    target = f"/metalink?{query}&format=html"
    got, head = server.get(target), server.get(target, method="HEAD")
    assert head.status == got.status == status
    assert head.body == b""
    for name in ("Content-Type", "Content-Security-Policy",
                 "X-Content-Type-Options", "Cache-Control"):
        assert head[name] == got[name]
    assert int(got["Content-Length"]) == len(got.body)
    assert head["Content-Length"]


# Hostile texts

HOSTILE = """</title></style><script>alert(1)</script>&lt;'"\\ %s ]]> --> é"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Rows whose every text is hostile, served."""
    rows = Rows()
    topic = rows.topic("hostile")
    directory = topic.directory(HOSTILE.replace("/", "|"))
    rows.repository(HOSTILE, HOSTILE, directory)
    rows.redirect("from" + HOSTILE, HOSTILE)
    rows.details(directory, HOSTILE.replace("/", "|"), size=1,
                 sha256="ab" * 32)
    topic.host(HOSTILE, HOSTILE, location=HOSTILE, urls=[
        f"https://hostile.test/{HOSTILE}", "javascript://hostile.test/%0aa()",
        "data://hostile.test/,<script>alert(1)</script>"])
    cache = tools.make_cache(tmp_path_factory.mktemp("hostile"), rows.db,
                             geoip={"77.1.0.0/16": "DE"},
                             continents=[("DE", "EU")], time=world.CREATED)
    with Httpd(cache=cache) as server:
        yield server


def quoted(text):
    return "".join(f"%{byte:02x}" for byte in text.encode())


def test_hostile_rows_are_only_texts(hostile):
    """Names, codes, paths, URLs: each stands there as it is in the rows."""
    tree = page(hostile, f"/mirrorlist?repo={quoted('from' + HOSTILE)}&arch="
                f"{quoted(HOSTILE)}&location={quoted(HOSTILE)}&format=html")
    assert words(tree.find(f".//{XHTML}h1")) == f"{HOSTILE} {HOSTILE}"
    assert words(tree.find(f".//{XHTML}p[@class='path']")) == (
        f"from{HOSTILE} leads here. pub/hostile/{HOSTILE.replace('/', '|')}/")
    row, = (row for row in tree.iterfind(f".//{XHTML}tbody/{XHTML}tr")
            if row.get("class") is None)
    assert words(row[0]) == HOSTILE
    assert words(row[1]) == HOSTILE.upper().replace("É", "é")
    values = [field.get("value") for field in tree.iter(XHTML + "input")]
    assert values == ["html", "from" + HOSTILE, HOSTILE, "", ""]


def test_a_mirror_cannot_make_a_link_that_runs(hostile):
    tree = page(hostile, f"/metalink?path=pub/hostile/"
                f"{quoted(HOSTILE.replace('/', '|'))}/"
                f"{quoted(HOSTILE.replace('/', '|'))}&format=html")
    row, = (row for row in tree.iterfind(f".//{XHTML}tbody/{XHTML}tr")
            if row.get("class") is None)
    assert [etree.QName(url).localname for url in row[-1]] == [
        "a", "span", "span"]
    assert [words(url) for url in row[-1]] == ["https", "javascript", "data"]


@pytest.mark.parametrize("name", ["repo", "arch", "path", "country", "cc",
                                  "ip", "netblock", "protocol", "location",
                                  "exclude_country", "fallback", "limit",
                                  "ipv", "version", "unknown"])
def test_hostile_values_are_only_texts(server, name):
    """In a question that is answered, and in one that is refused."""
    for subject in (GOLDEN, "repo=none&arch=none"):
        for value in (quoted(HOSTILE), '"><script>', "%ef%bf%bd%e2%80%ae"):
            response = server.raw(
                f"GET /mirrorlist?{subject}&{name}={value}&format=html "
                f"HTTP/1.0\r\n\r\n".encode())
            check(response)


# Size

def test_a_page_of_300_mirrors_is_small(tmp_path):
    rows = Rows()
    topic = rows.topic("many")
    for number in range(300):
        name = f"mirror{number}.some-university.example"
        topic.host(name, "DE", [f"https://{name}/pub/linux/many",
                                f"http://{name}/pub/linux/many"])
    cache = tools.make_cache(tmp_path, rows.db, geoip={"77.1.0.0/16": "DE"},
                             continents=[("DE", "EU")])
    with Httpd(cache=cache) as server:
        target = f"/mirrorlist?repo=many&arch=x86_64&ip={IP.DE}&format=html"
        assert len(page(server, target).findall(f".//{XHTML}td")) == 4 * 300
        assert len(server.get(target).body) < 100_000
