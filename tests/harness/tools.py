# SPDX-License-Identifier: Apache-2.0
"""The project's two tools, and the files that the compiler reads.

Knows how to call them and how to read what they print.
"""

import os
import subprocess

from harness import mmdb
from harness.httpd import BUILD, PATIENCE

NAME = "mirrorlist.cache"


# Programs that run another: with the rights of a user who is not root, or on
# a disk that is full after 4 kB.
PLAIN_USER = (["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
              if os.geteuid() == 0 else [])
FULL_DISK = ["sh", "-c", 'trap "" XFSZ; ulimit -f 4; exec "$@"', "sh"]


def run(tool, *arguments, under=(), **about):
    """Runs a tool of this build; `arguments` may be of any type."""
    return subprocess.run([*under, str(BUILD / tool), *map(str, arguments)],
                          capture_output=True, timeout=PATIENCE,
                          **{"stdin": subprocess.DEVNULL, **about})


def cachegen(*arguments, **about):
    return run("mirrorlist-cachegen", *arguments, text=True, **about)


def preloaded(folder, source, **environment):
    """The environment in which a library made of the C file comes before all
    others but a sanitizer's."""
    library = folder / f"{source.stem}.so"
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-O1",
                    "-o", library, source], check=True)
    before = os.environ.get("MIRRORLIST_PRELOAD", "")
    return {**os.environ, "LD_PRELOAD": f"{before} {library}", **environment}


def country_database(file, networks, **options):
    """A MaxMind file; `networks`: network -> code, or a record."""
    mmdb.write(file, {network: record_of(record)
                      for network, record in networks.items()}, **options)
    return file


def record_of(record):
    return {"country": {"iso_code": record}} if isinstance(record, str) \
        else record


def input_files(folder, geoip=None, netblocks=(), continents=()):
    """The options for files that are written into the folder; none for one
    that would say nothing."""
    options = []
    if netblocks:
        file = folder / "global_netblocks.txt"
        file.write_text(
            "".join(f"{network} {asn}\n" for network, asn in netblocks))
        options += ["--netblocks", file]
    if continents:
        file = folder / "country_continent.csv"
        file.write_text(
            '"iso 3166 country","continent code"\n'
            + "".join(f"{country},{code}\n" for country, code in continents))
        options += ["--continents", file]
    if geoip is not None:
        options += ["--geoip",
                    country_database(folder / "countries.mmdb", geoip)]
    return options


def make_cache(folder, database, geoip=None, netblocks=(), continents=(),
               time=None, options=(), source=None, **about):
    """Compiles the rows through SQLite, or the `source` that some options
    name, whatever is lost; the cache's path."""
    if source is None:
        file = folder / "rows.sqlite"
        file.unlink(missing_ok=True)
        source = ["--database", f"sqlite:{database.sqlite(file)}"]
    if time is not None:
        options = [*options, "--time", time]
    result = cachegen(
        *source, "--output", folder / NAME, "--quiet", "--force",
        *input_files(folder, geoip, netblocks, continents), *options, **about)
    assert result.returncode == 0, result.stderr
    return folder / NAME


class Printed:
    """What mirrorlist-query printed: status, headers, body."""

    def __init__(self, output):
        head, _, self.body = output.partition(b"\n\n")
        status, *lines = head.decode().split("\n")
        self.status = int(status.split()[1])
        self.headers = dict(line.split(": ", 1) for line in lines)


def query(cache, target, **options):
    words = [f"--{name.replace('_', '-')}={value}"
             for name, value in options.items()]
    result = run("mirrorlist-query", "--cache", cache, *words, target)
    assert result.returncode == 0, result.stderr
    return Printed(result.stdout)
