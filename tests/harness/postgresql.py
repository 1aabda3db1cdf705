# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL server of one's own, on a Unix socket in its folder.

Knows where Debian and Fedora keep the programs, and that the server refuses
to run as root. Knows nothing of tables.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from harness.httpd import PATIENCE, wait_for

USER = "mirrormanager"  # of the server, not of the system
SETTINGS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off",
            "max_connections": 10, "shared_buffers": "8MB",
            "listen_addresses": ""}

EMPTY = b"DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def programs():
    """The folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: float(path.parts[4]))
    program = found[-1] if found else shutil.which("initdb")
    assert program, "there is no PostgreSQL server on this machine"
    return Path(program).parent


def somebody():
    """Arguments for subprocess: who runs the server if we are root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return dict(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    raise LookupError("neither postgres nor nobody is a user here")


class PostgreSQL:
    """A running server inside `with`."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="mirrorlist-pg-"))
        self.process = None
        self.databases = {}  # name -> encoding
        try:
            self._initialize()
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind, value, trace):
        self.stop()
        shutil.rmtree(self.folder)

    def _about(self):
        """Arguments for subprocess: where and as whom its programs run."""
        return dict(cwd=self.folder, stdin=subprocess.DEVNULL, **somebody())

    def _initialize(self):
        as_somebody = somebody()
        if as_somebody:
            os.chown(self.folder, as_somebody["user"], as_somebody["group"])
        self.folder.chmod(0o755)
        subprocess.run(
            [programs() / "initdb", "--pgdata", self.folder / "data",
             "--username", USER, "--auth", "trust", "--encoding", "UTF8",
             "--locale", "C", "--no-sync"], stdout=subprocess.DEVNULL,
            check=True, **self._about())

    def start(self):
        """Again after stop(), with the same data."""
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.folder / "data",
                 "-k", self.folder,
                 *(word for name, value in SETTINGS.items()
                   for word in ("-c", f"{name}={value}"))],
                stdout=log, stderr=log, **self._about())
        wait_for(self._answers, "PostgreSQL answers")

    def stop(self):
        """Ends its connections and itself."""
        if not self.process:
            return
        process, self.process = self.process, None
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)

    def _answers(self):
        assert self.process.poll() is None, (self.folder / "log").read_text()
        return self._psql("postgres", b"SELECT 1").returncode == 0

    def _psql(self, name, text):
        environment = {key: value for key, value in os.environ.items()
                       if not key.startswith("PG")}
        return subprocess.run(
            [programs() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1",
             "-d", self.url(name)], input=text, capture_output=True,
            env=environment, cwd="/", timeout=PATIENCE)

    def psql(self, name, text):
        """Runs commands, which may hold any bytes."""
        result = self._psql(name, text)
        assert result.returncode == 0, result.stderr.decode(errors="replace")

    def create(self, name, encoding="UTF8"):
        """An empty database; to empty one is faster than to make one."""
        if self.databases.get(name) == encoding:
            self.psql(name, EMPTY)
            return
        self.psql("postgres", (
            f"DROP DATABASE IF EXISTS {name};"
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'"
            " LC_COLLATE 'C' LC_CTYPE 'C'").encode())
        self.databases[name] = encoding

    def url(self, name):
        return f"postgresql://{USER}@/{name}?host={self.folder}"
