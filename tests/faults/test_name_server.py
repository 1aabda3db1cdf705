# SPDX-License-Identifier: Apache-2.0
"""Name servers that fail a run with --resolve.

The resolver is the real one, the name server a socket of the test; a preloaded
library brings them together and lets time run 20 times faster (name_server.c).
Answers of a good name server are not tested here.
"""

import socket
import struct
import threading

import pytest

from cachegen.bad_rows import base
from faults.syscalls import strace

NAMES_IN_TIME = 6  # 60 s for all, 10 s for each
SERVFAIL = 2


class NameServer:
    """Notes the names it is asked for; answers with `code` to each, or with nothing."""

    def __init__(self, code=None):
        self.code = code
        self.asked = []

    def __enter__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = str(self.socket.getsockname()[1])
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()
        return self

    def __exit__(self, kind, value, trace):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ending:
            ending.sendto(b"", self.socket.getsockname())
        self.thread.join()
        self.socket.close()

    def _serve(self):
        while (received := self.socket.recvfrom(4096))[0]:
            question, client = received
            self.asked.append(name_of(question))
            if self.code is not None:
                number, = struct.unpack_from("!H", question)
                self.socket.sendto(struct.pack(
                    "!6H", number, 0x8180 | self.code, 1, 0, 0, 0)
                    + question[12:], client)


def name_of(question):
    labels, at = [], 12
    while length := question[at]:
        labels.append(question[at + 1:at + 1 + length].decode())
        at += 1 + length
    return ".".join(labels)


@pytest.fixture
def run(compiler, tmp_path, preload):
    """A function: a run with these names as netblocks of one host."""
    def run(names, name_server, **about):
        rows = base()
        for name in ["192.0.2.0/24", *names]:
            rows.add("host_netblock", host_id=1, netblock=name)
        file = rows.db.sqlite(tmp_path / "names.sqlite")
        return compiler.run(
            f"sqlite:{file}", "--resolve", "--verbose",
            env=preload("name_server", NAME_SERVER_PORT=name_server.port),
            **about)
    return run


def reasons(run):
    """Name -> why its row was skipped."""
    found = {}
    for line in run.skipped:
        reason, _, name = line.partition(": ")[2].rpartition(": ")
        found[name.strip('"')] = reason
    return found


def test_a_silent_name_server_costs_its_names_and_no_more(run):
    names = [f"host{n}.example" for n in range(9)]
    with NameServer() as server:
        finished = run(names, server)
    why = reasons(finished)
    assert why["host0.example"] == "a name whose look-up took too long"
    assert why["host8.example"] == "a name for which no time was left"
    assert set(why) == set(names)
    assert "host0.example" in server.asked
    assert len(set(server.asked)) <= NAMES_IN_TIME


def test_a_look_up_that_takes_too_long_is_killed(run, tmp_path):
    """strace ends with the last process, and says what ended it."""
    log = tmp_path / "ends"
    with NameServer() as server:
        run(["host.example"], server,
            under=[*strace(log), "-f", "-e", "trace=none"])
    assert "killed by SIGKILL" in log.read_text()
    assert "killed by SIGALRM" not in log.read_text()


def test_each_name_is_asked_once_and_as_it_stands(run):
    with NameServer() as server:
        finished = run(["host.example", "HOST.example."], server)
    assert server.asked == ["host.example"] * 2, "for IPv4 and for IPv6"
    assert set(reasons(finished).values()) == {
        "a name whose look-up took too long"}


def test_a_name_server_that_fails_is_not_the_names_fault(run):
    with NameServer(SERVFAIL) as server:
        finished = run(["host.example"], server)
    assert reasons(finished) == {
        "host.example": "a name that cannot be looked up now"}
