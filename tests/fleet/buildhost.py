# SPDX-License-Identifier: Apache-2.0
"""The host beside the database: it makes the cache and hands it out by rsync.

Knows what stands in the database. Every state of it has a mark, with which
the names of all of its hosts begin.
"""

import itertools
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from harness.database import Database
from harness.httpd import wait_for
from harness.mirrormanager import Rows
from harness.ports import free_port
from harness.postgresql import PostgreSQL
from harness.shipped import CONF_D, run_unit
from harness.tools import NAME

HOSTS = 60  # in each country
COUNTRY_OF = {"127.0.0.2": "de", "127.0.0.3": "fr"}  # the clients
NEIGHBOUR = "127.0.0.4"  # a client with a private mirror beside it

RSYNCD = """\
use chroot = no
log file = {folder}/rsyncd.log
[mirrorlist]
    path = {folder}/published
    read only = yes
"""


def database(mark):
    """One repository; hosts are called MARK-COUNTRY-NUMBER."""
    rows = Rows()
    topic = rows.topic("epel-9")
    for address, country in COUNTRY_OF.items():
        rows.add("netblock_country", netblock=address, country=country.upper())
        for number in range(HOSTS):
            name = f"{mark}-{country}-{number}"
            topic.host(name, country.upper(), [
                f"{scheme}://{name}.test/{'x' * 60}"
                for scheme in ("https", "http")])
    topic.host(f"{mark}-near-0", "JP", private=True, netblocks=[NEIGHBOUR])
    return rows.db


class BuildHost:
    """A database, the refresh unit and an rsync daemon inside `with`."""

    def __init__(self):
        self.marks = (f"g{number}" for number in itertools.count(1))
        self.last = 0  # second in which the cache was made

    def __enter__(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="mirrorlist-build-")
        self.folder = Path(self.temporary.name)
        self.folder.chmod(0o755)  # rsync's daemon becomes somebody else
        self.published = self.folder / "published"
        self.published.mkdir()
        self.postgresql = PostgreSQL().__enter__()
        self.daemon = None
        try:
            self._configure()
            self._start_daemon()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *exception):
        if self.daemon:
            self.daemon.terminate()
            self.daemon.wait()
        self.postgresql.__exit__(*exception)
        self.temporary.cleanup()

    def _configure(self):
        """The shipped configuration, completed as its comments say."""
        text = (CONF_D / "mirrorlist-cachegen.conf").read_text()
        url = self.postgresql.url("mirrormanager2")
        (self.folder / "mirrorlist-cachegen.conf").write_text(
            f"{text}DATABASE={url}\nOUTPUT={self.published / NAME}\n"
            "ALLOW_LOOPBACK=yes\n")  # where the clients of the tests are

    def _start_daemon(self):
        (self.folder / "rsyncd.conf").write_text(
            RSYNCD.format(folder=self.folder))
        self.port = free_port()
        self.daemon = subprocess.Popen(
            ["rsync", "--daemon", "--no-detach", "--address=127.0.0.1",
             f"--port={self.port}", f"--config={self.folder}/rsyncd.conf"],
            stdin=subprocess.DEVNULL)
        wait_for(self._daemon_answers, "the rsync daemon answers")

    def _daemon_answers(self):
        assert self.daemon.poll() is None, "the rsync daemon ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    @property
    def url(self):
        """What proxies pull from."""
        return f"rsync://127.0.0.1:{self.port}/mirrorlist/{NAME}"

    def change(self):
        """The next state of the database; its mark."""
        mark = next(self.marks)
        self._fill(database(mark))
        return mark

    def lose_everything(self):
        """All tables are there and empty."""
        self._fill(Database())

    def _fill(self, rows):
        rows.postgresql(self.postgresql, "mirrormanager2")

    def refresh(self):
        """Runs the refresh unit; its exit code."""
        return run_unit("mirrorlist-refresh.service", self.folder)

    def publish(self):
        """A new state and its cache; the mark. Not in the second of the last
        one: rsync tells caches of the same size apart by their second."""
        mark = self.change()
        wait_for(lambda: int(time.time()) > self.last, "the clock moves on")
        code = self.refresh()
        assert code == 0, f"the refresh ended with {code}"
        self.last = int((self.published / NAME).stat().st_mtime)
        return mark

    def cache(self):
        """The bytes that are published."""
        return (self.published / NAME).read_bytes()
