# SPDX-License-Identifier: Apache-2.0
"""Which hosts, in which pools, and what the header line says about it.

Knows the pools and their conditions.  Knows nothing of URLs' spelling or of
the documents they are written into.
"""

from model import networks
from model.model import scheme


class Selection:
    """The pools of one request, as groups whose inner order is random.

    groups: [(pool name, [host ids])], in answer order, each host once.
    header: the parts that follow the directory's, without trailing blanks.
    """

    def __init__(self, world, carriers, request, address, minimum):
        self.world = world
        self.carriers = carriers
        self.request = request
        self.address = address
        self.country = world.country_of(address)
        self.groups = []
        self.header = []
        self.public = {host for host in carriers
                       if not world.hosts[host].private}
        self.add_location()
        if not request.countries and request.use_networks:
            self.add_netblocks()
            self.add_asn()
        if not self.add_requested():
            self.add_near()
            self.add_global(minimum)

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
        return allowed is None or (self.country is not None
                                   and self.country in allowed)

    def add_location(self):
        name = self.request.location
        if name in self.world.locations:
            self.header.append(b"Using location " + name)
            self.add(b"location",
                     self.world.locations[name] & set(self.carriers))

    def add_netblocks(self):
        lengths = {}
        for identity in self.carriers:
            network = networks.longest(self.host(identity).netblocks,
                                       self.address)
            if network:
                lengths.setdefault(network.prefixlen, []).append(identity)
        if lengths:
            self.header.append(b"Using preferred netblock")
        for length in sorted(lengths, reverse=True):
            self.add(b"netblocks", lengths[length])

    def add_asn(self):
        asn = networks.longest(self.world.routes, self.address)
        clients = {host.id for host in self.world.hosts.values()
                   if asn in host.asns}
        if asn is not None and clients:
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
        hosts = self.welcomed(hosts) or self.fallback(codes)
        self.add(b"country", hosts)
        return bool(hosts)

    def welcomed(self, hosts):
        return {host for host in hosts if self.welcome(host)}

    def print_requested(self, codes):
        if b"GLOBAL" in codes:
            self.header.append(b"country = global")
        spelled = {}
        for item in sorted(self.request.countries, reverse=True):
            spelled[item.upper()] = item
        self.print_countries(
            item for code, item in spelled.items()
            if code != b"GLOBAL" and self.in_countries({code}))

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
        continents = self.world.continents
        if country not in continents:
            return set()
        return {other for other, continent in continents.items()
                if continent == continents[country]} - {country}

    def add_near(self):
        if self.country is None:
            return
        for pool, codes in ((b"geoip", {self.country}),
                            (b"continent", self.neighbours(self.country))):
            hosts = self.in_countries(codes)
            self.print_countries({self.host(host).country for host in hosts})
            self.add_public(pool, hosts)

    def add_global(self, minimum):
        schemes = self.request.schemes
        found = [host for _, group in self.groups for host in group
                 if served(self.carriers[host], schemes)]
        if len(found) < minimum:
            self.header.append(b"country = global")
            self.add_public(b"global", self.public)


def served(urls, schemes):
    """The URLs that `protocol` leaves to a host."""
    if schemes is None:
        return urls
    return [url for url in urls if scheme(url) in schemes][:len(schemes)]
