# SPDX-License-Identifier: Apache-2.0
"""Where addresses and hosts are: what a country database says, and degrees.

Knows the records of such a database and the arithmetic of places.  Knows no
host and no request.
"""

import collections
import dataclasses
import math
import re

from model import networks, texts
from model.texts import code, usable

RADIUS = 6371  # km


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a record says; None for what it does not."""
    country: bytes = None
    continent: bytes = None
    place: tuple = None           # degrees, as two floats


NOTHING = Facts()


class Geography:
    """records: (network, record), of equal networks the last one."""

    def __init__(self, records):
        self.leaves = leaves((network, facts(record))
                             for network, record in dict(records).items())

    def at(self, address):
        """The Facts of an address."""
        if address.version == 6 and any(address in alias
                                        for alias in networks.ALIASES):
            return NOTHING
        return networks.longest(self.leaves, address) or NOTHING

    def countries(self):
        return {found.country for _, found in self.leaves} - {None}

    def continent(self, country):
        """The one that most of its networks have, of equals the first."""
        votes = collections.Counter(
            found.continent for _, found in self.leaves
            if found.country == country and found.continent)
        return min(votes, key=lambda name: (-votes[name], name), default=None)

    def middle(self, country):
        """The middle of a country, or None."""
        placed = [(network, found.place) for network, found in self.leaves
                  if country and found.country == country and found.place]
        weighted = [(network.num_addresses, place)
                    for network, place in placed if network.version == 4]
        return middle(weighted or [(1, place) for _, place in placed])


def leaves(records):
    """The networks as they stand in a file: none inside another."""
    found = []
    for network, value in sorted(records, key=lambda item: item[0].prefixlen):
        split = []
        for other, facts_of_other in found:
            inside = other.version == network.version \
                and network.subnet_of(other)
            parts = other.address_exclude(network) if inside else [other]
            split += [(part, facts_of_other) for part in parts]
        found = [*split, (network, value)]
    return found


# Records --------------------------------------------------------------------

def facts(record):
    if isinstance(record, str):
        record = {"country": {"iso_code": record}}
    part = lambda name: record[name] if isinstance(  # noqa: E731
        record.get(name), dict) else {}
    continent = first_code(part("continent").get("code"),
                           record.get("continent_code"),
                           two_letters(record.get("continent")))
    return Facts(
        first_code(part("country").get("iso_code"),
                   part("registered_country").get("iso_code"),
                   record.get("country_code"),
                   two_letters(record.get("country"))),
        None if continent == b"--" else continent,
        place(part("location")) or place(record))


def first_code(*values):
    found = (usable(code, value) if isinstance(value, (str, bytes)) else None
             for value in values)
    return next(filter(None, found), None)


def two_letters(value):
    sound = isinstance(value, str) and re.fullmatch(
        "[A-Za-z]{2}", value.strip(texts.BLANKS))
    return value if sound else None


def place(columns):
    """latitude and longitude, if both are numbers in range."""
    pair = columns.get("latitude"), columns.get("longitude")
    sound = all(isinstance(degrees, (int, float)) and abs(degrees) <= most
                for degrees, most in zip(pair, (90, 180)))
    return tuple(map(float, pair)) if sound else None


def place_of_host(row):
    """The same for a row of the database, where nobody lives at 0, 0."""
    found = place({name: degrees(row.get(name))
                   for name in ("latitude", "longitude")})
    return found if found and any(found) else None


def degrees(value):
    """A number, however it is stored."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return None


# Degrees --------------------------------------------------------------------

def whole(pair):
    """Whole degrees, rounded half away from zero."""
    return pair and tuple(
        int(math.copysign(math.floor(abs(value) + .5), value))
        for value in pair)


def unit_vector(pair):
    latitude, longitude = map(math.radians, pair)
    return (math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude), math.sin(latitude))


def middle(weighted):
    """weighted: (weight, place); None for no place at all."""
    if not weighted:
        return None
    x, y, z = (math.fsum(weight * unit_vector(pair)[axis]
                         for weight, pair in weighted) for axis in range(3))
    return (math.degrees(math.atan2(z, math.hypot(x, y))),
            math.degrees(math.atan2(y, x)))


def kilometres(one, other):
    """Along the surface."""
    chord = math.dist(unit_vector(one), unit_vector(other))
    return round(2 * RADIUS * math.asin(min(1, chord / 2)))
