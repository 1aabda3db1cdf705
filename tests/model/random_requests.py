# SPDX-License-Identifier: Apache-2.0
"""Requests drawn by a seed, aimed at a RandomWorld.

Knows how a query is spelled and what a client may ask for, sound or not.
Knows nothing of the answers.
"""

import dataclasses
import ipaddress
import random

from model.random_world import COUNTRIES, NAMES_OF_FILES

SAFE = (b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        b"-._~!$'()*+,;:@/?=")
BAD_VALUES = [b"%", b"%zz", b"%0", b"a%00b", b"%ff", b"%c3", b"%09", b"%7F",
              b"%ed%a0%80", b"%ef%bf%bf", b"a" * 2049, b"%61" * 2049]
BAD_ADDRESSES = [
    "bad", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4:0",
    "1.2.3.4:080", "1.2.3.4:65536", "1.2.3.4:", "[1.2.3.4]", "[::1", "::1]",
    "[::1]:80", "fe80::1%eth0", "1.2.3.4/24", "1:2:3:4:5:6:7", ":::", "1::2::3",
    "1.2.3.4 5", "é", "12345::", "1:2:3:4:5:6:7:8:9", "[]", "::1.2.3"]
ODD_ADDRESSES = ["::", "::1", "::5", "::1.2.3.4", "::20.1.0.5",
                  "0.0.0.0", "127.0.0.1",
                 "255.255.255.255", "2001::", "2002::", "::ffff:0:1",
                 "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "64:ff9b::20.1.1.1"]
LIMITS = ["1", "2", "3", "9999"] * 4 + [
    "", "0", "00", "01", "1e3", "-1", "+1", "10000", "1.0", "0x1", "x",
    "\uff11"]
VERSIONS = ["4", "6"] * 6 + ["", "5", "46", "04", "v4", "\uff14"]
FORMS = ["text", "metalink", "metalink4", "html", *["json"] * 3] * 4 + [
    "JSON", "Metalink4", "TEXT", "", "xml", "metalink3", "js on", "<b>--"]
NEW, OLD = b"application/metalink4+xml", b"application/metalink+xml"
TYPES = [NEW, NEW, OLD, NEW.upper(), b"*/*", b"application/*", b"text/html",
         NEW + b"x", b"x" + NEW, b""]
WEIGHTS = [b"", b"", b";q=1", b";q=0.9", b"; Q=0.5", b" ;\tq=0.05 ", b";q=0",
           b";q=0.000", b";q=1.000", b";q=0.", b";q=1.001", b";q=2", b";q=-1",
           b";q=x", b";q=", b";q", b";q = 0", b";q=0.1234", b';q="0"',
           b";level=1;q=0.3", b';x="a,b;q=0\\"";q=0.7', b";qq=0", b";;"]
PROTOCOLS = ["https", "http", "ftp", "rsync"] * 3 + [
    "HTTP", "Rsync", "gopher", "x+y.z-1", "", " ", "nothing", " https "]


@dataclasses.dataclass
class RandomRequest:
    place: str                    # the folder of the endpoint
    endpoint: str
    query: bytes
    client: str                   # the address that the connection says
    accept: tuple = ()            # values of Accept fields

    @property
    def path(self):
        return self.place + self.endpoint

    def __str__(self):
        query = self.query.decode("latin-1")
        accept = f", accepts {self.accept}" * (self.accept != ())
        return f"{self.path}?{query} from {self.client}{accept}"


class Requests:
    """An endless row of requests; places: folders of the endpoints."""

    def __init__(self, seed, world, places):
        self.draw = random.Random(f"requests {seed}")
        self.world = world
        self.places = places
        self.repositories = self.known_repositories()
        self.locations = [row["name"] for row in
                          world.database.tables["location"]]
        self.files = self.known_files()

    def known_repositories(self):
        tables = self.world.database.tables
        arches = {row["id"]: row["name"] for row in tables["arch"]}
        rows = tables.get("repository", [])
        return [(row["prefix"], arches.get(row["arch_id"])) for row in rows]

    def known_files(self):
        """Paths of files that have details."""
        names = {identity: name
                 for name, identity in self.world.directories.items()}
        return [names[row["directory_id"]] + "/" + row["filename"]
                for row in self.world.database.tables.get("file_detail", [])
                if row["directory_id"] in names
                and isinstance(row["filename"], str)]

    def __iter__(self):
        while True:
            endpoint = self.draw.choice(["/mirrorlist"] * 2 + ["/metalink"])
            yield RandomRequest(self.draw.choice(self.places), endpoint,
                                self.query(), str(self.address()),
                                self.accept())

    def chance(self, percent):
        return self.draw.random() * 100 < percent

    # Addresses ------------------------------------------------------------

    def address(self):
        """An address in, or just beside, one of the world's networks."""
        if self.chance(5):
            return ipaddress.ip_address(self.draw.choice(ODD_ADDRESSES))
        network = self.draw.choice(self.world.networks)
        first, last = int(network[0]), int(network[-1])
        number = self.draw.choice([first, last, first - 1, last + 1,
                                   self.draw.randint(first, last)])
        address = type(network[0])(number)
        if address.version == 4 and self.chance(15):
            return self.translated(int(address))
        return address

    def translated(self, ipv4):
        return ipaddress.IPv6Address(self.draw.choice(
            [(0x64ff9b << 96) + ipv4, (0x2002 << 112) + (ipv4 << 80) + 1,
             (0x2001 << 112) + (5 << 70) + (ipv4 ^ 0xffffffff)]))

    def accept(self):
        if self.chance(70):
            return ()
        if self.chance(3):
            return (b", ".join([OLD + b";q=0.5"] * 150 + [NEW])[-8000:],)
        return tuple(
            self.draw.choice([b",", b", ", b" ,\t"]).join(
                self.draw.choice(TYPES) + self.draw.choice(WEIGHTS)
                for _ in range(self.draw.choice([1, 1, 2, 2, 3])))
            for _ in range(self.draw.choice([1, 1, 1, 2])))

    def address_value(self):
        if self.chance(8):
            return self.draw.choice(BAD_ADDRESSES)
        if self.chance(5):
            return self.draw.choice(["", *ODD_ADDRESSES])
        address = self.address()
        if address.version == 4:
            return self.draw.choice([str(address)] * 2 + [
                f"{address}:{self.draw.choice([1, 80, 65535])}",
                f"::ffff:{address}", f"[::FFFF:{address}]"])
        return self.draw.choice([str(address), f"[{address}]",
                                 address.exploded.upper()])

    # The query ------------------------------------------------------------

    def query(self):
        pieces = self.topic() + self.options()
        self.draw.shuffle(pieces)
        spelled = [self.piece(*piece) for piece in pieces]
        if self.chance(2):
            spelled += [b"a"] * self.draw.randint(50, 64)
        if self.chance(10):
            spelled.insert(self.draw.randint(0, len(spelled)), b"")
        return b"&".join(spelled)

    def topic(self):
        if self.chance(3):
            return [self.draw.choice([("repo", "f-1"), ("arch", "x86_64")])]
        if self.chance(35):
            return [("path", self.path())]
        prefix, arch = self.repository()
        pieces = [("repo", prefix), ("arch", arch)]
        if self.chance(3):
            pieces.append(("path", self.path()))
        if self.chance(3):
            pieces.append(("repo", "f-1"))
        return pieces

    def repository(self):
        prefix, arch = "none", "x86_64"
        if self.repositories:
            prefix, arch = self.draw.choice(self.repositories)
        if self.chance(12):
            prefix = self.draw.choice(self.world.prefixes + [
                "old", "older", "oldest", "loop", "", "x-source", "f"])
        if self.chance(5):
            arch = self.draw.choice(["x86_64", "source", "", "arm"])
        if self.chance(2):
            prefix, arch = "é" * 1024, self.draw.choice("aé") * 1024
        return prefix or "", arch or ""

    def path(self):
        name = self.draw.choice(list(self.world.directories))
        if self.files and self.chance(50):
            name = self.draw.choice(self.files)
        elif self.chance(30):
            name += "/" + self.draw.choice(NAMES_OF_FILES + ["none"])
        if self.chance(10):
            name = name.replace("/", "///") + "/"
            name = self.draw.choice(["/", "//"]) + name
        return "none" + "/x" * self.draw.randint(0, 2300) \
            if self.chance(3) else name

    def options(self):
        """Every parameter that is no topic, each with its own frequency."""
        frequent = [
            (15, "country", self.countries), (5, "cc", self.countries),
            (20, "ip", self.address_value), (12, "location", self.location),
            (8, "netblock", lambda: self.draw.choice(["1", "0", "", " 1 "])),
            (20, "protocol", self.protocols), (15, "redirect", self.anything),
            (15, "time", self.anything), (10, "countme", self.anything),
            (10, "exclude_country", self.countries),
            (10, "fallback", lambda: self.draw.choice(
                ["0", "0", "0", "1", "", "00", "no"])),
            (8, "limit", lambda: self.draw.choice(LIMITS)),
            (8, "ipv", lambda: self.draw.choice(VERSIONS)),
            (35, "format", lambda: self.draw.choice(FORMS)),
            (2, "limit", self.anything), (2, "ipv", self.anything),
            (2, "format", self.anything), (2, "FORMAT", self.anything),
            (6, "version", lambda: self.draw.choice(["2", "", "source"])),
            (2, "Country", self.countries), (2, " ip", self.anything),
            (3, "country", self.countries), (3, "", self.anything),
            (3, "protocol", self.protocols), (1, "bad", self.bad)]
        return [(name, value()) for percent, name, value in frequent
                if self.chance(percent)]

    def anything(self):
        return self.draw.choice(["", "1", "é", "a=b", "x" * 2048])

    def bad(self):
        return self.draw.choice(BAD_VALUES)

    def countries(self):
        codes = [self.draw.choice(COUNTRIES + ["global", "ZZ", "", "é", "--"])
                 for _ in range(self.draw.choice([0, 1, 1, 1, 2, 3, 5]))]
        codes = [self.draw.choice([code, code, code.lower(), code.title(),
                                   f" {code} "]) for code in codes]
        if self.chance(3):
            codes += ["A" * 30] * self.draw.randint(0, 60)
        return ",".join(codes)

    def location(self):
        return self.draw.choice(self.locations + ["", "nowhere"]) or ""

    def protocols(self):
        value = ",".join(self.draw.choice(PROTOCOLS) for _ in range(
            self.draw.choice([1, 1, 2, 2, 3, 4])))
        if self.chance(6):
            value += "," + self.draw.choice("xé") * self.draw.randint(900, 1023)
        return value

    def piece(self, name, value):
        """name=value, escaped where it must be and at times elsewhere."""
        if isinstance(value, bytes) and value in BAD_VALUES:
            return name.encode() + b"=" + value
        if value == "" and self.chance(50):
            return self.escaped(name.encode())
        if self.chance(5):
            value = b" " + raw(value) + b"  "
        return self.escaped(name.encode()) + b"=" + self.escaped(raw(value))

    def escaped(self, plain):
        share = self.draw.choice([0, 0, 0, 0.1, 1])
        escape = self.draw.choice([b"%%%02X", b"%%%02x"])
        return b"".join(
            bytes([byte]) if byte in SAFE and self.draw.random() >= share
            else escape % byte for byte in plain)


def raw(value):
    return value if isinstance(value, bytes) else value.encode()
