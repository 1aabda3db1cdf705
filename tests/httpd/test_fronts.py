# SPDX-License-Identifier: Apache-2.0
"""How answers leave: plain, through mod_ssl with mod_http2, and through
mod_deflate. Each is whole and its own, whether the client takes it at once or
slowly.
"""

import gzip
import re
import socket
import subprocess

import pytest

from harness import tools
from harness.httpd import Httpd
from harness.mirrormanager import Rows
from harness.tls import certificate

HOSTS = 200  # 60 kB: more than SMALL holds, less than httpd keeps waiting
TARGET = "/metalink?repo=front&arch=x86_64"
OTHER = "/metalink?repo=other&arch=x86_64"
SMALL = "SendBufferSize 4096\n"
TLS = SMALL + """
SSLEngine on
SSLCertificateFile "{file}"
SSLSessionCache none
Protocols h2 http/1.1
"""


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    rows = Rows()
    for name in ("front", "other"):
        topic = rows.topic(name)
        for number in range(HOSTS):
            topic.host(f"{name}{number}",
                       urls=[f"https://{name}{number}.test/{'x' * 200}"])
    return tools.make_cache(tmp_path_factory.mktemp("front"), rows.db)


@pytest.fixture(scope="module")
def tls(cache, tmp_path_factory):
    file = certificate(tmp_path_factory.mktemp("tls"))
    with Httpd(TLS.format(file=file), cache=cache,
               modules=("ssl", "http2")) as server:
        yield server


def assert_whole(body):
    assert len(re.findall(rb">https://front[0-9]+\.test/", body)) == HOSTS
    assert body.startswith(b"<?xml ") and body.endswith(b"</metalink>\n")


def curl(server, *options):
    """(what `-w` says of the answer, the answer)"""
    result = subprocess.run(
        ["curl", "-sSk", "--max-time", "60", *options, "-w",
         "%{stderr}%{http_version} %{http_code} %header{content-length}",
         f"https://localhost:{server.port}{TARGET}"], check=True,
        capture_output=True)
    return result.stderr.decode(), result.stdout


@pytest.mark.parametrize("option, version", [("--http1.1", "1.1"),
                                             ("--http2", "2")])
@pytest.mark.parametrize("pace", [(), ("--limit-rate", "60k")],
                         ids=["at once", "slowly"])
def test_a_whole_answer_over_tls(tls, option, version, pace):
    said, body = curl(tls, option, *pace)
    assert said == f"{version} 200 {len(body)}"
    assert_whole(body)


def test_several_answers_over_one_http2_connection(tls):
    """Each is whole although their frames are mixed."""
    result = subprocess.run(
        ["h2load", "-n", "64", "-c", "2", "-m", "16",
         f"https://localhost:{tls.port}{TARGET}"], check=True,
        capture_output=True, text=True)
    assert "64 succeeded, 0 failed" in result.stdout
    assert "status codes: 64 2xx" in result.stdout


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_a_compressed_answer(cache, mpm):
    with Httpd("SetOutputFilter DEFLATE\n", cache=cache, mpm=mpm,
               modules=("deflate",)) as server:
        response = server.get(TARGET, {"Accept-Encoding": "gzip"})
        assert response["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in response["Vary"]
        assert_whole(gzip.decompress(response.body))
        assert_whole(server.get(TARGET).body)


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_what_waits_for_a_slow_client_is_not_overwritten(cache, mpm):
    """It reads a byte, then every process answers others, then the rest."""
    with Httpd(SMALL, cache=cache, mpm=mpm) as server, \
            socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(60)
        slow.connect(("127.0.0.1", server.port))
        slow.sendall(f"GET {TARGET} HTTP/1.0\r\n\r\n".encode())
        data = slow.recv(1)
        for _ in range(40):
            assert server.get(OTHER).status == 200
        while part := slow.recv(65536):
            data += part
    assert_whole(data.partition(b"\r\n\r\n")[2])
