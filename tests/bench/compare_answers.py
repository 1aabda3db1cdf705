# SPDX-License-Identifier: Apache-2.0
"""The module's answers beside another server's: the mirrors in them, and what
an odd request gets.
"""

import collections
import http.client
import re
import sqlite3
from urllib.parse import urlsplit

from harness.httpd import raw_request

LINK = re.compile(rb">([^<>]*)</url>")
EPEL = "repo=epel-8&arch=x86_64"
ODD = {  # words -> method, target, header
    "a byte that is not UTF-8":
        ("GET", "/mirrorlist?repo=%ff&arch=x86_64", ""),
    "an encoded slash":
        ("GET", "/mirrorlist?path=pub%2Fepel%2F8%2FEverything%2Fx86_64", ""),
    "an encoded letter":
        ("GET", "/mirrorlist?repo=%65pel-8&arch=x86_64", ""),
    "no arch": ("GET", "/mirrorlist?repo=epel-8", ""),
    "an unknown repository": ("GET", "/mirrorlist?repo=x&arch=x86_64", ""),
    "an unknown path": ("GET", "/mirrorlist?path=x", ""),
    "`-->` in a metalink's query":
        ("GET", "/metalink?repo=-->&arch=x86_64", ""),
    "an address nobody has": ("GET", f"/mirrorlist?{EPEL}&ip=203.0.113.7", ""),
    "`ip=nonsense`": ("GET", f"/mirrorlist?{EPEL}&ip=nonsense", ""),
    "`ip=[2400:cb00::1]`":
        ("GET", f"/mirrorlist?{EPEL}&ip=[2400:cb00::1]", ""),
    "X-Forwarded-For: unknown":
        ("GET", f"/mirrorlist?{EPEL}", "X-Forwarded-For: unknown\r\n"),
    "X-Forwarded-For with a byte of 0xe9":
        ("GET", f"/mirrorlist?{EPEL}", "X-Forwarded-For: \xe9\r\n"),
    "a redirect to a file named `é`, not encoded":
        ("GET", "/mirrorlist?path=pub/epel/8/Everything/x86_64/\xc3\xa9"
         "&redirect=1", ""),
    "HEAD": ("HEAD", f"/metalink?{EPEL}", ""),
    "POST": ("POST", f"/mirrorlist?{EPEL}", "Content-Length: 0\r\n"),
    "a query of 7 kB": ("GET", f"/mirrorlist?{EPEL}&x={'x' * 7000}", ""),
    "a query of 60 kB": ("GET", f"/mirrorlist?{EPEL}&x={'x' * 60000}", ""),
}


def odd(server, question):
    """In a few words, what an odd request gets."""
    method, target, header = ODD[question]
    request = (f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n{header}"
               "Connection: close\r\n\r\n")
    try:
        response = raw_request(server.port, request.encode("latin-1"), method)
    except (OSError, http.client.HTTPException):
        return "connection dropped"
    return f"{response.status}, {len(response.body)} bytes"


class Asked:
    """A server's answers over one connection."""

    def __init__(self, server):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)

    def __call__(self, target):
        """(status, the set of the mirrors' names)."""
        self.connection.request("GET", target)
        response = self.connection.getresponse()
        body = response.read()
        if target.startswith("/metalink"):
            urls = LINK.findall(body)
        else:
            urls = [line for line in body.splitlines() if b"://" in line]
        return response.status, {urlsplit(url).hostname for url in urls}


def names(data, table):
    """The mirrors that have rows in a table of restrictions or peers."""
    connection = sqlite3.connect(
        f"file:{data / 'mirrormanager.sqlite'}?mode=ro", uri=True)
    rows = connection.execute(
        "SELECT url FROM host_category_url JOIN host_category "
        "ON host_category.id = host_category_id "
        f"WHERE host_id IN (SELECT host_id FROM {table})").fetchall()
    connection.close()
    return {urlsplit(url).hostname.encode() for url, in rows}


def compare(module, other, requests, data):
    """How many answers differ, by the reason, and targets without one."""
    ours, theirs = Asked(module), Asked(other)
    restricted = names(data, "host_country_allowed")
    peers = names(data, "host_peer_asn")
    reasons, unexplained = collections.Counter(), []
    for target in requests:
        (status, mine), (their_status, others) = ours(target), theirs(target)
        if status != their_status:
            reason = f"{status} beside {their_status}"
        elif mine == others:
            reason = "same mirrors"
        elif (others - mine) & restricted:
            reason = "mirrors that do not serve the client's country"
        elif mine - others <= peers and mine > others:
            reason = "mirrors that peer with the client's network"
        else:
            reason = "no known reason"
            unexplained.append(target)
        reasons[reason] += 1
    return reasons, unexplained
