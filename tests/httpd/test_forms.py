# SPDX-License-Identifier: Apache-2.0
"""Forms of an answer: which one a client gets, by `format` or by Accept, and
the whole bytes of some.

What stands in them is the model's to know (tests/model).
"""

import json
import re
import subprocess
import time
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from harness import metalink4
from harness.world import CREATED, IP

GOLDEN = Path(__file__).parents[1] / "golden"
NEAR = "77.1.64.9"
REPO = "repo=golden&arch=x86_64"
FILE = "path=pub/golden/os/golddata/repomd.xml"
TYPES = {"text": "text/plain", "metalink": "application/metalink+xml",
         "metalink4": "application/metalink4+xml", "json": "application/json"}
OLD, NEW = TYPES["metalink"], TYPES["metalink4"]
ENDPOINTS = ("mirrorlist", "metalink")


def kind(response):
    """The form that an answer has, by what it says and by what it is."""
    form, = (form for form, media_type in TYPES.items()
             if media_type == response["Content-Type"])
    assert response.body.startswith({
        "text": b"# ", "metalink": b"<?xml ", "metalink4": b"<?xml ",
        "json": b'{"version":1,'}[form])
    return form


def dated(body):
    """The same with words for what is now."""
    text = re.sub(r'"date":\d+', '"date":NOW', body.decode(), count=1)
    return re.sub(r"<published>[^<]*", "<published>NOW", text, count=1)


# --- bytes --------------------------------------------------------------------

@pytest.mark.parametrize("name, status, target", [
    ("metalink4.xml", 200, f"metalink?{FILE}&ip={NEAR}&format=metalink4"),
    ("metalink4-no-hosts.xml", 200, "metalink?repo=nobody&arch=x86_64"
     "&format=metalink4"),
    ("metalink.json", 200, f"metalink?{FILE}&ip={NEAR}&format=json"),
    ("mirrorlist.json", 200, "mirrorlist?path=pub/golden/os/a%26b.iso&limit=2"
     f"&ip={NEAR}&format=json"),
    ("error.json", 404, 'mirrorlist?repo="\\é&arch=x&format=json'),
])
def test_a_whole_answer(site, name, status, target):
    response = site.server.get("/" + target.encode().decode("latin-1"))
    assert response.status == status
    assert dated(response.body) == (GOLDEN / name).read_text()


def test_metalink_4_is_what_its_schema_describes(site):
    """And the schema would see what is wrong."""
    body = site.server.get(f"/metalink?{FILE}&ip={NEAR}&format=metalink4").body
    assert metalink4.refusal(body) is None
    for good, bad in ((b'priority="1"', b'priority="0"'), (b"file", b"File"),
                      (b'location="de"', b'location="DE"'),
                      (b"sha-256", b"sha256"), (b"<size>", b"<size>-"),
                      (b"</published>", b"</published><updated/>")):
        assert good in body and metalink4.refusal(body.replace(good, bad))


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_json_is_one_line_that_parsers_take(site, endpoint):
    body = site.server.get(f"/{endpoint}?{REPO}&format=json").body
    assert body.endswith(b"}\n") and body.count(b"\n") == 1
    document = json.loads(body)
    assert document["created"] == CREATED
    jq = subprocess.run(["jq", "-cj", "."], input=body, check=True,
                        capture_output=True).stdout
    assert jq == body[:-1]


def test_dates_are_now(site):
    before = int(time.time())
    target = f"/metalink?{REPO}&format="
    seconds = json.loads(site.server.get(target + "json").body)["date"]
    root = etree.fromstring(site.server.get(target + "metalink4").body)
    date = datetime.fromisoformat(
        root.findtext(f"{metalink4.NS}published").replace("Z", "+00:00"))
    assert before <= min(seconds, date.timestamp())
    assert max(seconds, date.timestamp()) <= time.time()


# --- by name ------------------------------------------------------------------

@pytest.mark.parametrize("form", TYPES)
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_a_form_by_its_name(site, form, endpoint):
    for spelled in form, form.upper(), f"%20{form}":
        response = site.server.get(f"/{endpoint}?{REPO}&format={spelled}",
                                   {"Accept": NEW})
        assert (response.status, kind(response)) == (200, form)
        assert response["Vary"] is None, "Accept does not matter"


@pytest.mark.parametrize("endpoint, form", zip(ENDPOINTS,
                                               ("text", "metalink")))
def test_without_a_name_the_path_decides(site, endpoint, form):
    for query in REPO, REPO + "&format", REPO + "&format=%20":
        assert kind(site.server.get(f"/{endpoint}?{query}")) == form


@pytest.mark.parametrize("name", ["xml", "metalink3", "text/plain", "json,text",
                                  "json;", "%00", "a" * 2049])
@pytest.mark.parametrize("endpoint, form", zip(ENDPOINTS,
                                               ("text", "metalink")))
def test_an_unknown_form_is_400_and_names_the_known(site, name, endpoint,
                                                    form):
    response = site.server.get(f"/{endpoint}?{REPO}&format={name}")
    assert (response.status, kind(response)) == (400, form)
    if len(name) < 20 and name != "%00":
        assert all(re.search(rf"\b{known}\b", response.text)
                   for known in [*TYPES, "html"])


@pytest.mark.parametrize("query, status", [
    ("repo=%01", 400), ("ip=none&path=pub/golden/os", 400), ("", 200),
    ("path=none", 404), ("repo=none&arch=x86_64", 404),
    ("repo=off&arch=x86_64", 200)])
def test_errors_have_the_form_that_was_asked_for(site, query, status):
    for form, written in zip(TYPES, ("text", "metalink", "text", "json")):
        response = site.server.get(f"/metalink?{query}&format={form}")
        assert response.status == status
        assert response["Content-Type"] == TYPES[written]
        assert response.body.startswith({
            "text": b"# ", "metalink": b"<?xml ",
            "json": b'{"version":1,"error":"'}[written])


# --- by Accept ----------------------------------------------------------------

@pytest.mark.parametrize("accept, form", [
    (NEW, "metalink4"), (NEW.upper(), "metalink4"),
    (f"{OLD},{NEW}", "metalink"),
    (f"{OLD};q=0.9, {NEW}", "metalink4"), (f"{NEW};q=0.9, {OLD}", "metalink"),
    (f"{NEW};q=0.001", "metalink4"), (f"{NEW};q=0", "metalink"),
    (f"{NEW};q=0.000,*/*", "metalink"), (f"{OLD};q=0,{NEW};q=0.1", "metalink4"),
    ("*/*", "metalink"), ("application/*;q=1, text/html", "metalink"),
    (f"{NEW};q=0.5, */*;q=0.9", "metalink4"), ("", "metalink"),
    (f"{NEW} ;\tQ=0.5 ,text/html", "metalink4"), (f"x{NEW}", "metalink"),
    (f"{NEW}x", "metalink"), (f'text/html;a=",{NEW}"', "metalink"),
    (f'{NEW};a="\\",q=0;";q=0.5', "metalink4")])
def test_metalink_4_for_those_who_name_it(site, accept, form):
    response = site.server.get("/metalink?" + REPO, {"Accept": accept})
    assert (kind(response), response["Vary"]) == (form, "Accept")
    assert kind(site.server.get("/mirrorlist?" + REPO,
                                {"Accept": accept})) == "text"


@pytest.mark.parametrize("q", ["2", "-1", "1.001", "0.1234", "x", "", '"1"',
                               "1e0", "0,5", "\u00bd"])
def test_a_weight_that_is_none_asks_for_nothing(site, q):
    """Nor does it take anything from another."""
    accept = f"{NEW};q={q}".encode().decode("latin-1")
    assert kind(site.server.get("/metalink?" + REPO,
                                {"Accept": accept})) == "metalink"
    assert kind(site.server.get("/metalink?" + REPO, {
        "Accept": accept.replace("4", "") + ", " + NEW})) == "metalink4"


def test_several_fields_are_one(site):
    fields = [("Accept", OLD + ";q=0.5"), ("Accept", NEW)]
    assert kind(site.server.get("/metalink?" + REPO, fields)) == "metalink4"


@pytest.mark.parametrize("element", [OLD + ";q=0.5", ";", '"', "\\", "a;a=\"",
                                     NEW + ";q=x"])
def test_as_long_a_field_as_httpd_takes(site, element):
    """8,190 bytes with the name."""
    long = (element + ",") * (8100 // len(element + ",") - 30)
    site.server.get("/metalink?" + REPO, {"Accept": long})
    response = site.server.get("/metalink?" + REPO,
                               {"Accept": NEW + "," + long})
    assert (response.status, kind(response)) == (200, "metalink4")
    too_long = site.server.get("/metalink?" + REPO, {"Accept": long * 2})
    assert too_long.status == 400


@pytest.mark.parametrize("query", [
    "", "path=none", "repo=off&arch=x86_64", "repo=%01", REPO + "&ip=x",
    "path=pub/golden/os/none", REPO + "&format="])
def test_metalink_varies_errors_included(site, query):
    for accept in {}, {"Accept": NEW}:
        assert site.server.get("/metalink?" + query, accept)["Vary"] == "Accept"
        assert site.server.get("/mirrorlist?" + query, accept)["Vary"] is None


# --- redirects ----------------------------------------------------------------

@pytest.mark.parametrize("target, status", [
    ("mirrorlist?", 302), ("mirrorlist?format=text&", 302),
    ("metalink?format=text&", 302), ("metalink?", 200),
    *((f"mirrorlist?format={form}&", 200) for form in list(TYPES)[1:])])
def test_which_forms_can_be_redirects(site, target, status):
    response = site.server.get(f"/{target}{FILE}&redirect&ip={IP.DE}")
    assert (response.status, response["Vary"]) == (
        status, "Accept" if target == "metalink?" else None)


# --- HEAD ---------------------------------------------------------------------

@pytest.mark.parametrize("query", [REPO + f"&ip={NEAR}", FILE + f"&ip={NEAR}",
                                   "path=none", "repo=%01", ""])
@pytest.mark.parametrize("form", ["", *TYPES, "xml"])
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_head_has_the_headers_of_get(site, query, form, endpoint):
    """The hosts of this answer have one order."""
    target = f"/{endpoint}?{query}&format={form}"
    get, head = (site.server.get(target, {"Accept": NEW}, method)
                 for method in ("GET", "HEAD"))
    assert head.body == b""
    kept = [[item for item in answer.headers if item[0] not in (
        "Date", "Connection")] for answer in (get, head)]
    assert (head.status, kept[1]) == (get.status, kept[0])
    assert head["Content-Length"] == str(len(get.body))


def test_head_of_a_redirect(site):
    target = f"/mirrorlist?{FILE}&redirect&ip={NEAR}"
    get, head = (site.server.get(target, method=method)
                 for method in ("GET", "HEAD"))
    for name in ("Location", "Link", "Digest"):
        values = [[value for other, value in answer.headers if other == name]
                  for answer in (get, head)]
        assert values[0] == values[1] != []
    assert (head.status, head.body) == (302, b"")
