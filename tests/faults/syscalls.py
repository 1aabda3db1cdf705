# SPDX-License-Identifier: Apache-2.0
"""System calls of a run that touch its output, seen and spoilt by strace.

strace needs no privilege for a program that it starts itself. Where it cannot
trace, the tests fail.
"""

import contextlib
import os
import re
import signal
from collections import Counter, namedtuple
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.httpd import BUILD, processes, wait_for

LINE = re.compile(r"^(\w+)\((.*)\) += ", re.M)

# The n-th call of that name, with its arguments as strace prints them.
Call = namedtuple("Call", "name n arguments")


def strace(log, *injections):
    return ["strace", "-q", "-o", log, *(
        word for injection in injections
        for word in ("-e", f"inject={injection}"))]


def watching(published, *injections):
    """Arguments for a run under strace, which only sees the output's calls."""
    paths = [published.output, f"{published.output}.tmp", published.good,
             f"{published.good}.copy", published.folder]
    return [*strace(log_of(published), *injections),
            *(word for path in paths for word in ("-P", path))]


def log_of(published):
    return published.folder.parent / "calls"


def calls(published):
    """All calls of a good run that touch the output, in their order."""
    published.run(under=watching(published))
    seen, found = Counter(), []
    for line in LINE.finditer(log_of(published).read_text()):
        name, arguments = line.groups()
        seen[name] += 1
        found.append(Call(name, seen[name], arguments))
    return found


def at(call, what):
    """The injection at one call: error=EIO, retval=0, signal=KILL."""
    return f"{call.name}:{what}:when={call.n}"


@contextlib.contextmanager
def stopped(published, under, **about):
    """A run that a signal=STOP of `under` has stopped; after `with` it goes
    on, and is done when its result() is taken."""
    log = log_of(published)
    with ThreadPoolExecutor(1) as executor:
        log.unlink(missing_ok=True)
        run = executor.submit(published.run, under=under, **about)
        try:
            wait_for(lambda: run.done() or log.exists()
                     and "stopped by SIGSTOP" in log.read_text(),
                     "the run has stopped")
            assert not run.done(), run.result()
            yield run
        finally:
            for pid in runs(published):
                os.kill(pid, signal.SIGCONT)


def runs(published):
    """The processes that write the output."""
    return [pid for pid, _, _ in processes()
            if command(pid)[:1] == [str(BUILD / "mirrorlist-cachegen")]
            and str(published.output) in command(pid)]


def command(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


class Plan:
    """The calls of a run that replaces a file, by what they are for."""

    def __init__(self, published):
        self.calls = calls(published)
        names = [call.name for call in self.calls]
        opens = [i for i, name in enumerate(names) if name == "openat"]
        renames = [i for i, name in enumerate(names)
                   if name.startswith("rename")]
        created, read_back, compared, copied, folder = opens
        moved, replaced = renames
        self.making = self.calls[created:compared]  # the temporary file
        self.comparing = self.calls[compared:copied]
        self.copying = self.calls[copied:moved]  # until it gets its name
        self.moving = self.calls[moved]
        self.replacing = self.calls[replaced]  # the copy before
        self.syncing = self.calls[folder:]
        assert {"flock", "ftruncate", "fchmod", "write", "pwrite64", "fsync",
                "read"} <= {call.name for call in self.making}


def only(calls, *names):
    """Those of the names, each of which is there."""
    found = [call for call in calls if call.name.startswith(names)]
    assert all(any(call.name.startswith(name) for call in found)
               for name in names)
    return found
