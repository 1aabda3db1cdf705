# SPDX-License-Identifier: Apache-2.0
"""The cache that is corrupted: the small world of the tests of the answers.

`python3 -m cache.sample FOLDER` (from tests/) makes it for the fuzzers.
"""

import sys
from pathlib import Path

from httpd import world

from harness import tools


def make(folder):
    """The path of the cache, compiled into the folder."""
    return tools.make_cache(
        folder, world.build().db, geoip=world.COUNTRIES,
        netblocks=world.NETWORKS, continents=world.CONTINENTS,
        time=world.CREATED)


if __name__ == "__main__":
    print(make(Path(sys.argv[1])))
