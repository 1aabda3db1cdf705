# SPDX-License-Identifier: Apache-2.0
"""What mirrorlist-cachegen takes, beside the database's own share: the plain
stream of host_category_dir's up-to-date rows.
"""

import os
import sqlite3
import subprocess
import time
from statistics import median

from harness.httpd import BUILD

COLUMNS = "SELECT host_category_id, directory_id FROM host_category_dir"
PLAIN = f"COPY ({COLUMNS} WHERE up2date) TO STDOUT (FORMAT binary)"
LONG_S = 0.5  # below it a ratio says how long it takes to start a program
MB = 1 << 20


def spent(command):
    """(seconds, peak bytes) of a program."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"{command} failed"
    return time.monotonic() - started, usage.ru_maxrss * 1024


def cachegen(data, url, output):
    return [BUILD / "mirrorlist-cachegen", "--database", url, "--quiet",
            "--geoip", data / "countries.mmdb",
            "--netblocks", data / "global_netblocks.txt",
            "--continents", data / "country_continent.csv",
            "--output", output, "--force"]


def plain_sqlite(file):
    started = time.monotonic()
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    for _ in connection.execute(f"{COLUMNS} WHERE up2date"):
        pass
    connection.close()
    return time.monotonic() - started


def measure_postgresql(data, server, name, rounds, table, size):
    url = server.url(name)
    output = data / "postgresql.cache"
    plain, ours, peaks = [], [], []
    for _ in range(rounds):
        plain.append(spent(server.psql(name, PLAIN))[0])
        seconds, peak = spent(cachegen(data, url, output))
        ours.append(seconds)
        peaks.append(peak)
    output.replace(data / "mirrorlist.cache")
    what = f"{size}: cachegen beside a plain COPY"
    details = f"{median(ours):.2f} s of {median(plain):.2f} s"
    if median(plain) >= LONG_S:
        table.at_most(what, median(ours) / median(plain), 1.4, details)
    else:
        table.note(what, details)
    table.at_most(f"{size}: cachegen's peak memory, MB", max(peaks) / MB, 256)
    file_size = (data / "mirrorlist.cache").stat().st_size
    table.note(f"{size}: cache file", f"{file_size / MB:.1f} MB")


def measure_sqlite(data, rounds, table, size):
    file = data / "mirrormanager.sqlite"
    output = data / "sqlite.cache"
    plain, ours, peaks = [], [], []
    for _ in range(rounds):
        plain.append(plain_sqlite(file))
        seconds, peak = spent(cachegen(data, f"sqlite:{file}", output))
        ours.append(seconds)
        peaks.append(peak)
    table.note(f"{size}: cachegen from SQLite",
               f"{median(ours):.2f} s, {max(peaks) / MB:.0f} MB; Python reads "
               f"the rows alone in {median(plain):.2f} s")
