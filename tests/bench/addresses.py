# SPDX-License-Identifier: Apache-2.0
"""An invented internet: blocks of addresses, who announces them, which
country they are in.

The same seed gives the same one. Numbers are 128 bits wide, IPv4 is ::/96.
The sizes of blocks, the more specific routes inside them and the few
countries that hold most of it are as in the real one; so is that most blocks
are whole, and a few cut into thousands of pieces in other countries.
"""

import bisect
import ipaddress
import itertools
import random

# country, continent, its share of mirrors; addresses are spread more evenly
COUNTRIES = """
US NA 220, DE EU 100, FR EU 45, GB EU 38, NL EU 36, CN AS 34, JP AS 26,
CA NA 26, RU EU 22, SE EU 20, AU OC 18, BR SA 18, IT EU 16, CH EU 15, PL EU 14,
CZ EU 14, TW AS 13, KR AS 12, IN AS 12, SG AS 12, UA EU 11, ES EU 10, FI EU 9,
NO EU 9, DK EU 9, AT EU 9, RO EU 8, HU EU 8, BE EU 7, ID AS 7, HK AS 7, ZA AF 7,
PT EU 6, GR EU 6, TR AS 6, BG EU 5, NZ OC 5, AR SA 4, CL SA 4, EC SA 3, IR AS 3,
IL AS 3, IE EU 3, LT EU 3, LV EU 3, EE EU 3, RS EU 3, SK EU 3, SI EU 3, HR EU 2,
VN AS 2, TH AS 2, MY AS 2, PH AS 2, BD AS 2, KZ AS 2, MX NA 2, CO SA 2, CR NA 2,
KE AF 2, MA AF 1, TN AF 1, EG AF 1, NG AF 0, TZ AF 1, UG AF 0, GH AF 0, MD EU 2,
BY EU 2, GE AS 1, AM AS 1, AZ AS 1, UZ AS 1, MN AS 1, NP AS 1, PK AS 1, LK AS 0,
NC OC 2, IS EU 2, LU EU 2, CY EU 1, MT EU 0, PE SA 1, UY SA 1, PY SA 0, BO SA 0,
VE SA 0, CU NA 0, DO NA 0, GT NA 0, PA NA 0, SA AS 1, AE AS 1, QA AS 0, KW AS 0,
JO AS 0, LB AS 0, IQ AS 0, DZ AF 0, ET AF 0, SN AF 0, CI AF 0, CM AF 0, AO AF 0,
MZ AF 0, ZW AF 0, BW AF 0, NA AF 0, MU AF 0, MG AF 0, RE AF 0, AQ AN 0, FJ OC 0
"""
COUNTRIES = [(code, continent, int(share)) for code, continent, share in
             (words.split() for words in COUNTRIES.split(","))]
CODES = [code for code, _, _ in COUNTRIES]
CONTINENTS = {code: continent for code, continent, _ in COUNTRIES}
SHARES = list(itertools.accumulate(share + 20 for _, _, share in COUNTRIES))

# Where its registry begins in IPv6.
V6_PLACES = {"AF": 0x2c00, "AS": 0x2400, "EU": 0x2a00, "NA": 0x2600,
             "OC": 0x2403, "SA": 0x2800, "AN": 0x2001}
V6_LENGTHS = (29, 32, 32, 32, 36, 40, 44, 48, 48)
CUTS = 1.2  # of a Pareto distribution: a few blocks are cut into thousands
ABROAD = 0.3  # of the pieces of a block that is cut

UNROUTED = (10, 100, 127, 169, 172, 192)  # /8, with networks that nobody has
V4_LENGTHS = range(12, 25)
V4_WEIGHTS = list(itertools.accumulate(
    (1, 2, 5, 9, 16, 14, 16, 20, 22, 20, 30, 24, 60)))


class Block:
    """What a registry gave to somebody; `routes` are (first, length, asn)."""

    __slots__ = "first", "length", "country", "asn", "routes", "pieces"

    def __init__(self, first, length, country, asn):
        self.first = first
        self.length = length
        self.country = country
        self.asn = asn
        self.routes = []
        self.pieces = []


class Internet:
    """About `routed` networks with an AS and `located` ones with a
    country."""

    def __init__(self, seed, routed, located):
        self.random = random.Random(f"internet {seed}")
        self.homes = self._systems(max(100, routed // 7))
        self.v4 = self._blocks(self._v4_places(), routed * 4 // 5,
                               located * 3 // 4)
        self.v6 = self._blocks(self._v6_places(), routed // 5, located // 4)
        self.blocks = self.v4 + self.v6
        self.by_country = {}
        for block in self.blocks:
            self.by_country.setdefault(block.country, []).append(block)

    def country(self):
        at = self.random.randrange(SHARES[-1])
        return CODES[bisect.bisect_right(SHARES, at)]

    # Blocks

    def _systems(self, n):
        """country -> its autonomous systems, the large ones first."""
        homes = {code: [] for code in CODES}
        for number in self.random.sample(range(1, 400_000), n):
            homes[self.country()].append(number)
        for number, code in enumerate(CODES):
            homes[code].append(400_000 + number)
        return homes

    def _v4_places(self):
        at, end = 1 << 24, 224 << 24
        while at < end:
            length = V4_LENGTHS[bisect.bisect_right(
                V4_WEIGHTS, self.random.randrange(V4_WEIGHTS[-1]))]
            if not at & 0xffffff and self.random.random() < 0.1:
                length = 9
            size = 1 << 32 - length
            at = (at + size - 1) & -size
            if at >> 24 not in UNROUTED and at + size <= end:
                yield at, 96 + length, self.country()
            at += size

    def _v6_places(self):
        at = {continent: first << 112
              for continent, first in V6_PLACES.items()}
        while True:
            country = self.country()
            length = self.random.choice(V6_LENGTHS)
            size = 1 << 128 - length
            continent = CONTINENTS[country]
            first = (at[continent] + size - 1) & -size
            yield first, length, country
            at[continent] = first + size

    def _blocks(self, places, routed, located):
        """Blocks in these places until they have `routed` routes.  IPv4 is
        finite: the sizes above make it last a little longer than needed."""
        places = sorted(itertools.islice(places, routed))
        cuts = self._uneven(places, located - len(places))
        return [self._block(*place, routed / len(places), cut)
                for place, cut in zip(places, cuts)]

    def _uneven(self, places, total):
        """Cuts of each place: a few have many, large ones more than small."""
        ends = list(itertools.accumulate(
            (2 ** (-length / 3) * (self.random.paretovariate(CUTS) - 1)
             for _, length, _ in places), initial=0))
        ends = [int(end * total / ends[-1]) for end in ends]
        return [end - start for start, end in itertools.pairwise(ends)]

    def _block(self, first, length, country, routes, cuts):
        homes = self.homes[country]
        asn = homes[int(len(homes) * self.random.random() ** 3)]
        block = Block(first, length, country, asn)
        self._announce(block, routes)
        self._locate(block, cuts)
        return block

    def _announce(self, block, n):
        """The block itself, and parts of it, some by customers."""
        longest = 120 if block.length > 96 + 8 and block.first >> 32 == 0 \
            else 48
        block.routes.append((block.first, block.length, block.asn))
        extra = self.random.expovariate(1 / max(0.1, 2.1 * n - 2)) \
            if block.length < longest else 0
        seen = {(block.first, block.length)}
        for _ in range(int(extra)):
            length = self.random.randint(block.length + 1, longest)
            first = self._inside(block, length)
            asn = block.asn if self.random.random() < 0.7 else \
                self.random.choice(self.homes[block.country])
            if (first, length) not in seen:
                seen.add((first, length))
                block.routes.append((first, length, asn))

    def _locate(self, block, cuts):
        """Disjoint pieces with a country; many are abroad, some unknown."""
        pieces = self._cut(block, cuts)
        for first, length in pieces:
            chance = self.random.random()
            if chance < 0.02:
                continue
            country = self.country() \
                if len(pieces) > 1 and chance < ABROAD else block.country
            block.pieces.append((first, length, country))

    def _cut(self, block, cuts):
        """The block, or its pieces after some of them have been halved."""
        pieces = [(block.first, block.length)]
        longest = 128 if block.first >> 32 == 0 else 64
        for _ in range(cuts):
            first, length = pieces.pop(self.random.randrange(len(pieces)))
            if length == longest:
                pieces.append((first, length))
                continue
            pieces.append((first, length + 1))
            pieces.append((first + (1 << 127 - length), length + 1))
        return sorted(pieces)

    # What others ask

    def _inside(self, block, length):
        """A random network of that length inside the block."""
        bits = length - block.length
        return block.first + (self.random.getrandbits(bits) << 128 - length)

    def routes(self):
        return (route for block in self.blocks for route in block.routes)

    def pieces(self):
        return (piece for block in self.blocks for piece in block.pieces)

    def client(self, chance, v6=False):
        """An address in one of the blocks."""
        block = chance.choice(self.v6 if v6 else self.v4)
        return address(block.first | chance.getrandbits(128 - block.length))


def address(number):
    if number >> 32 == 0:
        return str(ipaddress.IPv4Address(number))
    return str(ipaddress.IPv6Address(number))


def network(first, length):
    return f"{address(first)}/{length - 96 if first >> 32 == 0 else length}"
