# SPDX-License-Identifier: Apache-2.0
"""Lists of requests, one path and query a line: a mix as dnf and people send
it, and lists of a single kind.
"""

import random

from bench.addresses import address

MIXED = 2000
SINGLE = 200  # of each single kind


class Lists:
    def __init__(self, world, seed):
        self.world = world
        self.random = random.Random(f"requests {seed}")

    def repository(self):
        """A seventh of the repositories gets half of the requests."""
        repositories = self.world.repositories
        rank = int(len(repositories) ** self.random.random() ** 0.4) - 1
        prefix, arch, _ = repositories[rank]
        return f"repo={prefix}&arch={arch}"

    def client(self):
        v6 = self.random.random() < 0.15
        return "&ip=" + self.world.internet.client(self.random, v6)

    def mixed(self):
        kind = self.random.random()
        if kind < 0.70:
            return f"/metalink?{self.repository()}{self.client()}"
        if kind < 0.95:
            return f"/mirrorlist?{self.repository()}{self.client()}"
        path = self.random.choice(self.world.files)
        return f"/mirrorlist?path={path}{self.client()}"

    def popular(self):
        prefix, arch, _ = self.world.repositories[0]
        return f"repo={prefix}&arch={arch}"

    def epel(self):
        """What nearly all mirrors carry."""
        return next(f"repo={prefix}&arch={arch}" for prefix, arch, _ in
                    self.world.repositories if prefix.startswith("epel"))

    def netblock(self):
        first, length = self.random.choice(self.world.clients)
        client = address(first | self.random.getrandbits(128 - length))
        return f"/metalink?{self.epel()}&ip={client}"

    def countries(self):
        return f"/metalink?{self.epel()}&country=US,CA,MX{self.client()}"

    def everywhere(self):
        return f"/metalink?{self.epel()}&country=global{self.client()}"

    def unknown(self):
        return f"/metalink?repo=nobody-knows&arch=x86_64{self.client()}"

    def redirect(self):
        return f"/mirrorlist?{self.popular()}&redirect=1{self.client()}"

    def metalink(self):
        return f"/metalink?{self.popular()}{self.client()}"


KINDS = {"mixed": Lists.mixed, "metalink": Lists.metalink,
         "netblock": Lists.netblock, "countries": Lists.countries,
         "global": Lists.everywhere, "unknown": Lists.unknown,
         "redirect": Lists.redirect}


def write(world, folder, seed):
    lists = Lists(world, seed)
    for kind, make in KINDS.items():
        n = MIXED if kind == "mixed" else SINGLE
        (folder / f"requests-{kind}.txt").write_text(
            "".join(make(lists) + "\n" for _ in range(n)))
