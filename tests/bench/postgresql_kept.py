# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server whose data stay: to fill it takes longer than to measure.

Its settings are those of a fresh installation but for durability, which would
only slow the filling. The socket's folder is a new one each time, because a
socket's path must be short.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from harness.httpd import PATIENCE, wait_for
from harness.postgresql import USER, programs, somebody


class PostgreSQL:
    """A running server inside `with`; its data are in `folder`."""

    def __init__(self, folder):
        self.data = folder / "data"
        self.log = folder / "log"
        self.folder = folder

    def __enter__(self):
        self.about = dict(cwd="/", stdin=subprocess.DEVNULL, **somebody())
        self.socket = Path(tempfile.mkdtemp(prefix="mirrorlist-bench-pg-"))
        self._give(self.socket)
        if not self.data.exists():
            self._initialise()
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, "-k", self.socket,
                 "-c", "listen_addresses=", "-c", "fsync=off",
                 "-c", "max_wal_size=1GB"],
                stdout=log, stderr=log, **self.about)
        wait_for(self._answers, "PostgreSQL answers")
        return self

    def __exit__(self, kind, value, trace):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        shutil.rmtree(self.socket)

    def _give(self, folder):
        if "user" in self.about:
            os.chown(folder, self.about["user"], self.about["group"])

    def _initialise(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self._give(self.folder)
        subprocess.run(
            [programs() / "initdb", "--pgdata", self.data, "--username", USER,
             "--auth", "trust", "--encoding", "UTF8", "--locale", "C",
             "--no-sync"], stdout=subprocess.DEVNULL, check=True, **self.about)

    def _answers(self):
        assert self.process.poll() is None, self.log.read_text()
        return subprocess.run(
            self.psql("postgres", "SELECT 1"),
            capture_output=True).returncode == 0

    def psql(self, name, command):
        return [programs() / "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
                "-d", self.url(name), "-c", command]

    def ask(self, name, command):
        """The first field of the answer as text."""
        return subprocess.run(self.psql(name, command), check=True,
                              capture_output=True, text=True).stdout.strip()

    def url(self, name):
        return f"postgresql://{USER}@/{name}?host={self.socket}"
