# SPDX-License-Identifier: Apache-2.0
"""SetHandler mirrorlist-explain: the tool's explanations, and a page of them.

Knows which question is meant and how it may be asked; which words an
explanation has stands in tests/query. One order for a while leaves nothing to
chance, so that server and tool can be compared byte for byte.
"""

import re
from urllib.parse import quote

import pytest
from lxml import etree, html

from harness import tools
from harness.httpd import Httpd
from harness.mirrormanager import Rows
from httpd.status import CONFIG as STATUS
from httpd.status import counted
from query import explained
from query.explained import DE, FR, NEAR
from query.test_explain import REASONS

XHTML = "{http://www.w3.org/1999/xhtml}"
HANDLER = "    SetHandler mirrorlist-explain\n"
STABLE = 2000000000  # seconds: until 2033
CONFIG = STATUS + f"""
<Location "/explain">
{HANDLER}    MirrorlistStableOrder {STABLE}
</Location>
<Location "/explain/set">
    MirrorlistMinimum 1
    MirrorlistMaximum 3
    MirrorlistNearest 700
    MirrorlistSchemes https rsync
    MirrorlistIpParameter Off
    MirrorlistVersionParameter On
</Location>
<VirtualHost *>
    ServerName localhost
</VirtualHost>
<VirtualHost *>
    ServerName bad.test
    MirrorlistCache /none
</VirtualHost>
"""
SET = dict(minimum=1, maximum=3, nearest=700, schemes="https,rsync",
           ip_parameter="off", version_parameter="on")
WHY = f"repo=why&arch=x86_64&ip={DE}"


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return explained.make(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="module")
def server(cache):
    with Httpd(CONFIG, cache=cache) as server:
        yield server


def ask(server, query, status=200, at="/explain", **about):
    response = server.get(f"{at}?{query}", **about)
    assert response.status == status, response
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline';")
    assert response["Vary"] is response["ETag"] is None
    return response


def told(cache, target, *words, **options):
    """What the tool prints for the same question."""
    return explained.run(cache, target, *words, stable_order=STABLE, **options)


# --- the tool's words ---------------------------------------------------------

TARGETS = sorted({row[1] for row in REASONS} | {
    "/mirrorlist", "/metalink", "/metalink?repo=alias&arch=x86_64",
    "/metalink?repo=none&arch=none", "/mirrorlist?repo=off&arch=x86_64",
    "/mirrorlist?%zz", "/mirrorlist?a=%ff&path=x", "/metalink?path=pub/why/os",
    f"/mirrorlist?{WHY}&limit=0", f"/mirrorlist?{WHY}&ipv=5",
    f"/mirrorlist?&&{WHY}&&redirect=&time", "/metalink?ip=me",
    "/mirrorlist?" + "a&" * 64, "/mirrorlist?" + "a&" * 65,
    f"/mirrorlist?{WHY}&x=%3Cscript%3E&protocol=%22&location=%C3%A9",
    f"/metalink?repo=why&arch=x86_64&ip={NEAR}&country=us,de,global"})


def question(target, *more):
    """The same for the handler."""
    path, _, query = target.partition("?")
    return "&".join([query, "endpoint=" + path[1:], *more])


@pytest.mark.parametrize("target", TARGETS)
def test_the_tools_own_words(server, cache, target):
    for name, media_type, word in (
            ("json", "application/json", ["--json"]),
            ("text", "text/plain; charset=utf-8", [])):
        response = ask(server, question(target, "format=" + name))
        assert response["Content-Type"] == media_type
        assert response.text == told(cache, target, *word)


@pytest.mark.parametrize("host", ["german", "GERMAN2.Test", "nobody", "stale",
                                  "münchen \"<&>", "1", "onlythis"])
def test_of_one_host(server, cache, host):
    target = f"/mirrorlist?{WHY}"
    for name, word in ("json", ["--json"]), ("text", []):
        response = ask(server, question(
            target, f"host={quote(host)}", "format=" + name))
        assert response.text == told(cache, target, *word, host=host)


def test_settings_are_those_of_the_section(server, cache):
    for query in (WHY, f"repo=why&version=&arch=x86_64&ip={FR}&protocol=rsync"):
        target = f"/mirrorlist?{query}"
        assert ask(server, question(target, "format=text"),
                   at="/explain/set").text == told(cache, target, **SET)


# --- the question -------------------------------------------------------------

@pytest.mark.parametrize("query", [
    "format=text&host=german&{}&endpoint=mirrorlist",
    "{}&endpoint=mirrorlist&format=TEXT&host=german",
    "%65ndpoint=mirrorlist&{}&h%6fst=%67erman&f%6Frmat=t%65xt",
    "endpoint=&{}&format=json&format=text&endpoint=mirrorlist&host=x"
    "&host=german",
    "endpoint=%20mirrorlist%20&host=%20german%20&format=text%20&{}"])
def test_how_an_explanation_is_asked_for(server, cache, query):
    """Its parameters are no part of the question, wherever they stand."""
    assert ask(server, query.format(WHY)).text == \
        told(cache, f"/mirrorlist?{WHY}", host="german")


@pytest.mark.parametrize("query", ["", "&endpoint=", "&endpoint=metalink",
                                   "&endpoint=mirrorlist&endpoint"])
def test_the_metalink_is_meant_unless_it_is_told(server, cache, query):
    assert ask(server, f"{WHY}&format=text{query}").text == \
        told(cache, f"/metalink?{WHY}")


@pytest.mark.parametrize("host", ["", "host", "host=", "host=%20",
                                  "host=german&host="])
def test_nothing_is_no_host(server, cache, host):
    assert ask(server, f"{host}&{WHY}&format=text").text.endswith(
        told(cache, f"/metalink?{WHY}").partition("\n")[2])


def test_accept_changes_nothing(server):
    accept = {"Accept": "application/metalink4+xml, application/json"}
    assert ask(server, f"{WHY}&format=json", headers=accept).body == \
        ask(server, f"{WHY}&format=json").body
    assert ask(server, WHY, headers=accept)["Content-Type"] == \
        "text/html; charset=utf-8"


@pytest.mark.parametrize("more", ["", "/", "/mirrorlist", "/a/metalink"])
def test_the_path_below_means_nothing(server, more):
    assert ask(server, f"{WHY}&format=text", at="/explain" + more).body == \
        ask(server, f"{WHY}&format=text").body


# --- refusals -----------------------------------------------------------------

@pytest.mark.parametrize("query, line", [
    ("endpoint=metalinks",
     "endpoint=metalinks is neither metalink nor mirrorlist"),
    ("endpoint=METALINK",
     "endpoint=METALINK is neither metalink nor mirrorlist"),
    ("endpoint=%3Cb%3E", "endpoint=<b> is neither metalink nor mirrorlist"),
    ("format=xml", "format=xml is none of text, json and html"),
    ("format=metalink", "format=metalink is none of text, json and html"),
    ("host=%zz", "a percent sign in the query is not followed by two "
                 "hexadecimal digits"),
    ("host=%ff", "the query holds a control byte or is not UTF-8"),
    ("host=%0a", "the query holds a control byte or is not UTF-8"),
    ("host=" + "a" * 2049, "a name or a value in the query is longer than 2048 "
                           "bytes"),
    ("host=a&" * 65, "the query has more than 64 parameters"),
    ("endpoint=x&format=x&host=%ff", "the query holds a control byte or is not "
                                     "UTF-8")])
def test_what_is_no_way_to_explain(server, query, line):
    for form in "", "format=json&":
        response = ask(server, f"{form}{WHY}&{query}", 400)
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response.text == f"# error: {line}\n"


def test_without_a_cache(server):
    for query in "", WHY, WHY + "&format=json", "endpoint=x":
        response = ask(server, query, 503, headers={"Host": "bad.test"})
        assert response["Retry-After"] == "60"
        assert response.text == ("# error: no mirrorlist cache is loaded, try "
                                 "again later\n")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS",
                                    "PROPFIND", "BREW"])
def test_it_is_read_alone(server, method):
    response = server.get(f"/explain?{WHY}", method=method)
    assert response.status == 405
    assert set(response["Allow"].split(",")) - {"TRACE"} == {"GET", "HEAD"}


@pytest.mark.parametrize("query, status", [
    (WHY, 200), (WHY + "&format=text", 200), (WHY + "&format=json", 200),
    ("%zz&format=json", 200), ("endpoint=x", 400)])
def test_head_has_the_headers_of_get(server, query, status):
    got, head = ask(server, query, status), ask(server, query, status,
                                                method="HEAD")
    assert head.body == b""
    assert int(got["Content-Length"]) == len(got.body)
    assert head["Content-Length"] == got["Content-Length"]
    assert head["Content-Type"] == got["Content-Type"]


def test_it_is_whole(server):
    response = server.get(f"/explain?{WHY}", {"Range": "bytes=0-9"})
    assert response.status == 200 and len(response.body) > 1000


# --- what it is not -----------------------------------------------------------

def test_nothing_is_counted_and_no_fact_noted(server, cache):
    assert counted(server, lambda: ask(server, WHY)) == {}
    config = CONFIG + "".join(
        f'Header always set X-{name} "%{{MIRRORLIST_{name}}}e"\n'
        for name in ("LOG", "REPO", "CLIENT", "FOUND"))
    with Httpd(config, cache=cache) as noting:
        response = ask(noting, WHY)
        assert {response[f"X-{name}"] for name in
                ("LOG", "REPO", "CLIENT", "FOUND")} == {"(null)"}


def test_the_other_handlers_do_not_answer_for_it(server):
    assert server.get(f"/mirrorlist-explain?{WHY}").status == 404
    assert server.get(f"/mirrorlist?{WHY}&host=german").text.startswith(
        "# repo = why arch = x86_64 ")


# --- the page -----------------------------------------------------------------

def words(element):
    return " ".join("".join(element.itertext()).split())


def check(response):
    """What holds for every page; its tree."""
    assert response["Content-Type"] == "text/html; charset=utf-8"
    tree = etree.fromstring(response.body)
    for element in tree.iter():
        assert etree.QName(element).localname not in (
            "script", "img", "iframe", "object", "embed", "base")
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("src", "action", "formaction")
            if name == "href":
                assert re.match(r"\?|data:,$|(?:https?|ftp|rsync)://", value)
    seen = [etree.QName(element).localname for element in tree.iter()]
    parsed = html.document_fromstring(response.text)
    assert seen == [element.tag for element in parsed.iter()]
    return tree


def page(server, query, **about):
    return check(ask(server, query, **about))


def heading(tree):
    only, = tree.iter(XHTML + "h1")
    return words(only)


def rows(tree):
    """(pool or reason, mirror, last cell) in the page's order."""
    group = None
    for row in tree.iterfind(f".//{XHTML}tbody/{XHTML}tr"):
        if row.get("class") == "pool":
            group = words(row)
        else:
            yield group, words(row[0]), words(row[-1])


LIST = WHY + "&endpoint=mirrorlist"


@pytest.mark.parametrize("host, sentence", [
    ("german2", r"german2 is listed: number \d of 4"),
    ("GERMAN2.TEST", r"german2 is listed: number \d of 4"),
    ("rsync", "rsync is not listed — protocol: without protocol= a list shows "
              "https, http and ftp only"),
    ("stale", "stale is not listed — not up to date in this directory"),
    ("nouser", "nouser is not listed — inactive: host.user_active is off"),
    ("onlythis", r"onlythis is not listed — does not have this category "
                 r"\(why\)"),
    ("nobody", "There is no mirror nobody")])
def test_the_page_answers_first(server, host, sentence):
    tree = page(server, f"{LIST}&host={host}")
    assert re.fullmatch(sentence, heading(tree))
    first = next(element for element in tree.find(XHTML + "body").iter()
                 if etree.QName(element).localname in ("p", "td", "dd", "h1"))
    assert first.tag == XHTML + "h1"


def test_then_the_pools_and_everybody_else(server, cache):
    """The same mirrors as the tool names, in the same order."""
    document = explained.explain(cache, f"/mirrorlist?{LIST}",
                                 stable_order=STABLE)
    found = list(rows(page(server, LIST)))
    pools = [host for pool in document["pools"] for host in pool["hosts"]]
    assert [row[1] for row in found[:len(pools)]] == \
        [host["name"] for host in pools]
    left = {host["name"]: host for host in document["left_out"]}
    assert {row[1].split()[0]: row[2] for row in found[len(pools):]} == {
        name: host["text"] for name, host in left.items()}
    for group, name, _ in found[len(pools):]:
        reason = left[name.split()[0]]["reason"]
        assert group.startswith(reason.replace("_", " "))


def test_each_pool_is_there_with_its_sentence(server, cache):
    document = explained.explain(cache, f"/mirrorlist?{LIST}")
    headings = [words(row) for row in page(server, LIST).iterfind(
        f".//{XHTML}tr[@class='pool']")]
    for pool, found in zip(document["pools"], headings):
        before = "" if pool["looked_at"] else "not looked at, "
        assert found.endswith(f" {pool['name']} {before}{pool['text']}")


def test_a_mirror_leads_to_its_own_explanation(server):
    tree = page(server, f"{LIST}&x=%26&format=html")
    link, = (link.get("href") for link in tree.iter(XHTML + "a")
             if words(link) == "german2")
    assert link == f"?{WHY}&x=%26&endpoint=mirrorlist&host=german2"
    assert heading(page(server, link[1:])).startswith("german2 is listed")
    forms = [link.get("href") for link in tree.iter(XHTML + "a")
             if words(link) in ("json", "text")]
    assert forms == [f"?{WHY}&x=%26&endpoint=mirrorlist&host=&format={name}"
                     for name in ("text", "json")]


def test_netblocks_that_cannot_be_used(server):
    tree = page(server, f"{LIST}&host=german")
    assert [words(p) for p in tree.iterfind(f".//{XHTML}p[@class='bad']")] == [
        "host_netblock 3: a name (looked up only with --resolve): "
        '"nonsense"']


@pytest.mark.parametrize("query, first, sentence", [
    ("", "Why is a mirror listed, or not?", "Ask about a repository"),
    ("host=german", "Why is a mirror listed, or not?", "Ask about a"),
    ("repo=none&arch=none", "Refused with status 404",
     "repo = none arch = none error: invalid repo or arch"),
    ("repo=off&arch=x86_64", "Refused with status 200", "repo disabled"),
    ("a=%zz&host=german", "Refused with status 400",
     "a percent sign in the query"),
    (WHY + "&limit=x", "Refused with status 400", "limit=x is not a number")])
def test_a_refused_question_has_a_page_too(server, query, first, sentence):
    tree = page(server, query)
    assert heading(tree) == first
    assert any(sentence in words(p) for p in tree.iter(XHTML + "p"))
    assert list(tree.iter(XHTML + "form"))


def test_where_ip_does_not_count_nobody_is_asked_for_it(server):
    names = lambda at: [  # noqa: E731
        field.get("name") for field in page(server, WHY, at=at).iter(
            XHTML + "input", XHTML + "select")]
    assert names("/explain") == ["host", "repo", "arch", "ip", "country",
                                 "endpoint"]
    assert names("/explain/set") == ["host", "repo", "arch", "country",
                                     "endpoint"]


HOSTILE = """</title></style><script>alert(1)</script>&lt;'"\\ %s ]]> --> é"""
NAMES = ["repo", "arch", "path", "country", "ip", "netblock", "protocol",
         "location", "exclude_country", "fallback", "limit", "ipv", "host",
         "version", "unknown", "%3cb%3e"]


@pytest.mark.parametrize("name", NAMES)
def test_hostile_values_are_only_texts(server, name):
    """In a question that is answered, and in one that is refused."""
    for subject in (WHY, "repo=none&arch=none"):
        for value in (quote(HOSTILE), '"><script>', "%ef%bf%bd%e2%80%ae",
                      "%ff", "\xff\xfe<b>"):
            response = server.raw(
                f"GET /explain?{subject}&{name}={value} HTTP/1.0\r\n\r\n"
                .encode("latin-1"))
            if response.status == 200:
                check(response)
            else:
                assert response.status == 400
                assert response["Content-Type"].startswith("text/")


def test_hostile_rows_are_only_texts(tmp_path):
    rows_ = Rows()
    topic = rows_.topic("hostile")
    rows_.redirect(HOSTILE, "hostile")
    topic.host(HOSTILE, HOSTILE, location=HOSTILE, allowed=[HOSTILE], urls=[
        f"https://hostile.test/{HOSTILE}", "javascript://hostile.test/%0aa()"],
        netblocks=[HOSTILE, "127.0.0.0/33"])
    rows_.db.tables["category"][-1]["name"] = HOSTILE
    cache = tools.make_cache(tmp_path, rows_.db, geoip={"77.1.0.0/16": "DE"})
    with Httpd(CONFIG, cache=cache) as server:
        for more in "", f"&host={quote(HOSTILE)}", f"&location={quote(HOSTILE)}":
            tree = page(server, f"repo={quote(HOSTILE)}&arch=x86_64{more}")
            assert any(words(link).endswith(HOSTILE)
                       for link in tree.iter(XHTML + "a"))


def test_a_page_of_300_mirrors_is_small(tmp_path):
    rows_ = Rows()
    topic = rows_.topic("many")
    for number in range(300):
        name = f"mirror{number}.some-university.example"
        topic.host(name, "DE", [f"https://{name}/pub/linux/many"])
    cache = tools.make_cache(tmp_path, rows_.db, geoip={"77.1.0.0/16": "DE"})
    with Httpd(CONFIG, cache=cache) as server:
        query = f"repo=many&arch=x86_64&ip={DE}"
        assert len(list(rows(page(server, query)))) == 300
        assert len(ask(server, query).body) < 150_000
