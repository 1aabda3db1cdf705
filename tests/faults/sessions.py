# SPDX-License-Identifier: Apache-2.0
"""A database in PostgreSQL whose readers can be stopped between two rows.

Knows how to see in pg_stat_activity what a run waits for. Nothing here waits
for a time.
"""

import contextlib
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from harness.httpd import PATIENCE, wait_for
from harness.postgresql import USER, programs

NAME = "faults"
ROLE = "reader"  # whom the compiler connects as
GATE = 1         # an advisory lock
READER = ("FROM pg_stat_activity WHERE application_name ="
          " 'mirrorlist-cachegen'")

GRANTS = f"""
ALTER ROLE {ROLE} RESET ALL;
GRANT USAGE ON SCHEMA public TO {ROLE};
GRANT SELECT ON ALL TABLES IN SCHEMA public TO {ROLE}"""

# host_category_dir gives its rows, then one of them again and again, enough
# to fill all buffers on their way, and waits before the last.
VIEW = f"""
ALTER TABLE host_category_dir RENAME TO carried;
CREATE FUNCTION gate() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_advisory_lock_shared({GATE});
    PERFORM pg_advisory_unlock_shared({GATE});
    RETURN true;
END $$;
CREATE VIEW host_category_dir AS
    SELECT host_category_id, directory_id, up2date FROM carried
    UNION ALL SELECT one.host_category_id, one.directory_id, one.up2date
        FROM (SELECT * FROM carried LIMIT 1) one, generate_series(1, 20000)
    UNION ALL (SELECT host_category_id, directory_id, gate() FROM carried
               LIMIT 1);
GRANT SELECT ON host_category_dir TO {ROLE}"""


class Session:
    """A psql that is told what to do."""

    def __init__(self, url):
        self.process = subprocess.Popen(
            [programs() / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/",
            env={key: value for key, value in os.environ.items()
                 if not key.startswith("PG")})

    def send(self, commands):
        self.process.stdin.write(f"{commands};\n")
        self.process.stdin.flush()

    def run(self, commands):
        """The lines of the answer, once the commands are done."""
        self.send(f"{commands};\nSELECT 'done'")
        lines = []
        while (line := self.process.stdout.readline()) != "done\n":
            assert line, f"psql ended in {commands}"
            lines.append(line.rstrip("\n"))
        return lines

    def close(self):
        """Rolls back what is open."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(PATIENCE)


class Source:
    """The database inside `with`; `url` is the reader's."""

    def __init__(self, server, database):
        self.server = server
        self.database = database

    def __enter__(self):
        self.owner = self.database.postgresql(self.server, NAME)
        self.url = self.owner.replace(f"//{USER}@", f"//{ROLE}@")
        self.sessions = []
        self.run(GRANTS)
        return self

    def __exit__(self, kind, value, trace):
        for session in self.sessions:
            session.close()

    def run(self, commands):
        self.server.psql(NAME, commands.encode())

    def session(self):
        self.sessions.append(Session(self.owner))
        return self.sessions[-1]

    @contextlib.contextmanager
    def between_two_rows(self, published, **about):
        """A run that has read half of host_category_dir; after `with` it goes
        on, and is done when its result() is taken."""
        self.run(VIEW)
        gate, monitor = self.session(), self.session()
        gate.run(f"SELECT pg_advisory_lock({GATE})")
        with ThreadPoolExecutor(1) as executor:
            run = executor.submit(published.run, self.url, **about)
            try:
                wait_for(lambda: run.done() or monitor.run(
                    f"SELECT pid {READER} AND wait_event = 'advisory'"),
                    "the run is in the middle of a table")
                assert not run.done(), run.result()
                yield run
            finally:
                gate.close()
