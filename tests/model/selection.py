# SPDX-License-Identifier: Apache-2.0
"""Which hosts, in which pools, and what the header line says about it.

Knows the pools and their conditions.  Knows nothing of URLs' spelling or of
the documents they are written into.
"""

from model import networks
from model.model import scheme


class Selection:
    """The pools of one request, as groups whose inner order is random.

    carriers: host id -> its URLs that may be shown, best first.
    groups: [(pool name, [host ids])], in answer order, each host once.
    header: the parts that follow the directory's, without trailing blanks.
    """

    def __init__(self, world, carriers, request, client, settings):
        self.world = world
        self.request = request
        self.settings = settings
        self.client = client
        self.carriers = {
            identity: [url.whole for url in urls if self.shows(identity, url)]
            for identity, urls in carriers.items()
            if self.host(identity).country not in request.excluded_codes}
        self.groups = []
        self.header = []
        self.public = {host for host in self.carriers
                       if not world.hosts[host].private}
        self.add_location()
        self.captive = self.add_networks()
        if not self.captive and not self.add_requested():
            self.add_others()
        self.print_excluded()

    def shows(self, identity, url):
        """Whether a URL counts at all."""
        if self.request.ipv and int(self.request.ipv) in url.absent:
            return False
        return self.host(identity).private \
            or self.settings.shows(scheme(url.whole))

    def host(self, identity):
        return self.world.hosts[identity]

    def add(self, pool, hosts):
        taken = {host for _, group in self.groups for host in group}
        fresh = sorted(set(hosts) - taken)
        if fresh:
            self.groups.append((pool, fresh))

    def add_public(self, pool, hosts):
        """A geographic pool: the country rule holds."""
        self.add(pool, [host for host in hosts if self.welcome(host)])

    def welcome(self, identity):
        allowed = self.host(identity).allowed
        return allowed is None or (self.client.country is not None
                                   and self.client.country in allowed)

    def add_location(self):
        name = self.request.location
        if name in self.world.locations:
            self.header.append(b"Using location " + name)
            self.add(b"location",
                     self.world.locations[name] & set(self.carriers))

    def add_networks(self):
        """True if there is a captive host."""
        if self.request.countries or not self.request.use_networks:
            return False
        captive = self.add_netblocks()
        if not captive:
            self.add_asn()
        return captive

    def add_netblocks(self):
        """True if one of them is captive."""
        lengths = {}
        for identity in self.carriers:
            network = networks.longest(self.host(identity).netblocks,
                                       self.client.address)
            if network:
                lengths.setdefault(network.prefixlen, []).append(identity)
        if lengths:
            self.header.append(b"Using preferred netblock")
        for length in sorted(lengths, reverse=True):
            self.add(b"netblocks", lengths[length])
        return any(self.host(identity).captive
                   for hosts in lengths.values() for identity in hosts)

    def add_asn(self):
        asn = self.client.asn
        clients = {host.id for host in self.world.hosts.values()
                   if asn in host.asns}
        if asn is not None:
            self.header.append(b"Using ASN %d" % asn)
            self.add(b"asn", clients & set(self.carriers))

    def in_countries(self, codes):
        return {host for host in self.public
                if self.host(host).country in codes}

    def add_requested(self):
        """True if the requested countries, or their continents', have hosts."""
        codes = self.request.country_codes
        self.print_requested(codes)
        hosts = self.public if b"GLOBAL" in codes else self.in_countries(codes)
        hosts = self.welcomed(hosts)
        if not hosts and self.request.fallback:
            hosts = self.fallback(codes)
        self.add(b"country", hosts)
        return bool(hosts)

    def welcomed(self, hosts):
        return {host for host in hosts if self.welcome(host)}

    def print_requested(self, codes):
        if b"GLOBAL" in codes:
            self.header.append(b"country = global")
        self.print_countries(
            item for code, item in once(self.request.countries).items()
            if code != b"GLOBAL" and self.in_countries({code}))

    def print_excluded(self):
        self.header += [b"exclude_country = " + item for item in
                        sorted(once(self.request.excluded).values())]

    def print_countries(self, names):
        self.header += [b"country = " + name for name in sorted(names)]

    def fallback(self, codes):
        near = set().union(*(self.neighbours(code) for code in codes)) - codes
        hosts = self.in_countries(near)
        welcomed = self.welcomed(hosts)
        if welcomed:
            self.print_countries({self.host(host).country for host in hosts})
        return welcomed

    def neighbours(self, country):
        """The other countries of a country's continent."""
        return self.on(self.world.continents.get(country)) - {country}

    def on(self, wanted):
        """The countries of a continent; None: unknown."""
        return {country for country, continent in self.world.continents.items()
                if continent == wanted}

    def add_others(self):
        """Unless somebody wants only what was asked for."""
        if self.request.fallback or not self.request.countries:
            self.add_near()
        if self.request.fallback:
            self.add_global()

    def add_near(self):
        own = {self.client.country} - {None}
        around = self.on(self.client.continent) - own
        for pool, codes in ((b"geoip", own), (b"continent", around)):
            hosts = self.in_countries(codes)
            self.print_countries({self.host(host).country for host in hosts})
            self.add_public(pool, hosts)

    def add_global(self):
        schemes = self.request.schemes
        found = [host for _, group in self.groups for host in group
                 if served(self.carriers[host], schemes)]
        if len(found) < self.settings.minimum:
            self.header.append(b"country = global")
            self.add_public(b"global", self.public)


def once(spelled):
    """code -> the bytewise first of its spellings."""
    return {item.upper(): item for item in sorted(spelled, reverse=True)}


def served(urls, schemes):
    """The URLs that `protocol` leaves to a host."""
    if schemes is None:
        return urls
    return [url for url in urls if scheme(url) in schemes][:len(schemes)]
