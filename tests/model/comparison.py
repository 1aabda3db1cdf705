# SPDX-License-Identifier: Apache-2.0
"""Random worlds in a real httpd, each answer compared with the model's.

Knows how a seed becomes a cache, a virtual host and a model.  Knows no rule
about the answers.
"""

import contextlib
import dataclasses
import datetime
import email.utils
import http.client
import itertools
import re
import socket
import time

from harness import tools
from harness.httpd import PATIENCE, Httpd
from harness.name_server import (
    REFUSED, NameServer, addresses, asking, either, failing, no_record)
from model import answer, checking
from model.model import World
from model.random_requests import Requests
from model.random_world import RandomWorld
from model.request import Settings
from model.stable import Orders

CREATED = 1700000000
FAST = 20  # what nobody answers need not be waited for
HAS = addresses("192.0.2.1", "2001:db8::1")
ANSWERS = {True: HAS, False: no_record, None: failing(REFUSED)}
AGES = 10 ** 9  # seconds that no test sees the end of
PLACES = {
    "": Settings(),
    "/mirrorlist/deep": Settings(minimum=2, maximum=3),
    "/minimum0": Settings(minimum=0, version_parameter=True),
    "/maximum1": Settings(maximum=1, ip_parameter=False),
    "/minimum99": Settings(minimum=99),
    "/near": Settings(nearest=500, schemes=("HTTPS", "ftp", "x+y.z-1")),
    "/stable": Settings(minimum=99, stable_order=AGES),
    "/stable/near": Settings(minimum=99, stable_order=AGES, nearest=1,
                             schemes=("http", "none", "rsync")),
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
    MirrorlistNearest {settings.nearest}
    MirrorlistStableOrder {settings.stable_order}
    MirrorlistIpParameter {'On' if settings.ip_parameter else 'Off'}
    MirrorlistVersionParameter {'On' if settings.version_parameter else 'Off'}
    {" ".join(["MirrorlistSchemes", *settings.schemes])
     if settings.schemes else ""}
</Location>
"""


class Seed:
    """One random world: its cache, its model, its requests."""

    def __init__(self, seed, folder):
        self.seed = seed
        self.orders = Orders()
        self.name = f"seed{seed}.test"
        drawn = RandomWorld(seed)
        folder.mkdir(exist_ok=True)
        self.cache = compiled(folder, drawn)
        self.requests = Requests(seed, drawn, list(PLACES))
        self.world = World(
            drawn.database.tables, countries=drawn.geoip.items(),
            routes=(folder / "global_netblocks.txt").read_bytes(),
            continents=(folder / "country_continent.csv").read_bytes(),
            captive=(folder / "captive.txt").read_bytes(),
            families=drawn.families and {
                name: {family for family, has in zip((4, 6), known)
                       if has is False}
                for name, known in drawn.families.items()},
            created=CREATED)

    @property
    def virtual_host(self):
        return (f"<VirtualHost *>\n    ServerName {self.name}\n"
                f"    MirrorlistCache \"{self.cache}\"\n</VirtualHost>\n")


def compiled(folder, drawn):
    """The cache of a drawn world."""
    (folder / "captive.txt").write_text("\n".join(drawn.captive))
    make = lambda *options, **about: tools.make_cache(  # noqa: E731
        folder, drawn.database, drawn.geoip, drawn.routes, drawn.continents,
        time=CREATED, options=["--captive", folder / "captive.txt", *options],
        **about)
    if drawn.families is None:
        return make()
    zone = {name: either(*map(ANSWERS.get, known))
            for name, known in drawn.families.items()}
    with NameServer(zone, others=failing(REFUSED)) as server:
        return make("--address-families", env=asking(folder, server, FAST))


@dataclasses.dataclass
class Reply:
    status: int
    headers: list                 # (name, value)
    body: bytes
    earliest: int                 # seconds between which it was made
    latest: int

    def fields(self, name):
        """All values of a field of the header."""
        return [value for other, value in self.headers
                if other.lower() == name]

    def header(self, name):
        """The only one; None without one."""
        value, = self.fields(name) or [None]
        return value

    def facts(self):
        """The log's facts that are set."""
        values = {name: self.header(f"x-{name}") for name in FACTS}
        return {name: value.encode("latin-1")
                for name, value in values.items() if value != "(null)"}

    def made(self):
        """Seconds, by the document's own date if it has one."""
        for pattern, seconds in DATES.items():
            found = re.search(pattern, self.body)
            if found:
                return int(seconds(found[1].decode()))
        return self.latest


DATES = {
    rb' pubdate="([^"]*)"': lambda date: email.utils.parsedate_to_datetime(
        date).timestamp(),
    rb"<published>([^<]*)Z</published>": lambda date: datetime.datetime
    .fromisoformat(date + "+00:00").timestamp(),
    rb'^{"version":1,"date":([0-9]+)': int,
}


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
            b"%b %b?%b HTTP/1.1\r\nHost: %b\r\nX-Client: %b\r\n" % (
                method.encode(), request.path.encode(), request.query,
                host.encode(), request.client.encode())
            + b"".join(b"Accept: %b\r\n" % value
                       for value in request.accept) + b"\r\n")
        with contextlib.closing(http.client.HTTPResponse(
                self.socket, method=method)) as response:
            response.begin()
            body = response.read()
            if response.will_close:
                self.close()
        return Reply(response.status, response.getheaders(), body, earliest,
                     int(time.time()))


def difference(seed, request, connection):
    """None, or in words how the answers differ from what they must be."""
    reply = connection.ask(seed.name, request)
    made = reply.made()
    settings = PLACES[request.place]
    expected = answer.expect(
        seed.world, request.path, request.query, request.client,
        b", ".join(request.accept), settings, made)
    if not reply.earliest <= made <= reply.latest:
        return f"made at {made}"
    return (checking.check(expected, reply)
            or wrong_date(reply)
            or seed.orders.difference(expected, settings)
            or wrong_head(expected, settings, reply, connection.ask(
                seed.name, request, "HEAD")))


def wrong_date(reply):
    days = {time.strftime("%Y-%m-%d", time.gmtime(second))
            for second in (reply.earliest, reply.latest)}
    day = reply.header("x-date")
    return None if day in days else f"fact date: {day!r}, expected {days}"


def wrong_head(expected, settings, reply, head):
    """How the answer to HEAD differs from the one to GET."""
    found = checking.check_head(expected, head)
    fixed = expected.certain or settings.stable_order
    if not found and reply.body and fixed and not expected.page:
        found = checking.check_length(head, len(reply.body))
    if not found and reply.body and not head.fields("content-length"):
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
