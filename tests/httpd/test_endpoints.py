# SPDX-License-Identifier: Apache-2.0
"""Which URIs and methods are answered, and with which headers.

Every request here goes to a real httpd; what the lists say is tested
elsewhere.
"""

import random
import socket

import pytest

from harness import world
from harness.answers import STATUSES, Metalink, check
from harness.httpd import Httpd

LIST = f"/mirrorlist?repo=golden&arch=x86_64&ip={world.IP.DE}"
LINK = f"/metalink?repo=golden&arch=x86_64&ip={world.IP.DE}"
OF_EVERY_STATUS = [
    (LIST, 200), (LINK, 200), (LIST + "&redirect", 302),
    (LIST + "&%zz", 400), (LINK + "&%zz", 400), (LIST + "&ip=x", 400),
    ("/mirrorlist?repo=none&arch=x86_64", 404),
    ("/metalink?repo=none&arch=x86_64", 404),
    ("/mirrorlist?repo=noweb&arch=x86_64&redirect", 404)]


@pytest.mark.parametrize("path", ["/mirrorlist", "/a/b/mirrorlist",
                                  "//mirrorlist", "/mirrorlis%74"])
def test_a_path_that_ends_in_mirrorlist_is_a_list(site, path):
    response = site.server.get(f"{path}?repo=golden&arch=x86_64")
    assert response.status == 200
    assert response["Content-Type"] == "text/plain"
    assert response.lines[0].startswith("# repo = golden arch = x86_64 ")


@pytest.mark.parametrize("path", ["/metalink", "/a/b/metalink",
                                  "/mirrorlist/metalink"])
def test_a_path_that_ends_in_metalink_is_a_document(site, path):
    response = site.server.get(f"{path}?repo=golden&arch=x86_64")
    assert response.status == 200
    assert response["Content-Type"] == "application/metalink+xml"
    assert Metalink(response).comment is None


@pytest.mark.parametrize("path", [
    "/", "/mirrorlist/", "/metalink/x", "/amirrorlist", "/Mirrorlist",
    "/mirrorlist.txt", "/metalink4"])
def test_other_paths_are_declined(site, path):
    response = site.server.get(f"{path}?repo=golden&arch=x86_64")
    assert response.status == 404
    assert response["Cache-Control"] is None, "httpd's own 404"


@pytest.mark.parametrize("target, status", OF_EVERY_STATUS)
def test_every_status_forbids_caching(site, target, status):
    assert site.get(target).status == status  # get() looks at the headers


@pytest.mark.parametrize("target, status", OF_EVERY_STATUS)
def test_head_has_the_headers_of_get(site, target, status):
    def headers(method):
        response = site.get(target, method=method)
        assert response.status == status
        return {name: value for name, value in response.headers
                if name != "Date" and (name, value) != ("Content-Length", "0")}

    got = headers("GET")
    assert headers("HEAD") == got
    if status == 200:
        assert int(got["Content-Length"]) > 0


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH",
                                    "PROPFIND", "BREW"])
@pytest.mark.parametrize("target", [LIST, LINK, "/mirrorlist?%zz"])
def test_other_methods_get_405_with_allow(site, method, target):
    response = site.get(target, method=method)
    assert response.status == 405
    allowed = {name.strip() for name in response["Allow"].split(",")}
    assert {"GET", "HEAD", "OPTIONS"} <= allowed
    assert method not in allowed


@pytest.mark.parametrize("target", [LIST, LINK, "/mirrorlist?%zz"])
def test_options_tells_a_balancer_that_there_is_an_answer(site, target):
    response = site.get(target, method="OPTIONS")
    assert (response.status, response.text) == (200, "")
    assert {name.strip() for name in response["Allow"].split(",")} == \
        {"GET", "HEAD", "OPTIONS"}
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("headers", [
    {"Range": "bytes=0-9"},
    {"Range": "bytes=0-0,5-9"},
    {"Range": "bytes=100000-"},
    {"Range": "bytes=0-9", "If-Range": '"x"'},
    {"Range": "bytes=0-9", "If-Range": "Tue, 24 Nov 2037 10:00:00 GMT"}])
@pytest.mark.parametrize("target", [LIST, LINK])
def test_a_range_is_ignored(site, target, headers):
    whole = site.get(target)
    part = site.get(target, headers)
    assert part.status == 200
    assert len(part.body) == len(whole.body)


@pytest.mark.parametrize("headers", [
    {"If-None-Match": "*"}, {"If-None-Match": '"x"'}, {"If-Match": '"x"'},
    {"If-Modified-Since": "Tue, 24 Nov 2037 10:00:00 GMT"},
    {"If-Unmodified-Since": "Tue, 24 Nov 1970 10:00:00 GMT"}])
@pytest.mark.parametrize("target", [LIST, LINK])
def test_conditions_are_ignored(site, target, headers):
    response = site.get(target, headers)
    assert response.status == 200
    assert len(response.body) == len(site.get(target).body)


@pytest.mark.parametrize("body", [
    "Content-Length: 4\r\n\r\nbody",
    "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\nzz\r\n"])
def test_a_body_is_ignored(site, body):
    response = site.server.raw(
        f"GET {LIST} HTTP/1.1\r\nHost: localhost\r\n{body}".encode())
    check(response, LIST)
    assert response.status == 200
    assert response.body == site.get(LIST).body


def test_a_request_after_a_body_is_the_next_one(site):
    """And not the body."""
    with socket.create_connection(("127.0.0.1", site.server.port)) as client:
        client.settimeout(60)
        client.sendall(
            f"GET {LIST} HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Length: 30\r\n\r\nGET /metalink?none HTTP/1.1\r\n\r"
            f"GET {LIST}&time HTTP/1.0\r\n\r\n".encode())
        data = b""
        while part := client.recv(65536):
            data += part
    assert data.count(b" 200 OK\r\n") == data.count(b"HTTP/1.1 ") == 2
    assert data.count(b"# database creation time") == 1


def test_an_error_document_keeps_the_status_of_the_error(site):
    with Httpd(f"ErrorDocument 404 {LIST}\n"
               '<Location "/gone">\n    SetHandler none\n</Location>\n',
               cache=site.server.cache) as server:
        response = server.get("/gone")
    assert response.status == 404
    assert response.lines[0].startswith("# repo = golden ")


def test_an_http_1_0_client_gets_the_whole_answer(site):
    response = site.server.raw(f"GET {LIST} HTTP/1.0\r\n\r\n".encode())
    check(response, LIST)
    assert response.body == site.get(LIST).body


def test_any_bytes_get_a_named_status_and_a_well_formed_answer(site):
    """Whatever httpd lets through; the 400 of httpd itself has no handler."""
    chance = random.Random(2061)
    names = [b"repo", b"arch", b"path", b"country", b"ip", b"protocol",
             b"location", b"redirect", b"version", b"netblock", b"time", b"x"]
    values = [b"geo", b"x86_64", b"pub/geo/os", b"%", b"%2", b"%00", b"--",
              b"-->", b"<a>", b"&amp;", b"\xff", b"\xc3\xa9", b"%ef%bf%bf",
              b"\x80%fe", b"=", b"/", b"//", b"..", b"+", b"%0d%0aX:%20y",
              b",", b"a" * 2048, b"%2525", b"]]>", b"::1", b"1.2.3.4:5"]
    for _ in range(400):
        query = b"&".join(
            chance.choice(names) + b"=" + b"".join(
                chance.choices(values, k=chance.randrange(3)))
            for _ in range(chance.randrange(6)))[:7000]
        path = chance.choice([b"/mirrorlist", b"/metalink"])
        response = site.server.raw(
            b"GET %b?%b HTTP/1.0\r\n\r\n" % (path, query))
        assert response.status in STATUSES
        check(response, path.decode())
