# SPDX-License-Identifier: Apache-2.0
"""Random worlds in a real httpd, each answer compared with the model's.

Knows how a seed becomes a cache, a virtual host and a model.  Knows no rule
about the answers.
"""

import contextlib
import dataclasses
import email.utils
import http.client
import itertools
import re
import socket
import time

from harness import tools
from harness.httpd import PATIENCE, Httpd
from model import answer
from model.model import World
from model.random_requests import Requests
from model.random_world import RandomWorld
from model.request import Settings

CREATED = 1700000000
PLACES = {
    "": Settings(),
    "/mirrorlist/deep": Settings(minimum=2, maximum=3),
    "/minimum0": Settings(minimum=0, version_parameter=True),
    "/maximum1": Settings(maximum=1, ip_parameter=False),
    "/minimum99": Settings(minimum=99),
}
FACTS = ("client", "country", "repo", "arch", "found", "hosts", "log")
CONFIG = """\
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
LimitRequestLine 65536
RemoteIPHeader X-Client
RemoteIPInternalProxy 127.0.0.1
""" + "".join(f"""\
Header always set X-{name} "%{{MIRRORLIST_{name.upper()}}}e"
""" for name in (*FACTS, "date"))


def locations():
    for place, settings in PLACES.items():
        yield f"""\
<Location "{place or '/'}">
    MirrorlistMinimum {settings.minimum}
    MirrorlistMaximum {settings.maximum}
    MirrorlistIpParameter {'On' if settings.ip_parameter else 'Off'}
    MirrorlistVersionParameter {'On' if settings.version_parameter else 'Off'}
</Location>
"""


class Seed:
    """One random world: its cache, its model, its requests."""

    def __init__(self, seed, folder):
        self.seed = seed
        self.name = f"seed{seed}.test"
        drawn = RandomWorld(seed)
        folder.mkdir(exist_ok=True)
        self.cache = tools.make_cache(
            folder, drawn.database, drawn.geoip, drawn.routes,
            drawn.continents, time=CREATED)
        self.requests = Requests(seed, drawn, list(PLACES))
        self.world = World(
            drawn.database.tables, countries=drawn.geoip.items(),
            routes=(folder / "global_netblocks.txt").read_bytes(),
            continents=(folder / "country_continent.csv").read_bytes(),
            created=CREATED)

    @property
    def virtual_host(self):
        return (f"<VirtualHost *>\n    ServerName {self.name}\n"
                f"    MirrorlistCache \"{self.cache}\"\n</VirtualHost>\n")


@dataclasses.dataclass
class Reply:
    status: int
    headers: dict                 # lower-case names
    body: bytes
    earliest: int                 # seconds between which it was made
    latest: int

    def facts(self):
        """The log's facts that are set."""
        values = {name: self.headers.get(f"x-{name}") for name in FACTS}
        return {name: value.encode("latin-1")
                for name, value in values.items() if value != "(null)"}

    def made(self):
        """Seconds, by the document's own date if it has one."""
        found = re.search(rb' pubdate="([^"]*)"', self.body)
        if not found:
            return self.latest
        return email.utils.parsedate_to_datetime(
            found[1].decode()).timestamp()


class Connection:
    """Requests of any bytes over one connection while it lasts."""

    def __init__(self, port):
        self.port = port
        self.socket = None

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket = None

    def ask(self, host, request, method="GET"):
        if not self.socket:
            self.socket = socket.create_connection(
                ("127.0.0.1", self.port), PATIENCE)
        earliest = int(time.time())
        self.socket.sendall(
            b"%b %b?%b HTTP/1.1\r\nHost: %b\r\nX-Client: %b\r\n\r\n" % (
                method.encode(), request.path.encode(), request.query,
                host.encode(), request.client.encode()))
        with contextlib.closing(http.client.HTTPResponse(
                self.socket, method=method)) as response:
            response.begin()
            body = response.read()
            if response.will_close:
                self.close()
        headers = {name.lower(): value
                   for name, value in response.getheaders()}
        return Reply(response.status, headers, body, earliest,
                     int(time.time()))


def difference(seed, request, connection):
    """None, or in words how the answers differ from what they must be."""
    reply = connection.ask(seed.name, request)
    made = reply.made()
    expected = answer.expect(seed.world, request.path, request.query,
                             request.client, PLACES[request.place], made)
    if not reply.earliest <= made <= reply.latest:
        return f"made at {made}"
    return (answer.check(expected, reply.status, reply.headers, reply.body,
                         reply.facts())
            or wrong_date(reply)
            or wrong_head(expected, reply, connection.ask(
                seed.name, request, "HEAD")))


def wrong_date(reply):
    days = {time.strftime("%Y-%m-%d", time.gmtime(second))
            for second in (reply.earliest, reply.latest)}
    day = reply.headers.get("x-date")
    return None if day in days else f"fact date: {day!r}, expected {days}"


def wrong_head(expected, reply, head):
    """How the answer to HEAD differs from the one to GET."""
    found = answer.check_head(expected, head.status, head.headers)
    certain = all(len(group) == 1 for group in expected.groups)
    if not found and reply.body and certain:  # nothing is up to chance
        found = answer.check_length(head.headers, len(reply.body))
    if not found and reply.body and "content-length" not in head.headers:
        found = "no Content-Length"
    return found and "HEAD: " + found


def differences(seeds, folder, count):
    """Asks `count` requests a seed; yields each difference in words."""
    worlds = [Seed(seed, folder / str(seed)) for seed in seeds]
    config = CONFIG + "".join(locations()) + "".join(
        world.virtual_host for world in worlds)
    with Httpd(config) as server, Connection(server.port) as connection:
        for world in worlds:
            for number, request in enumerate(
                    itertools.islice(world.requests, count)):
                found = difference(world, request, connection)
                if found:
                    yield (f"MIRRORLIST_SEED={world.seed}, request {number}: "
                           f"{request}: {found}")
