# SPDX-License-Identifier: Apache-2.0
"""An invented MirrorManager as large as Fedora's, or smaller, or larger.

Knows how real mirrors spread: a few countries have most of them, most carry
all of a category, some lack architectures, debug trees or releases, and a few
are late with what changes daily. Knows the rows, not the databases: the small
tables are in `rows`, the millions of host_category_dir come from crawls().
"""

import hashlib
import itertools
import random
from dataclasses import dataclass, field

from bench.addresses import CODES, COUNTRIES, Internet, network
from harness.mirrormanager import Rows

NOW = 1764000000  # seconds, of the newest file
DAY = 86400


@dataclass
class Size:
    """factor: so many distributions of this size side by side, each with its
    own mirrors, in one internet."""
    hosts: int
    sites: int
    directories: int
    repositories: int
    files: int
    routed: int  # networks with an AS
    located: int  # with a country
    factor: int = 1
    carried: tuple = (0.545, 0.975, 0.053, 0.017, 0.014)  # of all hosts, by
    schemes: tuple = (38, 26, 8, 10, 8, 10)  # category; of SCHEMES
    gaps: float = 0.0005  # trees of a mirror that lack one directory


SIZES = {
    "toy": Size(40, 34, 3_000, 120, 800, 5_000, 4_500),
    "fedora": Size(850, 650, 120_000, 3_800, 28_000, 500_000, 455_000),
    "world": Size(1_305, 1_000, 120_150, 3_800, 28_000, 755_000, 1_100_000,
                  carried=(0.222, 0.305, 0.092, 0.046, 0.046),
                  schemes=(0, 50, 10, 40, 0, 0), gaps=0.018),
    "tenfold": Size(850, 650, 120_000, 3_800, 28_000, 500_000, 455_000, 10),
}

PRIMARY = "x86_64 aarch64 ppc64le s390x source"
SECONDARY = "riscv64 i386 armhfp ppc64"


@dataclass
class Category:
    """Shares are of all repositories and directories."""
    name: str
    topdir: str
    folder: str  # where mirrors keep it
    repositories: float
    directories: float
    arches: str
    first_release: int
    kinds: list  # prefix, directory below the top one, days between composes
    trees: list = field(default_factory=list)
    id: int = 0
    distribution: int = 0


KINDS = [
    ("updates-released-f{r}", "updates/{r}/Everything/{a}", 1),
    ("fedora-{r}", "releases/{r}/Everything/{a}/os", 0),
    ("updates-testing-f{r}", "updates/testing/{r}/Everything/{a}", 1),
    ("fedora-debug-{r}", "releases/{r}/Everything/{a}/debug/tree", 0),
    ("updates-released-debug-f{r}", "updates/{r}/Everything/{a}/debug", 1),
    ("updates-testing-debug-f{r}", "updates/testing/{r}/Everything/{a}/debug",
     1),
    ("fedora-modular-{r}", "releases/{r}/Modular/{a}/os", 0),
    ("updates-released-modular-f{r}", "updates/{r}/Modular/{a}", 1),
    ("fedora-install-{r}", "releases/{r}/Server/{a}/os", 0),
]
EPEL = [
    ("epel-{r}", "{r}/Everything/{a}", 1),
    ("epel-testing-{r}", "testing/{r}/Everything/{a}", 1),
    ("epel-debug-{r}", "{r}/Everything/{a}/debug", 1),
    ("epel-testing-debug-{r}", "testing/{r}/Everything/{a}/debug", 1),
    ("epel-next-{r}", "next/{r}/Everything/{a}", 2),
]


def prefixed(word, kinds):
    return [(f"{word}-{prefix}", path, 0) for prefix, path, _ in kinds]


def categories(number):
    """The categories of a distribution; those of the first have no mark."""
    found = [
        Category("Fedora Linux", "pub/fedora/linux", "fedora/linux",
                 0.11, 0.117, PRIMARY, 38, KINDS),
        Category("Fedora EPEL", "pub/epel", "epel",
                 0.04, 0.025, PRIMARY, 6, EPEL),
        Category("Fedora Secondary Arches", "pub/fedora-secondary",
                 "fedora-secondary", 0.11, 0.108, SECONDARY, 38, KINDS),
        Category("Fedora Archive", "pub/archive", "fedora-archive",
                 0.53, 0.5, PRIMARY + " " + SECONDARY, 7,
                 prefixed("archive", KINDS)),
        Category("Fedora Other", "pub/alt", "fedora-alt",
                 0.21, 0.25, PRIMARY, 1, prefixed("alt", KINDS)),
    ]
    if number:
        for category in found:
            category.distribution = number
            category.name += f" {number}"
            category.topdir = f"pub/{number}{category.topdir[3:]}"
            category.kinds = [(f"d{number}-{prefix}", path, days)
                              for prefix, path, days in category.kinds]
    return found


class Tree:
    """A repository's directories: suffixes of its name, with their ids."""

    def __init__(self, category, release, path, days, traits):
        self.category = category
        self.number = len(category.trees)
        self.release = release
        self.path = path
        self.days = days  # between two composes; 0: never again
        self.traits = traits  # arch and kind: what a mirror may lack
        self.directories = []  # (path below the top directory, id)


@dataclass
class Carrier:
    """A host_category row: what its host leaves out."""
    id: int
    lacks: set
    late: float  # chance to be late with a tree that changes


BANDWIDTHS = (100, 1000, 10_000, 20_000, 40_000, 100_000)
BANDWIDTH_SHARES = (8, 42, 34, 8, 5, 3)
SCHEMES = (("https", "http", "rsync"), ("https", "http"), ("http",),
           ("https",), ("https", "http", "rsync", "ftp"), ("http", "rsync"))
NAMES = "mirror mirrors ftp linux fedora dl repo pub download archive".split()


class World(Rows):
    def __init__(self, size, seed):
        super().__init__()
        self.size = size
        self.random = random.Random(f"world {seed}")
        self.internet = Internet(seed, size.routed, size.located)
        self.categories = [category for number in range(size.factor)
                           for category in categories(number)]
        self.repositories = []  # (prefix, arch, tree), the popular ones first
        self.files = []  # names of files that are asked for by path
        self.clients = []  # networks of hosts that have netblocks
        self.carriers = {}  # category's name -> Carrier
        for category in self.categories:
            category.id = self.category(category.name, category.topdir)
            self._add_trees(category)
        self._add_files()
        self._add_hosts()
        self._add_rules()

    # The tree

    def _add_trees(self, category):
        size = self.size
        repository_n = round(size.repositories * category.repositories)
        made = len(self.directories)
        wishes = ((release, arch, kind)
                  for release in itertools.count(category.first_release)
                  for kind in category.kinds
                  for arch in category.arches.split())
        for release, arch, kind in itertools.islice(wishes, repository_n):
            self._add_tree(category, release, arch, *kind)
        made = len(self.directories) - made
        wanted = round(size.directories * category.directories)
        self._fill_trees(category, wanted - made)

    def _add_tree(self, category, release, arch, prefix, path, days):
        tree = Tree(category, release, path.format(r=release, a=arch), days,
                    {arch, path})
        self._add_directory(tree, "")
        self._add_directory(tree, "/repodata")
        category.trees.append(tree)
        prefix = prefix.format(r=release)
        self.repository(prefix, arch, self.directory(
            f"{category.topdir}/{tree.path}"),
            disabled=self.random.random() < 0.01)
        self.repositories.append((prefix, arch, tree))

    def _add_directory(self, tree, suffix):
        """The directory and those above it."""
        category = tree.category
        path = tree.path + suffix
        for end in [i for i, c in enumerate(path) if c == "/"] + [None]:
            name = f"{category.topdir}/{path[:end]}"
            if name not in self.directories:
                tree.directories.append(
                    (path[:end], self.directory(name, category.id)))

    def _fill_trees(self, category, n):
        letters = "abcdefghijklmnopqrstuvwxyz"
        suffixes = itertools.chain(
            ["/Packages"], (f"/Packages/{c}" for c in letters),
            ["/images", "/images/pxeboot", "/EFI", "/drpms"],
            (f"/extra{i}" for i in itertools.count()))
        while n > 0:
            suffix = next(suffixes)
            for tree in category.trees[:n]:
                self._add_directory(tree, suffix)
            n -= len(category.trees)

    # Files

    def _add_files(self):
        self.repositories.sort(key=self._unpopularity)
        left = self.size.files * self.size.factor
        for prefix, arch, tree in self.repositories:
            repodata = f"{tree.category.topdir}/{tree.path}/repodata"
            ages = self.random.randint(4, 12) if tree.days else 1
            left -= ages
            self._add_file(repodata, "repomd.xml", ages, tree.days)
        for number, (prefix, arch, tree) in zip(
                range(left), itertools.cycle(self.repositories)):
            folder = f"{tree.category.topdir}/{tree.path}"
            name = f"{prefix}-{arch}-{number}.iso"
            self._add_file(folder, name, 1, 0)
            self.files.append(f"{folder}/{name}")

    @staticmethod
    def _unpopularity(repository):
        prefix, arch, tree = repository
        return tree.days == 0, arch != "x86_64", tree.number

    def _add_file(self, folder, name, ages, days):
        for age in range(ages - 1, -1, -1):
            content = f"{folder}/{name} {age}".encode()
            self.details(
                self.directories[folder], name, timestamp=NOW - age * DAY,
                size=self.random.randint(3000, 8000),
                **{kind: hashlib.new(kind, content).hexdigest()
                   for kind in ("md5", "sha1", "sha256", "sha512")})

    # The mirrors

    def _add_hosts(self):
        size = self.size
        hosts = [self._add_hosts_of(number * size.hosts, number * size.sites)
                 for number in range(size.factor)]
        for category, share in zip(self.categories,
                                   itertools.cycle(size.carried)):
            n = max(2, round(share * size.hosts))
            self.carriers[category.name] = [
                self._add_carrier(host, name, category)
                for host, name in sorted(self.random.sample(
                    hosts[category.distribution], n))]

    def _add_hosts_of(self, first, first_site):
        """The mirrors of a distribution."""
        chance, size = self.random, self.size
        sites = [self.add("site", name=f"Site {first_site + number}",
                          private=chance.random() < 0.02,
                          admin_active=chance.random() >= 0.01)
                 for number in range(size.sites)]
        codes = chance.choices(CODES, [share for *_, share in COUNTRIES],
                               k=size.hosts)
        return [self._add_host(
            first + number, code, sites[number] if number < size.sites
            else chance.choice(sites)) for number, code in enumerate(codes)]

    def _add_host(self, number, code, site):
        chance = self.random
        name = f"{chance.choice(NAMES)}.site{number}.{code.lower()}.example"
        block = chance.choice(self.internet.by_country.get(code)
                              or self.internet.blocks)
        clients = chance.random() < 0.6
        host = self.host(
            name, code, site, chance.choices(BANDWIDTHS, BANDWIDTH_SHARES)[0]
            if chance.random() < 0.99 else None,
            private=chance.random() < 0.02,
            admin_active=chance.random() >= 0.01,
            asn=block.asn if clients else None, asn_clients=clients,
            peers=dict.fromkeys(
                chance.choice(self.internet.blocks).asn
                for _ in range(chance.choice((0, 0, 0, 0, 1, 3)))),
            netblocks=self._netblocks(block) if chance.random() < 0.4 else ())
        return host, name

    def _netblocks(self, block):
        """Of a campus: parts of its block, hardly ever all of it."""
        found = []
        longest = 124 if block.first >> 32 == 0 else 64
        for _ in range(self.random.choice((1, 1, 2, 3, 8))):
            length = self.random.randint(min(block.length, longest), longest)
            first = block.first
            if length > block.length:
                bits = self.random.getrandbits(length - block.length)
                first += bits << 128 - length
            self.clients.append((first, length))
            found.append(network(first, length))
        return found

    def _add_carrier(self, host, name, category):
        chance = self.random
        carrier = self.add("host_category", host_id=host,
                           category_id=category.id,
                           always_up2date=chance.random() < 0.01)
        for scheme in chance.choices(SCHEMES, self.size.schemes)[0]:
            self.add("host_category_url", host_category_id=carrier,
                     url=f"{scheme}://{name}/{category.folder}",
                     private=chance.random() < 0.005)
        lacks = set()
        if chance.random() < 0.12:
            arches = category.arches.split()[1:]
            lacks.update(chance.sample(arches, chance.randint(1, 2)))
        if chance.random() < 0.10:
            lacks.update(path for prefix, path, _ in category.kinds
                         if chance.choice(("debug", "testing")) in prefix)
        return Carrier(carrier, lacks, chance.choice((0.002, 0.01, 0.05)))

    def _add_rules(self):
        chance = self.random
        n = len(self.db.tables["host"])
        for code in CODES[::12]:
            self.add("host_country_allowed", host_id=chance.randint(1, n),
                     country=code)
        locations = [self.add("location", name=f"cloud-{name}")
                     for name in ("east", "west", "north")]
        for location, host in zip(locations, chance.sample(range(1, n + 1), 3)):
            self.add("host_location", location_id=location, host_id=host)
        for number in range(min(200, n)):
            block = chance.choice(self.internet.blocks)
            self.add("netblock_country", country=block.country,
                     netblock=network(block.first + number, 128))
        prefixes = dict.fromkeys(prefix for prefix, *_ in self.repositories)
        for prefix in list(prefixes)[:20]:
            self.redirect(f"{prefix}-latest", prefix)
        for _, directory in self.categories[-1].trees[0].directories:
            self.add("directory_exclusive_host", host_id=1,
                     directory_id=directory)

    # The crawls

    def crawls(self, seed):
        """(carrier's id, tree, ids of the directories that are late): release
        by release as they came out, host by host as they were crawled."""
        for category in self.categories:
            by_release = {}
            for tree in category.trees:
                by_release.setdefault(tree.release, []).append(tree)
            for release, trees in by_release.items():
                chance = random.Random(f"{seed} {category.name} {release}")
                carriers = list(self.carriers[category.name])
                chance.shuffle(carriers)
                for carrier, tree in itertools.product(carriers, trees):
                    if not carrier.lacks & tree.traits:
                        yield carrier.id, tree, late(
                            carrier, tree, self.size.gaps, chance)


def late(carrier, tree, gaps, chance):
    """Mostly nothing; what changes daily is late as a whole, or where it
    changed."""
    if tree.days and chance.random() < carrier.late:
        if chance.random() < 0.3:
            return {number for _, number in tree.directories}
        return {number for path, number in tree.directories
                if path.endswith(("/repodata", "/Packages"))}
    if chance.random() < gaps:
        return {chance.choice(tree.directories)[1]}
    return ()
