# SPDX-License-Identifier: Apache-2.0
"""A small real repository in several states, mirrors that hold it, and the
module in between.

The clients ask from this machine, which is in Germany; the mirrors stand in
Germany, France and the US, so that their order is fixed.
"""

import contextlib
import platform
import re
import sys
import types

import pytest

from clients import scene
from harness import tools
from harness.httpd import Httpd, wait_for
from harness.mirrormanager import Rows
from harness.mirrors import DeadMirror, Mirror
from harness.repository import build_rpm, create_repository, details
from harness.tls import certificate

# Its browser comes as a snap, which needs more than packages.
collect_ignore = ["test_browser.py"] \
    if platform.freedesktop_os_release()["ID"] == "ubuntu" else []

COUNTRIES = ("DE", "FR", "US")
CONTINENTS = [("DE", "EU"), ("FR", "EU"), ("US", "NA")]
ELSEWHERE = {"77.1.0.0/16": "DE"}  # the country database must hold something

# What distributions call a repository like this one, and its arch.
NAMES = (("fedora-42", "x86_64"), ("fedora-source-42", "source"),
         ("free-fedora-42", "x86_64"), ("epel-9", "x86_64"),
         ("centos-baseos-9-stream", "x86_64"), ("BaseOS-9", "x86_64"))


@pytest.fixture(scope="session")
def states(tmp_path_factory):
    """Folders for mirrors: the new state, the old one, a tampered new one."""
    folder = tmp_path_factory.mktemp("repository")
    rpms = [build_rpm(folder, version) for version in ("1", "2")]
    new = create_repository(folder / "new", rpms, scene.NEW)
    return types.SimpleNamespace(
        new=new,
        old=create_repository(folder / "old", rpms[:1], scene.OLD),
        tampered=scene.tampered_copy(new, folder / "tampered"))


@pytest.fixture(scope="session")
def pem(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("certificate"))


def rows_of(mirrors, states, alternates):
    """mirrors: one a host, or a tuple of them; MirrorManager's rows."""
    rows = Rows()
    topic = rows.topic("e2e", details=False)
    for prefix, arch in NAMES:
        rows.repository(prefix, arch, topic.os)
    rows.repository("retired", "x86_64", topic.os, disabled=True)
    for mirror, country in zip(mirrors, COUNTRIES):
        topic.host(country, country, urls_of(mirror))
    rows.details(topic.repodata, "repomd.xml",
                 **details(states.new, scene.NEW))
    if alternates:
        rows.details(topic.repodata, "repomd.xml",
                     **details(states.old, scene.OLD))
    rows.details(topic.os, scene.RPM, **scene.details_of_package(states.new))
    rows.add("netblock_country", netblock="127.0.0.0/8", country="DE")
    return rows


def urls_of(host):
    mirrors = host if isinstance(host, tuple) else (host,)
    return [mirror.url + "/e2e" for mirror in mirrors]


@pytest.fixture
def served(states, tmp_path):
    """served(mirrors, alternates=...) -> the running module, which names the
    mirrors in that order."""
    def serve(mirrors, alternates=False, config="", modules=()):
        cache = tools.make_cache(
            tmp_path, rows_of(mirrors, states, alternates).db, geoip=ELSEWHERE,
            continents=CONTINENTS, options=["--allow-loopback"])
        answer = tools.query(cache, "/mirrorlist?repo=e2e&arch=x86_64")
        assert answer.body.decode().splitlines()[1:] == [
            urls_of(mirror)[0] + "/os/" for mirror in mirrors]
        return servers.enter_context(
            Httpd(config, cache=cache, modules=modules))

    with contextlib.ExitStack() as servers:
        yield serve


@pytest.fixture
def good(states):
    with Mirror(states.new) as mirror:
        yield mirror


@pytest.fixture
def other(states):
    with Mirror(states.new) as mirror:
        yield mirror


@pytest.fixture
def secure(states, pem):
    with scene.SecureMirror(states.new, pem) as mirror:
        yield mirror


@pytest.fixture
def stale(states):
    with Mirror(states.old) as mirror:
        yield mirror


@pytest.fixture
def tampered(states):
    with Mirror(states.tampered) as mirror:
        yield mirror


@pytest.fixture
def dead():
    with DeadMirror() as mirror:
        yield mirror


@pytest.fixture
def url():
    """url(server, endpoint, more) -> what the client is told to ask."""
    return lambda server, endpoint, more="": (
        f"http://127.0.0.1:{server.port}/{endpoint}"
        f"?repo=e2e&arch=x86_64{more}")


@pytest.fixture
def asked():
    """asked(server, count) -> what clients asked the module for, in order.

    httpd writes its log after the answer: waits for so many lines.
    """
    def targets(server, count=1):
        found = lambda: re.findall(r'"GET /(\S+) ', server.access_log)  # noqa
        wait_for(lambda: len(found()) >= count, "the requests are logged")
        return found()
    return targets


@pytest.fixture
def librepo(tmp_path, url):
    """librepo(server, endpoint, what) -> result of scene.LIBREPO."""
    def run(server, endpoint, what="all", more=""):
        folder = tmp_path / "librepo"
        folder.mkdir()
        return scene.client(
            sys.executable, "-c", scene.LIBREPO, endpoint + "url",
            url(server, endpoint, more), folder, what)
    return run


@pytest.fixture
def dnf(tmp_path):
    """dnf(lines, *command) -> result; `lines` of a repository in a repo file.

    All its folders are the test's own, and so are the variables that a
    distribution keeps in files.
    """
    for name in ("root", "cache", "log", "persist", "repos.d", "vars"):
        (tmp_path / name).mkdir()
    for name, value in scene.VARIABLES.items():
        (tmp_path / "vars" / name).write_text(value)

    def run(lines, *command, release=42):
        (tmp_path / "dnf.conf").write_text("[main]\n")
        (tmp_path / "repos.d" / "e2e.repo").write_text(
            f"[e2e]\nname=e2e\nenabled=1\ngpgcheck=0\n{lines}\n")
        options = {
            "reposdir": tmp_path / "repos.d", "cachedir": tmp_path / "cache",
            "logdir": tmp_path / "log", "persistdir": tmp_path / "persist",
            "varsdir": tmp_path / "vars", "pluginpath": "/nonexistent",
            "e2e.skip_if_unavailable": 0}
        return scene.client(
            *scene.AS_ROOT, "dnf", "-q", "-y",
            f"--installroot={tmp_path}/root", f"--releasever={release}",
            "--forcearch=x86_64", f"--config={tmp_path}/dnf.conf",
            *(f"--setopt={key}={value}" for key, value in options.items()),
            *command)
    run.root = tmp_path / "root"
    return run
