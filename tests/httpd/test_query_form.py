# SPDX-License-Identifier: Apache-2.0
"""The form of the query: how it splits and decodes, and what is refused whole.

Each limit is asked for with its last valid and its first invalid value.
"""

import pytest

from harness.answers import Metalink

GOOD = b"repo=nobody&arch=x86_64"
HEADER = "# repo = nobody arch = x86_64 country = global"

# Each of these does not harm a query.
VALID = {
    "empty pieces": b"&&&" + b"&" * 1000,
    "64 pieces": b"&".join(b"a" for _ in range(62)),
    "64 pieces and empty ones": b"&&".join(b"a" for _ in range(62)) + b"&&&",
    "a value of 2048 bytes": b"x=" + b"a" * 2048,
    "a value of 2048 decoded bytes": b"x=" + b"%61" * 2048,
    "a value of 2048 bytes in UTF-8": b"x=" + "é".encode() * 1024,
    "a name of 2048 bytes": b"a" * 2048 + b"=x",
    "a name of 2048 bytes alone": b"a" * 2048,
    "a first printable byte": b"x=%20",
    "a last printable byte": b"x=%7e%7E",
    "a name of nothing": b"=x",
    "UTF-8 of two bytes": b"x=%c2%80",
    "raw UTF-8": "x=é".encode(),
    "the last before the surrogates": b"x=%ed%9f%bf",
    "the first after the surrogates": b"x=%ee%80%80",
    "U+FFFD": b"x=%ef%bf%bd",
    "U+1FFFE": b"x=%f0%9f%bf%be",
    "U+10FFFF": b"x=%f4%8f%bf%bf",
    "an encoded percent": b"x=%25zz",
}

# Each of these makes 400 of a query that was good.
REFUSED = {
    "65 pieces": b"&".join(b"a" for _ in range(63)),
    "a value of 2049 bytes": b"x=" + b"a" * 2049,
    "a value of 2049 decoded bytes": b"x=" + b"%61" * 2049,
    "a value of 2049 bytes before trimming": b"x=" + b"%20" * 2049,
    "a name of 2049 bytes": b"a" * 2049 + b"=x",
    "a percent at the end": b"x=%",
    "a percent and one digit": b"x=%2",
    "a percent and one digit before the next": b"x=%2&y=1",
    "no hex digit first": b"x=%g0",
    "no hex digit second": b"x=%0g",
    "a broken escape in a name": b"%x=1",
    "NUL": b"x=%00",
    "tab": b"x=%09",
    "newline": b"x=%0a",
    "carriage return": b"x=%0D",
    "the last control byte": b"x=%1f",
    "DEL": b"x=%7F",
    "a control byte in a name": b"x%01=1",
    "a lone continuation": b"x=%80",
    "a raw byte that is no UTF-8": b"x=\xff",
    "UTF-8 cut short": b"x=%c3",
    "UTF-8 cut by the next piece": b"x=%c3&%a9=1",
    "UTF-8 too long by one": b"x=%c0%af",
    "UTF-8 too long by one, three bytes": b"x=%e0%9f%bf",
    "the first surrogate": b"x=%ed%a0%80",
    "the last surrogate": b"x=%ed%bf%bf",
    "U+FFFE": b"x=%ef%bf%be",
    "U+FFFF": b"x=%ef%bf%bf",
    "U+110000": b"x=%f4%90%80%80",
    "invalid UTF-8 in a name": b"%ff=1",
}


def ask(site, endpoint, query):
    return site.server.raw(
        b"GET /%b?%b HTTP/1.0\r\n\r\n" % (endpoint, query))


@pytest.mark.parametrize("extra", VALID.values(), ids=VALID)
def test_what_a_query_may_hold(site, extra):
    for query in (GOOD + b"&" + extra, extra + b"&" + GOOD):
        response = ask(site, b"mirrorlist", query)
        assert (response.status, response.lines) == (200, [HEADER + " "])


@pytest.mark.parametrize("extra", REFUSED.values(), ids=REFUSED)
def test_a_query_that_is_refused_whole(site, extra):
    for query in (GOOD + b"&" + extra, extra + b"&" + GOOD):
        text = ask(site, b"mirrorlist", query)
        assert text.status == 400
        assert text["Content-Type"] == "text/plain"
        assert len(text.lines) == 1 and text.lines[0].strip()
        link = ask(site, b"metalink", query)
        assert link.status == 400
        assert link["Content-Type"] == "application/metalink+xml"
        assert Metalink(link).comment.split("\n")[1:] == [""]
        assert Metalink(link).comment.strip() == text.lines[0].strip()


@pytest.mark.parametrize("query, header", [
    # decoded exactly once, a plus stays a plus
    ("path=pub/nobody/os/libstdc++.rpm",
     "# path = pub/nobody/os/libstdc++.rpm country = global "),
    ("path=pub%2Fnobody%2fos", "# path = pub/nobody/os country = global "),
    ("path=pub/nobody/os/%252B",
     "# path = pub/nobody/os/%2B country = global "),
    ("%70ath=pub/nobody/os", "# path = pub/nobody/os country = global "),
    # a name ends at its first =
    ("path=pub/nobody/os/a=b=c",
     "# path = pub/nobody/os/a=b=c country = global "),
    ("path%3Dx=y&path=pub/nobody/os",
     "# path = pub/nobody/os country = global "),
    # blanks around a value are trimmed, others are not
    ("path=%20%20pub/nobody/os/a%20b%20",
     "# path = pub/nobody/os/a b country = global "),
    # the last duplicate wins
    ("path=pub/geo/os&path=x&path=pub/nobody/os",
     "# path = pub/nobody/os country = global "),
    ("repo=geo&arch=x86_64&repo=nobody", HEADER + " "),
    # names are case-sensitive and not trimmed; unknown ones are ignored
    ("repo=nobody&arch=x86_64&Repo=geo&REPO=geo&%20repo=geo&repo%20=geo",
     HEADER + " "),
    ("repo=nobody&arch=x86_64&countme=1&infra=x&content=y&", HEADER + " "),
])
def test_how_a_query_is_read(site, query, header):
    response = site.get("/mirrorlist?" + query)
    assert (response.status, response.lines) == (200, [header])


@pytest.mark.parametrize("query", ["", "?", "?&", "?=", "?repo=geo",
                                   "?arch=x86_64", "?repo=geo&Arch=x86_64"])
def test_neither_path_nor_both_of_repo_and_arch(site, query):
    words = "# either path=, or repo= and arch= must be specified"
    text = site.get("/mirrorlist" + query)
    assert (text.status, text.lines) == (200, [words])
    link = site.get("/metalink" + query)
    assert link.status == 200
    assert Metalink(link).comment == f" {words}\n"


@pytest.mark.parametrize("query, status", [
    ("repo=geo&ip=bad&%zz", 400),  # the form before all
    ("repo=geo&ip=bad", 200),  # what is missing before the address
    ("repo=none&arch=x86_64&ip=bad", 404),  # the directory before the address
    ("path=none&ip=bad", 404),
    ("repo=off&arch=x86_64&ip=bad", 200),
    ("repo=geo&arch=x86_64&ip=bad", 400),
])
def test_order_of_the_checks(site, query, status):
    assert site.get("/mirrorlist?" + query).status == status
    assert site.get("/metalink?" + query).status == status


def test_a_bad_address_comes_before_a_file_without_metalink(site):
    query = "/metalink?path=pub/geo/os/none"
    assert site.get(query + "&ip=bad").status == 400
    assert site.get(query).status == 404


@pytest.mark.parametrize("query", [
    "", "?repo=none&arch=x86_64", "?path=none", "?repo=off&arch=x86_64",
    "?repo=geo&arch=x86_64&ip=bad", "?%zz"])
def test_redirect_and_time_change_no_error(site, query):
    plain = site.get("/mirrorlist" + query)
    more = site.get(f"/mirrorlist{query}{'&' if query else '?'}redirect&time")
    assert (more.status, more.body) == (plain.status, plain.body)
