# SPDX-License-Identifier: Apache-2.0
"""How generations follow each other, and what a bad file changes: nothing.

Each test has its own server, whose cache file it changes.
"""

import os
import re
import shutil
import struct
import subprocess
import time
import zlib

import pytest

from harness import tools
from harness.answers import Answers, Metalink
from harness.httpd import MODULE, ROOT, Httpd
from harness.mirrormanager import Rows

MADE = 1700000000


def cache_of(folder, name, time):
    """A cache whose only repository is `name`."""
    rows = Rows()
    rows.topic(name).host("host-of-" + name)
    return tools.make_cache(folder, rows.db, time=time)


@pytest.fixture(scope="module")
def caches(tmp_path_factory):
    """name -> cache file with the repository of that name."""
    made = {}
    for number, name in enumerate(("one", "two", "three")):
        folder = tmp_path_factory.mktemp(name)
        made[name] = cache_of(folder, name, MADE + number)
    return made


@pytest.fixture
def file(tmp_path):
    """Where the server's cache is."""
    return tmp_path / "served.cache"


def publish(source, file):
    """As the compiler does it: a new file under the old name."""
    temporary = file.with_suffix(".new")
    shutil.copy(source, temporary)
    os.rename(temporary, file)


def serves(server, name, host="localhost"):
    """Whether `name` is the one repository that is served."""
    status = {}
    for repo in ("one", "two", "three"):
        response = Answers(server).get(
            f"/mirrorlist?repo={repo}&arch=x86_64", [("Host", host)])
        status[repo] = response.status
    return status == {repo: 200 if repo == name else 404 for repo in status}


def log_lines(server, level, text):
    """Lines of the error log of that level with the text."""
    return [line for line in server.error_log.splitlines()
            if f"mirrorlist:{level}]" in line and text in line]


def test_loading_is_logged_once(caches, file):
    publish(caches["one"], file)
    with Httpd(cache=file) as server:
        line, = log_lines(server, "notice", "generation ")
    assert re.search(
        rf"generation 1 of {file}: \d+ directories, 1 hosts, 1 repositories, "
        rf"{file.stat().st_size} bytes, made 2023-11-14T22:13:20Z, "
        r"loaded in \d+ ms$", line)


@pytest.mark.parametrize("mpm", ["event", "worker"])
def test_graceful_serves_the_new_cache(caches, file, mpm):
    publish(caches["one"], file)
    with Httpd(cache=file, mpm=mpm) as server:
        assert serves(server, "one")
        publish(caches["two"], file)
        assert serves(server, "one"), "nothing changes before the graceful"
        server.graceful()
        assert serves(server, "two")
        assert log_lines(server, "notice", f"generation 2 of {file}: ")
        publish(caches["one"], file)
        server.graceful()
        assert serves(server, "one"), "an older cache is taken"
        assert log_lines(server, "notice", f"generation 3 of {file}: ")


def flipped(good):
    middle = len(good) // 2
    return good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:]


def another_version(good):
    """As a later release would write it, whole and with its checksum."""
    head = good[:12] + struct.pack("<H", 2) + good[14:36]
    body = good[40:]
    return head + struct.pack("<I", zlib.crc32(head + bytes(4) + body)) + body


BAD = {
    "missing": lambda good: None,
    "empty": lambda good: b"",
    "cut": lambda good: good[:-1],
    "cut to its half": lambda good: good[:len(good) // 2],
    "cut in its header": lambda good: good[:16],
    "longer": lambda good: good + b"\0",
    "flipped": flipped,
    "flipped at its end": lambda good: good[:-1] + bytes([good[-1] ^ 0x80]),
    "foreign": lambda good: b"#!/bin/sh\n" * 10000,
    "foreign zeros": lambda good: bytes(len(good)),
    "of another version": another_version,
    "a folder": lambda good: os.mkdir,
    "a fifo": lambda good: os.mkfifo,
    "a link to itself": lambda good: lambda file: os.symlink(file, file),
}


def damage(kind, good, file):
    """Puts the bad thing at `file`."""
    content = BAD[kind](good)
    if not file.is_symlink() and file.is_dir():
        file.rmdir()
    file.unlink(missing_ok=True)
    if callable(content):
        content(file)
    elif content is not None:
        file.write_bytes(content)


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_at_graceful_keeps_the_generation(caches, file, kind):
    good = caches["two"].read_bytes()
    publish(caches["one"], file)
    with Httpd(cache=file) as server:
        damage(kind, good, file)
        server.graceful()
        assert serves(server, "one")
        line, = log_lines(server, "error", "not loaded")
        age = re.search(rf"{file} not loaded: \S.*; "
                        r"still serving generation 1, (\d+) s old$", line)
        assert MADE + int(age[1]) <= time.time(), "the cache's age"
        assert int(age[1]) > time.time() - MADE - 600

        damage("missing", good, file)
        publish(caches["two"], file)
        server.graceful()
        assert serves(server, "two")
        assert log_lines(server, "notice", f"generation 2 of {file}: ")


def test_an_unreadable_file_keeps_the_generation(caches, file):
    """Whoever runs the tests, root included, cannot read it."""
    publish(caches["one"], file)
    with Httpd(cache=file) as server:
        damage("a link to itself", b"", file)
        server.graceful()
        line, = log_lines(server, "error", "not loaded")
        assert "cannot be opened: Too many levels of symbolic links" in line
        assert serves(server, "one")


def build_module(folder, source, old, new, *options):
    """This module as another build would be: a copy with that change."""
    for part in ("Makefile", "mod_mirrorlist"):
        subprocess.run(["cp", "-r", ROOT / part, folder], check=True)
    source, = (folder / "mod_mirrorlist").glob(f"*/{source}")
    text = source.read_text()
    assert old in text
    source.write_text(text.replace(old, new))
    subprocess.run(["make", "-s", "-C", folder, *options,
                    "build/mod_mirrorlist.so"], check=True)
    return folder / "build" / "mod_mirrorlist.so"


@pytest.mark.parametrize("layout, number", [(1, 1), (2, 0)])
def test_an_upgrade_of_the_package_meets_what_the_old_one_left(
        caches, file, tmp_path, layout, number):
    """Of the same layout it takes over the generation, else FILE.good."""
    module = tmp_path / "mod_mirrorlist.so"
    other = build_module(
        tmp_path, "mod_mirrorlist_generation.c", "#define RETAINED_LAYOUT 1 ",
        f"#define RETAINED_LAYOUT {layout} ", "VERSION=99.0")
    shutil.copy(MODULE, module)
    publish(caches["one"], file)
    with Httpd(cache=file, module=module) as server:
        damage("flipped", caches["two"].read_bytes(), file)
        publish(other, module)
        server.graceful()
        if number:
            assert serves(server, "one")
            assert log_lines(server, "error", "still serving generation 1,")
        else:
            assert_unavailable(server)
        publish(caches["two"], file)
        server.graceful()
        assert serves(server, "two")
        assert log_lines(server, "notice", f"generation {number + 1} of ")


def test_a_build_with_other_records_drops_what_it_cannot_read(
        caches, file, tmp_path):
    """Although it is of the same release."""
    module = tmp_path / "mod_mirrorlist.so"
    other = build_module(tmp_path, "ml_cache_format.h", "} ml_skipped_rec;",
                         "apr_uint64_t more; } ml_skipped_rec;")
    shutil.copy(MODULE, module)
    publish(caches["one"], file)
    with Httpd(cache=file, module=module) as server:
        publish(other, module)
        server.graceful()
        assert_unavailable(server)
        assert log_lines(server, "error", "section skipped has records of "
                                          "another size")
        publish(MODULE, module)
        server.graceful()
        assert serves(server, "one")


def test_the_same_bytes_keep_their_generation(caches, file):
    publish(caches["one"], file)
    with Httpd(cache=file) as server:
        server.graceful()
        publish(caches["one"], file)
        server.graceful()
        assert serves(server, "one")
        assert not log_lines(server, "notice", "generation 2 ")
        publish(caches["two"], file)
        server.graceful()
        assert log_lines(server, "notice", f"generation 2 of {file}: ")


@pytest.mark.parametrize("kind", BAD)
def test_a_cold_start_takes_the_good_file(caches, file, kind):
    good = file.with_name(file.name + ".good")
    shutil.copy(caches["two"], good)
    damage(kind, caches["one"].read_bytes(), file)
    with Httpd(cache=file) as server:
        assert serves(server, "two")
        assert f"{file} not loaded: " in server.error_log
        assert str(good) in server.error_log


@pytest.mark.parametrize("kind", ["missing", "empty", "flipped", "a folder"])
def test_a_bad_good_file_does_not_help(caches, file, kind):
    damage(kind, caches["one"].read_bytes(), file)
    damage(kind, caches["one"].read_bytes(),
           file.with_name(file.name + ".good"))
    with Httpd(cache=file) as server:
        assert_unavailable(server)
        assert re.search(rf"{file} not loaded: \S.*; "
                         "no generation, answering 503$",
                         "\n".join(log_lines(server, "error", "")), re.M)
        damage("missing", b"", file)
        publish(caches["one"], file)
        server.graceful()
        assert serves(server, "one")


def assert_unavailable(server):
    for endpoint, kind in (("mirrorlist", "text/plain"),
                           ("metalink", "application/metalink+xml")):
        target = f"/{endpoint}?repo=one&arch=x86_64"
        response = Answers(server).get(target)
        assert response.status == 503
        assert response["Retry-After"] == "60"
        assert response["Content-Type"] == kind
        head = Answers(server).get(target, method="HEAD")
        assert (head.status, head["Retry-After"]) == (503, "60")
        assert head["Content-Length"] == str(len(response.body))
        if endpoint == "mirrorlist":
            assert len(response.lines) == 1 and response.lines[0]
        else:
            assert Metalink(response).comment.strip()


def test_without_a_cache_file_configured_503(caches):
    with Httpd(cache=None) as server:
        assert_unavailable(server)
        assert Answers(server).get("/mirrorlist", method="POST").status == 405


@pytest.mark.parametrize("kind", BAD)
def test_a_config_test_warns_of_a_bad_file_and_passes(caches, file, kind):
    publish(caches["one"], file)
    with Httpd(cache=file, start=False) as server:
        good = server.config_test()
        assert (good.returncode, str(file) in good.stderr) == (0, False)
        damage(kind, caches["one"].read_bytes(), file)
        bad = server.config_test()
        assert bad.returncode == 0
        assert str(file) in bad.stderr + server.error_log


def test_virtual_hosts_have_their_own_generations(caches, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    publish(caches["one"], first)
    publish(caches["two"], second)
    config = f"""
        <VirtualHost *>
            ServerName inherits.test
        </VirtualHost>
        <VirtualHost *>
            ServerName second.test
            MirrorlistCache {second}
        </VirtualHost>
        <VirtualHost *>
            ServerName same.test
            MirrorlistCache {second}
        </VirtualHost>"""
    with Httpd(config, cache=first) as server:
        assert serves(server, "one", "inherits.test")
        assert serves(server, "two", "second.test")
        assert serves(server, "two", "same.test")
        assert len(log_lines(server, "notice", "generation 1 of ")) == 2, \
            "a file is loaded once, whoever names it"
        publish(caches["three"], second)
        server.graceful()
        assert serves(server, "one", "inherits.test")
        assert serves(server, "three", "second.test")
        assert serves(server, "three", "same.test")
        assert log_lines(server, "notice", f"generation 2 of {second}: ")
        assert not log_lines(server, "notice", f"generation 2 of {first}: ")


def test_a_virtual_host_with_a_bad_file_leaves_the_others(caches, tmp_path):
    first = tmp_path / "first"
    publish(caches["one"], first)
    config = f"""
        <VirtualHost *>
            ServerName good.test
        </VirtualHost>
        <VirtualHost *>
            ServerName bad.test
            MirrorlistCache {tmp_path}/none
        </VirtualHost>"""
    with Httpd(config, cache=first) as server:
        assert serves(server, "one", "good.test")
        response = Answers(server).get("/mirrorlist?repo=one&arch=x86_64",
                                       [("Host", "bad.test")])
        assert response.status == 503


def test_the_cache_can_be_moved_at_graceful(caches, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    publish(caches["one"], first)
    publish(caches["two"], second)
    with Httpd(cache=first) as server:
        server.configure(cache=second)
        server.graceful()
        assert serves(server, "two")
        assert log_lines(server, "notice", f"generation 1 of {second}: ")


def test_the_module_can_leave_and_come_back(caches, file):
    """Nothing of its code may be needed while it is not loaded."""
    publish(caches["one"], file)
    with Httpd(cache=file) as server:
        server.handler, server.cache = False, None
        server.configure()
        server.graceful()
        assert server.get("/mirrorlist").status == 404
        server.handler = True
        server.configure(cache=file)
        server.graceful()
        assert serves(server, "one")


def test_a_larger_file_than_the_maximum_is_refused(file, tmp_path):
    rows = Rows()
    topic = rows.topic("one")
    topic.host("large")
    for number in range(5000):
        topic.directory(f"{number:0500}")
    publish(tools.make_cache(tmp_path, rows.db), file)
    assert 1 << 20 < file.stat().st_size < 16 << 20
    with Httpd("MirrorlistMaxCacheSize 1", cache=file) as server:
        assert_unavailable(server)
        assert log_lines(server, "error", f"{file} not loaded: ")
        server.configure(config="MirrorlistMaxCacheSize 16")
        server.graceful()
        assert serves(server, "one")


@pytest.mark.parametrize("limit, reported", [
    ("", True), ("MirrorlistMaxAge 3000000000", False),
    ("MirrorlistMaxAge 60", True)])
def test_an_old_cache_is_reported_and_served(caches, file, limit, reported):
    """The cache was made in 2023."""
    publish(caches["one"], file)
    with Httpd(limit, cache=file) as server:
        assert serves(server, "one")
        assert bool(log_lines(server, "warn", str(file))) == reported


def test_a_fresh_cache_is_not_reported(file, tmp_path):
    rows = Rows()
    rows.topic("one").host("fresh")
    publish(tools.make_cache(tmp_path, rows.db), file)
    with Httpd(cache=file) as server:
        assert serves(server, "one")
        assert not log_lines(server, "warn", "")


def test_the_module_exports_its_record_only():
    names = subprocess.run(["nm", "-D", "--defined-only", MODULE], check=True,
                           capture_output=True, text=True).stdout.split()
    assert names[2::3] == ["mirrorlist_module"]
