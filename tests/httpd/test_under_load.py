# SPDX-License-Identifier: Apache-2.0
"""Requests that go on while generations change: none fails, none mixes two.

MIRRORLIST_GRACEFULS sets how many restarts a run does (40).
"""

import itertools
import os
import re
import shutil
import socket

import pytest

from harness import tools
from harness.answers import hosts
from harness.httpd import Httpd, wait_for
from harness.load import Load
from harness.mirrormanager import Rows

GRACEFULS = int(os.environ.get("MIRRORLIST_GRACEFULS", 40))
NAMES = ("one", "two")
TARGET = "/metalink?repo=load&arch=x86_64"
MANY = 20000  # hosts of an answer that no socket holds


def cache_of(folder, name, host_n=120):
    """A cache with `host_n` hosts, whose names begin with `name`."""
    rows = Rows()
    topic = rows.topic("load")
    for number in range(host_n):
        topic.host(f"{name}{number}", urls=[
            f"https://{name}{number}.test/{'x' * 60}",
            f"http://{name}{number}.test/{'x' * 60}"])
    return tools.make_cache(folder, rows.db)


@pytest.fixture(scope="module")
def caches(tmp_path_factory):
    return {name: cache_of(tmp_path_factory.mktemp(name), name)
            for name in NAMES}


def publish(source, file):
    temporary = file.with_suffix(".new")
    shutil.copy(source, temporary)
    os.rename(temporary, file)


def generation_of(body):
    """The name that all hosts of a whole answer share."""
    assert body.endswith(b"</metalink>\n"), body[-100:]
    urls = re.findall(rb">(https?://[^<]*)</url>", body)
    assert len(urls) in (240, 2 * MANY)
    name, = {host.rstrip("0123456789")
             for host in hosts([url.decode() for url in urls])}
    return name


def ask_once(server):
    """A request on a connection of its own."""
    response = server.get(TARGET)
    assert response.status == 200
    return generation_of(response.body)


def ask_often(server):
    """Requests on one connection until httpd closes it between two."""
    name = None
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.settimeout(60)
        for _ in range(50):
            body = ask_on(connection)
            if body is None:
                break
            name = generation_of(body)
    return name


def ask_on(connection):
    """The body of an answer, or None if the connection is at its end."""
    request = f"GET {TARGET} HTTP/1.1\r\nHost: localhost\r\n\r\n"
    data = b""
    try:
        connection.sendall(request.encode())
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                break
            data += part
    except (ConnectionResetError, BrokenPipeError):
        pass
    if not data:
        return None  # ordinary for keep-alive: closed before it was read
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(re.search(rb"Content-Length: (\d+)", head)[1])
    while len(body) < length:
        part = connection.recv(65536)
        assert part, "an answer was cut"
        body += part
    return body


def parent_kilobytes(server):
    """Memory of the parent that is its own, and what it shares with children:
    its generations."""
    status = open(f"/proc/{server.process.pid}/status").read()
    return sum(int(re.search(rf"{kind}:\s+(\d+)", status)[1])
               for kind in ("RssAnon", "RssShmem"))


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_no_request_fails_over_gracefuls(caches, tmp_path, mpm):
    file = tmp_path / "served.cache"
    names = itertools.cycle(NAMES)
    publish(caches[next(names)], file)
    memory = []
    with Httpd(cache=file, mpm=mpm) as server, \
            Load(server, ask_once) as fresh, \
            Load(server, ask_often, threads=2) as kept:
        for _ in range(GRACEFULS // 2):
            publish(caches[next(names)], file)
            server.graceful()
            fresh.wait_for_more()
            memory.append(parent_kilobytes(server))
    assert fresh.failures == [] and kept.failures == []
    assert set(fresh.seen) == set(NAMES), "both have been served"
    half = len(memory) // 2
    if server.preload:
        return  # a sanitizer keeps what was freed
    assert max(memory[half:]) <= max(memory[:half]) + 200, \
        f"the parent grows: {memory}"


def test_a_slow_client_gets_one_generation(caches, tmp_path):
    """It reads a byte, then others' caches come and go, then the rest."""
    file = tmp_path / "served.cache"
    publish(cache_of(tmp_path, "one", host_n=MANY), file)
    request = f"GET {TARGET} HTTP/1.0\r\n\r\n".encode()
    with Httpd(cache=file) as server, socket.socket() as slow:
        # A small window, so that httpd cannot hand over all at once.
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(60)
        slow.connect(("127.0.0.1", server.port))
        slow.sendall(request)
        data = slow.recv(1)
        runs = server.error_log.count("resuming normal operations")
        for number, name in enumerate(("two", "one", "two")):
            publish(caches[name], file)
            server._control("-k", "graceful")
            wait_for(lambda: server.error_log.count(
                "resuming normal operations") > runs + number,
                "httpd has restarted")
            wait_for(lambda: ask_once(server) == name, "it is served")
        while part := slow.recv(65536):
            data += part
    body = data.partition(b"\r\n\r\n")[2]
    names = {host.rstrip("0123456789") for host in hosts(
        url.decode() for url in re.findall(rb">(https?://[^<]*)</url>", body))}
    assert names == {"one"}
    assert body.count(b"</url>") == 2 * MANY
    assert body.endswith(b"</metalink>\n")
