# SPDX-License-Identifier: Apache-2.0
"""Small worlds drawn by a seed: rows of every table, networks, continents.

Draws what people and broken scripts leave in a database, good and bad.  Knows
no rule about what any of it means, only which values are worth a try.
"""

import ipaddress
import random

from harness.database import Database
from harness.mmdb import Uint

COUNTRIES = ["DE", "FR", "AT", "US", "CA", "JP"]
ODD_COUNTRIES = ["de", " fr ", "", "  ", "ZZ", "global", "d e", "é", "--", "&"]
CONTINENTS = ["EU", "NA", "AS"]
SCHEMES = ["https"] * 5 + ["http"] * 5 + ["ftp", "rsync"] * 2 + [
    "HTTPS", "Http", "gopher", "x+y.z-1"]
WORDS = ["linux", "os", "x y", "a'b", 'q"', "<t>", "%41", "a+b", "a--b", "-",
         "é", "&amp;", "{}", "#?", "\\^|`", "\x85", "\ufffd", "source", "a=b",
         "repodata", "myrepodata"]
BAD_TEXTS = [None, b"\xff", b"a\xc3", "\x01", "a\tb", "\x7f", "\ufffe",
             "a\uffff", b"a\0b", b"\xed\xa0\x80", "a\nb", " \t", "a" * 4097]
BLANKS = [" ", "\t", "\r\n", "\x01", "\x7f", "\x85", "\u00a0", "\u2003 ",
          "\u2028", "\u3000"]
BAD_URLS = ["", "nothing", "//a.test/pub", "1http://a.test", "http:",
            "http://", "https:////", "http:/a.test", "ht_tp://a.test",
            "://a.test", "http:///a.test", "https://:443/pub", "http://u@/",
            "https://[]/pub", "ftp://?a.test", "file:///"]
ODD_URLS = ["http://a.test/x y\"<>\\^{|}`/", "https://a.test/%20?x=1#y/",
            "https://é.test/é", "http://a.test///", "https://a.test/a&b'c",
            "file:///pub", "http://u:p@a.test:80", "https://[2001:db8::1]/",
            "http://a.test?x", "http://192.0.2.7/pub", "HTTP://A.Test:80/A",
            "ftp://u@192.0.2.8:21", "https://[::FFFF:192.0.2.9]:443/x"]
BAD_NETWORKS = [
    "", " ", "mirror.example.org", "0.0.0.0/0", "20.0.0.0/0", "::/0",
    "20.1.0.0/255.0.255.0", "20.1.0.0/0.0.255.255", "20.1.0.0/0.0.0.0",
    "127.0.0.0/8", "127.1.2.3", "::1", "::1/128", "::ffff:127.0.0.1",
    "20.01.0.0/16", "20.1.0.0/33", "2600::/129", "20.1/16", "20.1.0.0/",
    "20.1.0.0/16/8", "20.1.0.0/-1", "fe80::1%eth0", "::ffff:0:0/96", "/16",
    "20.1.0.0-20.2.0.0", "0x14.1.0.0/16", "20.1.0.0 16", "20.1.0.0/1 6",
    "20.1.0.0\n/16", "20.1.0.0/16," * 400, ",", "x;y",
    "[2600::]/16", "20.1.0.0/+8", "20.1.0.0/ffff::",
    "2600::/255.255.0.0", "256.1.0.0/16"]
ODD_NETWORKS = ["126.0.0.0/7", "::/64", "::/127", "::ffff:20.1.0.0/90",
                "20.1.0.0/4", "255.255.255.255", "2001::/31", "2000::/3",
                "::/1", "128.0.0.0/1", "2600:1::/ffff:ffff::",
                "20.1.0.0/16,20.2.0.0/16", "20.1.0.0\u00a0/\u200216",
                " 20.1.0.7;2600::/32 ,\r\n20.2.0.0/255.255.0.0,",
                "20.1.0.0 8,20.2.0.0/16,,::/0"]
PRIVATE_NETWORKS = ["10.0.0.0/8", "192.168.7.0/24", "fd00::/8",
                    "100.64.0.0/10", "fe80::/64"]
ODD_DEGREES = [91, -90.5, 180.0001, -180, 0, -0.0, 0.5, -0.5, 12.5, -44.5,
               89.5, "", "x", "48.1", " 48.1 ", "1e1", "48,1", "NaN", "0x10",
               b"\xff", float("inf"), float("-inf"), None]
NAMES_OF_FILES = ["repomd.xml", "a.iso", "é & <b>--\"c", "x%20?#y", "os"]
HEX = "0123456789abcdef"


class RandomWorld:
    """Everything a cache is made of.

    database   rows, in no promised state of health
    geoip      network -> code or record, larger networks first
    routes     (network, ASN) for global_netblocks.txt
    continents (country, continent) for country_continent.csv
    captive    names of hosts for --captive, and what else stands there
    families   host of a URL -> (has IPv4, has IPv6), None: nobody knows; or
               None: nobody is asked
    """

    def __init__(self, seed):
        self.draw = random.Random(seed)
        self.trouble = self.draw.choice([0.1, 0.5, 1, 1])  # share of it
        self.database = Database()
        self.networks = [self.random_network() for _ in range(14)]
        self.add_places()
        self.add_hosts()
        self.add_tree()
        self.add_carriers()
        self.add_files()
        self.add_repositories()
        self.add_networks()
        self.captive = self.some(
            [f"host {number}" for number in range(15)]
            + ["# host 0", "", "unknown", " host 1\t", "\u00a0host 2\r"], 6)
        self.families = self.known_families() if self.chance(60) else None

    def known_families(self):
        """What a name server says of the names in URLs."""
        return {name: tuple(self.draw.choice([True, True, True, False, None])
                            for _ in range(2))
                for name in ("a.test", *(f"h{host}.test"
                                         for host in self.hosts))}

    def add(self, table, **columns):
        return self.database.add(table, **columns)

    # Chances --------------------------------------------------------------

    def chance(self, percent):
        return self.draw.random() * 100 < percent

    def trouble_of(self, percent):
        return self.chance(percent * self.trouble)

    def some(self, values, highest, lowest=0):
        values = list(values)
        return self.draw.sample(
            values, min(len(values), self.draw.randint(lowest, highest)))

    def name(self, good, bad=3):
        """A good name, or in `bad` percent one that costs something."""
        return self.draw.choice(BAD_TEXTS) if self.trouble_of(bad) else good

    def number(self, good):
        """The number as SQLite may hold it."""
        if good is None or not self.trouble_of(12):
            return good
        return self.draw.choice([
            good + .5, good - .5, good + .25, f"{good}.5", f"{good}.25e0",
            f" {good}", "", "x"])

    def text(self, good, bad=3):
        """The same for a text that is no name: it may have been pasted."""
        found = self.name(good, bad)
        return self.pasted(found) if found is good else found

    def pasted(self, text):
        if text is None or not self.chance(8):
            return text
        around = [self.draw.choice(BLANKS + [""]) for _ in range(2)]
        return around[0] + text + around[1]

    def truth(self, percent):
        return None if self.trouble_of(2) else self.chance(percent)

    def one_of(self, identities, missing=3):
        """One id; in `missing` percent none or one that is not there."""
        if not identities or self.trouble_of(missing):
            return self.draw.choice([None, 9999])
        return self.draw.choice(identities)

    # Networks -------------------------------------------------------------

    def random_network(self):
        kind = self.draw.choice(["4", "4", "4", "6", "6", "6to4", "teredo"])
        ipv4 = (20 << 24) + (self.draw.randrange(3) << 16) \
            + (self.draw.randrange(3) << 8) + self.draw.randrange(256)
        if kind == "4":
            return network_of(ipv4, self.draw.choice([8, 15, 16, 24, 25, 32]),
                              ipaddress.IPv4Network)
        length = self.draw.choice([16, 32, 33, 48, 64, 128])
        address = {"6": (0x2600 << 112) + (self.draw.randrange(3) << 96)
                   + (self.draw.randrange(3) << 80) + self.draw.randrange(4),
                   "6to4": (0x2002 << 112) + (ipv4 << 80),
                   "teredo": (0x2001 << 112) + (ipv4 ^ 0xffffffff)}[kind]
        return network_of(address, length, ipaddress.IPv6Network)

    def spelled(self):
        """One of the networks as somebody may have typed it."""
        if self.trouble_of(15):
            return self.text(self.draw.choice(BAD_NETWORKS), bad=20)
        if self.chance(7):
            return self.draw.choice(ODD_NETWORKS)
        network = self.draw.choice(self.networks)
        address, length = network.network_address, network.prefixlen
        if self.chance(20):
            address = network[self.draw.randrange(min(network.num_addresses,
                                                      1 << 16))]
        if network.version == 4 and self.chance(15):
            address, length = f"::ffff:{address}", length + 96
        if network.version == 6 and self.chance(20):
            address = self.draw.choice([address.exploded,
                                        str(address).upper()])
        text = self.draw.choice(
            [f"{address}/{length}"] * 5
            + [f"{address}/0{length}", f" {address} / {length}\t"])
        if length == 32 + 96 * (":" in str(address)) and self.chance(50):
            text = self.draw.choice([str(address), f"\t{address} "])
        elif network.version == 4 and ":" not in text and self.chance(15):
            text = f"{address}/{network.netmask}"
        return self.pasted(text)

    # Tables ---------------------------------------------------------------

    def country(self):
        if self.trouble_of(1):
            return self.draw.choice(BAD_TEXTS)
        return self.pasted(self.draw.choice(
            ODD_COUNTRIES if self.chance(10) else COUNTRIES))

    def add_places(self):
        self.sites = [
            self.add("site", name=self.text(f"site {number}"),
                     private=self.truth(12), admin_active=self.truth(96),
                     user_active=self.truth(96)) for number in range(4)]
        self.locations = [
            self.add("location", name=self.text(name))
            for name in self.some(["lab", "é lab", "a,b", "l&<b>",
                                   "é" * 960], 5, 1)]
        for country in self.some(COUNTRIES + ODD_COUNTRIES, 2):
            self.add("country_continent_redirect", country=self.text(country),
                     continent=self.text(self.draw.choice(
                         CONTINENTS + ["eu ", "--", "XX"])))

    def add_hosts(self):
        most = self.draw.choice([0, 3, 3, 7, 7, 11, 11, 15, 15, 15])
        self.hosts = [self.add_host(number) for number in range(most)]
        for table, most, columns in (
                ("host_netblock", 20, lambda: {"netblock": self.spelled()}),
                ("host_peer_asn", 8, lambda: {"asn": self.number(self.asn())}),
                ("host_location", 12,
                 lambda: {"location_id": self.one_of(self.locations)}),
                ("host_country_allowed", 6,
                 lambda: {"country": self.country()})):
            for _ in range(self.draw.randint(0, most)):
                self.add(table, host_id=self.one_of(self.hosts), **columns())

    def add_host(self, number):
        return self.add(
            "host", name=self.text(f"host {number}"),
            site_id=self.one_of(self.sites, missing=2),
            admin_active=self.truth(97), user_active=self.truth(97),
            private=self.truth(12), country=self.country() or "",
            bandwidth_int=self.number(self.draw.choice(
                [None, -1, 0, 1, 100, 200000])),
            asn=self.number(self.draw.choice([None, self.asn()])),
            asn_clients=self.truth(60), **self.degrees())

    def degrees(self):
        """latitude and longitude of a host, if any."""
        pair = {"latitude": self.degree(90), "longitude": self.degree(180)}
        if self.trouble_of(50):
            pair[self.draw.choice(list(pair))] = self.draw.choice(ODD_DEGREES)
        return self.draw.choice([{}, dict.fromkeys(pair, 0)] + [pair] * 5)

    def degree(self, most):
        return round(self.draw.uniform(-most, most), 4)

    def asn(self):
        return self.draw.choice([1, 2, 3, 4, 64512, 2147483647])

    def add_tree(self):
        """Directories, and the categories whose top directories they are."""
        self.directories = {}
        tops = ["pub", "pub/fedora", "pub/epel", "<x> & é"]
        names = set(tops) | {"pubx", "other/os"}
        for _ in range(self.draw.randint(3, 9)):
            parts = [self.draw.choice(WORDS)
                     for _ in range(self.draw.randint(1, 3))]
            name = "/".join([self.draw.choice(tops), *parts])
            names |= {name, name + "/repodata"}
        self.directory_rows = []  # (name, id): some names have two
        for name in sorted(names):
            for _ in range(1 + self.trouble_of(8)):
                identity = self.add("directory", name=self.name(
                    self.slashed(name), bad=1))
                self.directories[name] = identity
                self.directory_rows.append((name, identity))
        self.categories = [
            self.add("category", name=self.text(top),
                     topdir_id=self.directories[top]) for top in tops]
        if self.chance(30):
            self.categories.append(self.add(
                "category", name="odd", topdir_id=self.one_of([], 100)))
        for name, identity in self.directory_rows:
            self.categorise(name, identity, tops)

    def slashed(self, name):
        if not self.trouble_of(12):
            return name
        return self.draw.choice([
            "/" + name, name + "/", name.replace("/", "//"),
            f"//{name.replace('/', '///')}//"])

    def categorise(self, name, identity, tops):
        for category, top in zip(self.categories, tops):
            if (name + "/").startswith(top + "/") and self.chance(85):
                self.add("category_directory", category_id=category,
                         directory_id=identity)
        for category in self.some(self.categories + [9999], 1):
            self.add("category_directory", category_id=category,
                     directory_id=identity)

    def add_carriers(self):
        directories = [identity for _, identity in self.directory_rows]
        for host in self.hosts:
            for category in self.some(self.categories * 2, 7, 2):
                self.add_carrier(self.one_of([host], 1),
                                 self.one_of([category], 1), directories)
        for _ in range(self.draw.choice([0, 0, 1, 2, 3])):
            self.add("directory_exclusive_host",
                     directory_id=self.one_of(directories),
                     host_id=self.one_of(self.hosts, missing=10))

    def add_carrier(self, host, category, directories):
        carrier = self.add("host_category", host_id=host, category_id=category,
                           always_up2date=self.truth(60))
        for _ in range(self.draw.choice([0, 1, 1, 2, 2, 3, 5])):
            self.add("host_category_url", url=self.text(self.url(host), bad=1),
                     host_category_id=self.one_of([carrier], 1),
                     private=self.truth(10))
        for directory in self.some(directories, 8):
            self.add("host_category_dir", up2date=self.truth(85),
                     host_category_id=self.one_of([carrier], 1),
                     directory_id=self.one_of([directory], 1))

    def url(self, host):
        if self.trouble_of(6):
            return self.draw.choice(BAD_URLS)
        if self.chance(8):
            return self.draw.choice(ODD_URLS)
        return (self.draw.choice(SCHEMES) + f"://h{host}.test"
                + self.draw.choice(["", "/", "/pub", "/pub/", "/fedora//"]))

    def add_files(self):
        for name, identity in self.directory_rows:
            for filename in self.some(NAMES_OF_FILES[1:], 2):
                self.add_details(identity, filename)
            if name.endswith("repodata") or self.chance(5):
                for _ in range(self.draw.choice([0, 1, 1, 2, 3])):
                    self.add_details(identity, NAMES_OF_FILES[0])

    def add_details(self, directory, filename):
        numbers = [None, -1, 0, 1, 1500000000, 1600000000, 2 ** 63 - 1]
        self.add("file_detail", directory_id=self.one_of([directory], 1),
                 filename=self.name(filename, bad=2),
                 timestamp=self.number(self.draw.choice(numbers)),
                 size=self.number(self.draw.choice(numbers)),
                 **{kind: self.digest(length) for kind, length in (
                     ("md5", 32), ("sha1", 40), ("sha256", 64),
                     ("sha512", 128))})

    def digest(self, length):
        good = "".join(self.draw.choices(HEX, k=length))
        if self.trouble_of(8):
            return self.draw.choice([good[1:], good + "a", "g" + good[1:],
                                     " " + good[1:], good[:-1] + "\u00e9"])
        return self.text(self.draw.choice(
            [None, None, "", good, good, good, good.upper()]), bad=1)

    def add_repositories(self):
        arches = {name: self.add("arch", name=self.text(name, bad=1))
                  for name in ("x86_64", "source", "a&=é", "i386")}
        homes = [identity for name, identity in self.directory_rows
                 if name + "/repodata" in self.directories]
        versions = [self.add("version", name="1"), self.add("version")]
        self.prefixes = self.some(
            ["f-1", "f-2", "updates", "src-source", "é b&=", "a--b", "F-1",
             "f-1-2"], 8, 2)
        for _ in range(self.draw.choice([0, *range(6, 20)])):
            self.add("repository", name="r",
                     prefix=self.text(self.draw.choice(
                         (self.prefixes or [""]) * 3 + [""])),
                     version_id=self.one_of(versions),
                     arch_id=self.one_of(
                         list(arches.values()) + [arches["x86_64"]] * 3),
                     directory_id=self.one_of(
                         list(self.directories.values()) + homes * 5),
                     disabled=self.truth(4))
        names = self.prefixes + ["old", "older", "oldest", "loop", ""]
        for name in self.some(names, 9):
            self.add("repository_redirect", from_repo=self.text(name),
                     to_repo=self.text(self.draw.choice([name] + names)))

    def add_networks(self):
        for _ in range(self.draw.randint(0, 5)):
            self.add("netblock_country", netblock=self.spelled(),
                     country=self.country())
        self.routes = [self.route() for _ in range(self.draw.randint(0, 12))]
        self.routes.append(("203.0.113.0/24", 5))  # one that can be used
        self.continents = [
            (country, self.draw.choice(CONTINENTS * 2 + ["--"]))
            for country in self.some(COUNTRIES, 6, 2)]
        self.continents += self.some(
            [("zz ", "eu"), ("É", "EU"), ("xx", "--"), ("", "EU"), ("YY", "EU"),
             ("GLOBAL", "NA"), ("a,b", "EU"), ("\u00a0fr\t", "\u2003na"),
             ('"JP" ', ' "eu"'), ("#DE", "NA"), ("US", ""),
             ("E" * 4097, "EU")], 4)
        self.geoip = {
            str(network): self.record() for network in sorted(
                set(self.some(self.networks, 14, 6)),
                key=lambda network: network.prefixlen)
            if not aliased(network)}
        self.geoip["203.0.113.0/24"] = "ZZ"  # a file holds at least one

    def route(self):
        network = self.draw.choice(self.networks)
        return self.draw.choice(
            [(network, self.asn())] * 6
            + [(network, f"{self.asn()} a name"), ("#", "a comment"),
               ("", ""), (f"\t{network}\t", self.asn()),
               (network.network_address, self.asn()), (network, ""),
               (network, f"x{self.asn()}"), (network, 0), (network, 23456),
               (self.draw.choice(PRIVATE_NETWORKS), self.asn()),
               (f"\u00a0{network}\u2003", f"{self.asn()}\r"),
               (self.draw.choice(BAD_NETWORKS), self.asn())])

    def record(self):
        """A record of a country, of a city, or of neither."""
        record = self.record_of_country()
        if isinstance(record, str):
            if self.chance(30):
                return record
            record = {"country": {"iso_code": record}}
        return {**record, **self.continent_of_record(), **self.place()}

    def continent_of_record(self):
        if self.chance(40):
            return {}
        code = self.draw.choice(CONTINENTS * 3 + ["eu", " NA ", "--", "", "X"])
        return self.draw.choice([
            {"continent": {"code": code}}, {"continent_code": code},
            {"continent": code}, {"continent": {"names": "x"}},
            {"continent": {"code": code}, "continent_code": "XX"},
            {"continent": {"code": Uint(7, 5)}, "continent_code": code}])

    def place(self):
        if self.chance(40):
            return {}
        pair = {"latitude": self.degree(90), "longitude": self.degree(180)}
        odd = {self.draw.choice(list(pair)): self.draw.choice(
            [91.0, -180.5, "10", "x", Uint(91, 5), Uint(200, 6), float("nan"),
             float("inf"), 1e300])}
        return self.draw.choice([
            {"location": pair}, {"location": pair}, pair,
            {"location": {**pair, **odd}}, {**pair, **odd},
            {"location": {**pair, **odd}, **pair}, {"location": "x", **pair},
            {"location": {"latitude": 10.0}}, {"longitude": 10.0},
            {"location": {"latitude": Uint(7, 5), "longitude": Uint(90, 6)}}])

    def record_of_country(self):
        country = self.draw.choice(COUNTRIES + ["zz", " jp ", "\u00a0fr\n"])
        return self.draw.choice([
            country, {"registered_country": {"iso_code": country}},
            {"country_code": country}, {"continent": "EU"},
            {"country": country, "country_name": "US"},
            {"country": "Germany"}, {"country": "US", "country_code": country},
            {"country": {"iso_code": country},
             "registered_country": {"iso_code": "US"}, "country_code": "CA"},
            {"country": {"names": "x"},
             "registered_country": {"iso_code": country}}])


def network_of(address, length, kind):
    return kind((address, length), strict=False)


def aliased(network):
    """Whether a country database has its IPv4 tree there a second time."""
    return network.version == 6 and any(
        network.overlaps(ipaddress.ip_network(alias))
        for alias in ("2001::/32", "2002::/16"))
