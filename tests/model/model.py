# SPDX-License-Identifier: Apache-2.0
"""What the database rows mean: hosts, directories, repositories, networks.

Knows the tables and every rule that turns rows into facts, written as plainly
as possible and with no eye to speed.  Knows nothing of requests (answer.py)
nor of the program under test, whose sources were not read for it.
"""

import dataclasses
import ipaddress
import re

from model import geography, networks, texts
from model.texts import BadText, NoText, code, text, usable

HASHES = (("md5", 32), ("sha1", 40), ("sha256", 64), ("sha512", 128))
SCHEME_RANKS = {b"https": 0, b"http": 1, b"ftp": 2, b"rsync": 3}
IN_HCURL = b' "<>\\^{|}`'
IN_PATH = IN_HCURL + b"#%?"


def number(value):
    """A whole number, however it is stored; None: absent; BadText: none."""
    if isinstance(value, str):
        try:
            value = int(value) if re.fullmatch(" *[0-9]+", value) \
                else float(value) if value else None
        except ValueError as error:
            raise BadText("no number") from error
    if value is not None:
        value = round(value)  # half to even
        if not -2 ** 63 <= value < 2 ** 63:
            raise BadText("too large")
    return value


def directory_name(value):
    return b"/".join(part for part in texts.name(value).split(b"/") if part)


def escaped(raw, special):
    return b"".join(
        b"%%%02X" % byte if byte < 0x20 or byte >= 0x7f or byte in special
        else bytes([byte]) for byte in raw)


def scheme(url):
    """The scheme in lower case, or None."""
    match = re.match(rb"([A-Za-z][A-Za-z0-9+.-]*)://", url)
    return match[1].lower() if match else None


def base_url(value):
    """A base URL with a scheme and, but for files, a host; else None."""
    url = (usable(text, value) or b"").rstrip(b"/")
    if scheme(url) is None:
        return None
    authority = re.split(rb"[/?#]", url.split(b"://", 1)[1])[0]
    host = authority.rpartition(b"@")[2]
    if not host.startswith(b"["):
        host = host.partition(b":")[0]
    if url.endswith(b":") or scheme(url) != b"file" and host in (b"", b"[]"):
        return None
    return url


@dataclasses.dataclass
class Host:
    id: int
    name: bytes                   # None: none that can be shown
    active: bool
    private: bool
    captive: bool                 # its netblocks' clients get nobody else
    country: bytes                # empty: in no country
    bandwidth: int
    place: tuple                  # whole degrees, or None
    asns: set
    netblocks: list               # (network, None)
    allowed: set = None           # None: not restricted


@dataclasses.dataclass(frozen=True)
class Url:
    whole: bytes
    absent: frozenset             # families of addresses: 4, 6


@dataclasses.dataclass
class Client:
    """Who asks; None for what is not known."""
    address: object               # of ipaddress
    country: bytes
    continent: bytes
    place: tuple                  # whole degrees
    asn: int                      # of its network, if hosts have clients there


@dataclasses.dataclass
class Directory:
    """All rows that have its name, whatever slashes they add."""
    name: bytes
    ids: set = dataclasses.field(default_factory=set)
    subpaths: dict = dataclasses.field(default_factory=dict)
    # category id -> path under its top directory


class World:
    """Everything a request can ask for, compiled from in-memory rows."""

    def __init__(self, tables, countries=(), routes="", continents="",
                 captive="", families=None, allow_loopback=False, created=0):
        """families: host name -> families of addresses that it has not;
        None: nobody was asked."""
        self.tables = tables
        self.allow_loopback = allow_loopback
        self.created = created
        self.families = families
        self.captive = {line.encode() for line in texts.lines(captive)}
        self.geography = geography.Geography(
            (ipaddress.ip_network(network), record)
            for network, record in countries)
        self.hosts = self.read_hosts()
        self.directories = self.read_directories()
        self.read_repositories()
        self.read_locations()
        self.continents = self.read_continents(continents)
        self.routes = self.read_routes(routes)
        self.netblock_countries = self.read_netblock_countries()

    def rows(self, table):
        rows = self.tables.get(table, [])
        return sorted(rows, key=lambda row: row.get("id") or 0)

    # Hosts ----------------------------------------------------------------

    def read_hosts(self):
        sites = {row["id"]: row for row in self.rows("site")
                 if complete(row, "private", "admin_active", "user_active")}
        hosts = {}
        for row in self.rows("host"):
            country = usable(country_or_none, row["country"])
            if country is None or row["site_id"] not in {None, *sites} \
                    or not complete(row, "private", "admin_active",
                                    "user_active", "asn_clients"):
                continue
            hosts[row["id"]] = self.host(row, sites.get(row["site_id"]),
                                         country)
        return hosts

    def host(self, row, site, country):
        active = bool(site and site["admin_active"] and site["user_active"]
                      and row["admin_active"] and row["user_active"])
        private = bool(row["private"] or (site and site["private"]))
        peers = [peer["asn"] for peer in self.rows("host_peer_asn")
                 if peer["host_id"] == row["id"]]
        asns = {usable(number, asn) for asn in [*peers, row["asn"]]} - {None} \
            if row["asn_clients"] else set()
        name = usable(text, row["name"])
        return Host(row["id"], name, active, private, name in self.captive,
                    country, bandwidth(row["bandwidth_int"]),
                    self.place_of_host(row, country), asns,
                    self.host_netblocks(row["id"]), self.allowed(row["id"]))

    def place_of_host(self, row, country):
        return geography.whole(geography.place_of_host(row)
                               or self.geography.middle(country))

    def host_netblocks(self, host_id):
        return [(network, network) for row in self.rows("host_netblock")
                if row["host_id"] == host_id
                for network in self.networks(row["netblock"])]

    def allowed(self, host_id):
        """A row that cannot be used restricts to nothing."""
        codes = [usable(code, row["country"]) or None for row in
                 self.rows("host_country_allowed") if row["host_id"] == host_id]
        return set(codes) - {None} if codes else None

    def networks(self, value):
        return networks.parse_networks(value, self.allow_loopback)

    # Directories ----------------------------------------------------------

    def read_directories(self):
        names = {row["id"]: usable(directory_name, row["name"])
                 for row in self.rows("directory")}
        tops = {row["id"]: names.get(row["topdir_id"])
                for row in self.rows("category")}
        directories = {}
        for identity, name in names.items():
            if name is not None:
                directories.setdefault(name, Directory(name)).ids.add(identity)
        for row in self.tables.get("category_directory", []):
            name = names.get(row["directory_id"])
            top = tops.get(row["category_id"])
            if name is not None and below(name, top):
                directories[name].subpaths[row["category_id"]] = \
                    subpath(name, top)
        return directories

    def known(self, name):
        """The directory if one of its categories counts for it."""
        directory = self.directories.get(name)
        return directory if directory and directory.subpaths else None

    def exclusive(self, directory):
        """Ids of the only hosts that may carry it; None: all may."""
        rows = [row["host_id"] for row in self.rows("directory_exclusive_host")
                if row["directory_id"] in directory.ids]
        return set(rows) if rows else None

    def carriers(self, directory):
        """host id -> its base Urls there, best scheme first."""
        only = self.exclusive(directory)
        found = {}
        for row in self.rows("host_category"):
            host = self.hosts.get(row["host_id"])
            if host is None or not host.active \
                    or row["category_id"] not in directory.subpaths \
                    or (only is not None and host.id not in only) \
                    or not self.up_to_date(row, directory):
                continue
            path = directory.subpaths[row["category_id"]]
            found.setdefault(host.id, []).extend(
                self.base_urls(row["id"], path))
        return {host: [Url(url, self.absent(url)) for url in in_order(urls)]
                for host, urls in found.items() if urls}

    def up_to_date(self, host_category, directory):
        if host_category["always_up2date"] is None:
            return False
        return bool(host_category["always_up2date"]) or any(
            row["host_category_id"] == host_category["id"]
            and row["directory_id"] in directory.ids and row["up2date"]
            for row in self.rows("host_category_dir"))

    def base_urls(self, host_category_id, path):
        """(rank of the scheme, id, URL) of the public URLs."""
        for row in self.rows("host_category_url"):
            if row["host_category_id"] != host_category_id \
                    or row["private"] is None or row["private"]:
                continue
            url = base_url(row["url"])
            if url is None:
                continue
            base = escaped(url, IN_HCURL)
            if path:
                base += b"/" + escaped(path, IN_PATH)
            yield SCHEME_RANKS.get(scheme(url), 4), row["id"], base

    def absent(self, url):
        """The families of addresses that the URL's host is known not to
        have."""
        host = host_of(url)
        if self.families is None or host is None:
            return frozenset()
        try:
            address = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return frozenset(self.families.get(host, ()))
        return frozenset({4, 6} - {networks.unmapped(address).version})

    def details(self, directory, filename):
        """The file, then its alternates."""
        if not filename:
            return []
        rows = [detail(row) for row in self.rows("file_detail")
                if row["directory_id"] in directory.ids
                and usable(texts.name, row["filename"]) == filename]
        usable_rows = [row for row in rows if row["hashes"]]
        complete = [row for row in usable_rows
                    if row["timestamp"] and row["size"]]
        complete.sort(key=lambda row: -row["timestamp"])  # equals: by id
        return complete or usable_rows[:1]

    # Repositories ---------------------------------------------------------

    def read_repositories(self):
        arches = {row["id"]: usable(text, row["name"])
                  for row in self.rows("arch")}
        versions = {row["id"] for row in self.rows("version")}
        names = {identity: name
                 for name, directory in self.directories.items()
                 for identity in directory.ids}
        self.repositories = {}     # (prefix, arch) -> directory name
        self.disabled = set()
        for row in self.rows("repository"):
            prefix = usable(text, row["prefix"])
            arch = arches.get(row["arch_id"])
            directory = names.get(row["directory_id"])
            if prefix is None or arch is None or directory is None \
                    or row["version_id"] not in versions \
                    or row["disabled"] is None:
                continue
            self.repositories.setdefault((prefix, arch), directory)
            if row["disabled"]:
                self.disabled.add(prefix)
        self.redirects = self.read_redirects()

    def read_redirects(self):
        steps = {}
        for row in self.rows("repository_redirect"):
            source = usable(text, row["from_repo"])
            target = usable(text, row["to_repo"])
            if source and target and source != target:
                assert source not in steps, "the rules name no winner"
                steps[source] = target
        prefixes = {prefix for prefix, _ in self.repositories}
        ends = {source: end_of(steps, source) for source in steps}
        return {source: end for source, end in ends.items() if end in prefixes}

    def repository_listing(self, repo):
        """Lines, each after a newline: those of `repo` if there are any."""
        own = [key for key in self.repositories if key[0] == repo]
        return b"".join(sorted(b"\n# repo=%s&arch=%s" % key
                               for key in own or self.repositories))

    # Places and networks --------------------------------------------------

    def read_locations(self):
        self.locations = {}        # name -> host ids
        for row in self.rows("location"):
            name = usable(text, row["name"])
            if name is None:
                continue
            self.locations.setdefault(name, set()).update(
                link["host_id"] for link in self.rows("host_location")
                if link["location_id"] == row["id"])

    def read_continents(self, data):
        pairs = [[field.strip(texts.BLANKS).strip('"') for field in
                  (line + ",").split(",")[:2]] for line in texts.lines(data)]
        if pairs and not re.fullmatch("[A-Za-z]{2}", pairs[0][0]):
            del pairs[0]
        pairs += [(row["country"], row["continent"])
                  for row in self.rows("country_continent_redirect")]
        continents = {}
        for pair in pairs:
            country, continent = (usable(code, value) for value in pair)
            if country and continent:
                continents[country] = continent
        for country in self.geography.countries() - continents.keys():
            continents[country] = self.geography.continent(country) or b"--"
        return {country: continent for country, continent in continents.items()
                if continent != b"--"}

    def read_routes(self, data):
        routes = []
        for line in texts.lines(data):
            prefix, asn = [*filter(None, texts.words(line)), "", ""][:2]
            network = networks.parse_network(prefix, self.allow_loopback,
                                             routed=True)
            if network and re.fullmatch("[0-9]+", asn) \
                    and int(asn) not in (0, 23456):
                routes.append((network, int(asn)))
        return routes

    def read_netblock_countries(self):
        rows = [(network, usable(code, row["country"]))
                for row in self.rows("netblock_country")
                for network in self.networks(row["netblock"])]
        return [(network, country) for network, country in rows if country]

    def translated(self, address):
        """IPv4 for an address of a translator that no row covers."""
        inner = networks.translated_ipv4(address)
        rows = [netblock for host in self.hosts.values()
                for netblock in host.netblocks] + self.netblock_countries
        covered = any(address.version == network.version and address in network
                      for network, _ in rows)
        return address if inner is None or covered else inner

    def client(self, address):
        """Who asks from the address, which is translated()."""
        country = self.listed_country(address)
        inner = networks.embedded_ipv4(address)
        if country is None and inner is not None:
            country = self.listed_country(inner)
            known = self.geography.at(inner)
        else:
            known = self.geography.at(address)
        country = country or known.country
        return Client(
            address, country,
            self.continents.get(country) if country else known.continent,
            geography.whole(known.place or self.geography.middle(country)),
            self.asn(address))

    def asn(self, address):
        """The ASN of its network, if it is a host's."""
        asn = networks.longest(self.routes, address)
        known = any(asn in host.asns for host in self.hosts.values())
        return asn if known else None

    def listed_country(self, address):
        return networks.longest(self.netblock_countries, address)


def country_or_none(value):
    """A country, empty if there is none; BadText for one that is bad."""
    try:
        return code(value)
    except NoText:
        return b""


def complete(row, *columns):
    return all(row[column] is not None for column in columns)


def below(name, top):
    return top is not None and (name == top or name.startswith(top + b"/"))


def subpath(name, top):
    return name[len(top) + 1:]


def in_order(urls):
    """The URLs by scheme, then id; the same URL once."""
    return list(dict.fromkeys(url for _, _, url in sorted(urls)))


def detail(row):
    """A row about a file; without hashes it cannot be used."""
    try:
        return {"timestamp": max(number(row["timestamp"]) or 0, 0),
                "size": max(number(row["size"]) or 0, 0),
                "hashes": hashes(row)}
    except BadText:
        return {"hashes": []}


def bandwidth(value):
    return min(max(usable(number, value) or 1, 1), 100000)


def host_of(url):
    """The host of a URL in lower case; None if it has none."""
    found = re.match(rb"[^:]+://(?:[^/?#@]*@)?(\[[^]]*\]|[^/?#:]+)", url)
    return found and found[1].decode().lower()


def hashes(row):
    """(kind, hash) of each that is there; BadText if one of them is none."""
    found = []
    for kind, length in HASHES:
        try:
            value = text(row[kind]).lower()
        except NoText:
            continue
        if not re.fullmatch(rb"[0-9a-f]{%d}" % length, value):
            raise BadText("no hash")
        found.append((kind.encode(), value))
    return found


def end_of(steps, name):
    """Where a chain of redirects ends; None for a loop."""
    seen = set()
    while name in steps:
        if name in seen:
            return None
        seen.add(name)
        name = steps[name]
    return name
