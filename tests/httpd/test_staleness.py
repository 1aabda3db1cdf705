# SPDX-License-Identifier: Apache-2.0
"""A cache older than MirrorlistMaxAge, or of the future: said once, and once
when it is over.

What the status page shows of it is asked here too; that such a cache is served
like any other is a matter of the generations.
"""

import os
import re
import shutil
import time

import pytest

from harness import tools
from harness.httpd import Httpd, wait_for
from harness.mirrormanager import Rows
from httpd.status import CONFIG, TARGET, generation

LONG_AGO = 1700000000
LIST = "/mirrorlist?repo=one&arch=x86_64"
WARNING = "more than MirrorlistMaxAge; it is served"
OVER = "not more than MirrorlistMaxAge again"


def publish(file, made):
    """A cache of that time under the name of the served one."""
    rows = Rows()
    rows.topic("one").host("host")
    folder = file.parent / "made"
    folder.mkdir(exist_ok=True)
    shutil.copy(tools.make_cache(folder, rows.db, time=int(made)),
                file.with_suffix(".new"))
    os.rename(file.with_suffix(".new"), file)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "served.cache"


def said(server, level, text):
    return [line for line in server.error_log.splitlines()
            if f"mirrorlist:{level}]" in line and text in line]


def test_it_is_said_once_whatever_follows(file):
    publish(file, LONG_AGO)
    with Httpd(CONFIG, cache=file) as server:
        for _ in range(3):
            assert server.get(LIST).status == 200
            server.graceful()
        line, = said(server, "warn", "MirrorlistMaxAge")
        assert f"generation 1 of {file} is " in line and WARNING in line
        assert generation(server)["old"]
        assert generation(server)["state"] == "stale"


def test_it_is_said_once_when_it_is_over(file):
    publish(file, LONG_AGO)
    with Httpd(CONFIG, cache=file) as server:
        publish(file, time.time())
        for _ in range(3):
            server.graceful()
        line, = said(server, "notice", OVER)
        assert f"generation 2 of {file} is " in line
        assert len(said(server, "warn", WARNING)) == 1
        assert generation(server)["state"] == "fresh"


def test_a_cache_of_the_future_is_as_wrong_as_an_old_one(file):
    publish(file, time.time() + 3600)
    with Httpd("MirrorlistMaxAge 3000000000\n" + CONFIG, cache=file) as server:
        for _ in range(3):
            assert server.get(LIST).status == 200
            server.graceful()
        line, = said(server, "warn", f"generation 1 of {file} was made ")
        assert re.search(r" was made 3[56]\d\d s in the future: the clock was "
                         r"wrong where it was made, or is wrong here; it is "
                         r"served$", line)
        about = generation(server)
        assert (about["old"], about["state"]) == (True, "stale")
        assert -3600 <= about["age_seconds"] < -3000
        metrics = server.get(TARGET + "?format=openmetrics").text
        assert f'mirrorlist_generation_old{{file="{file}"}} 1\n' in metrics
        page = server.get(TARGET).text
        assert "made in the future" in page
        assert re.search("<strong>(59 min|1 h)[^<]*</strong> in the future: "
                         "the clock ", page)

        publish(file, time.time())
        server.graceful()
        assert len(said(server, "notice", OVER)) == 1
        assert generation(server)["state"] == "fresh"


def test_clocks_may_differ_by_a_minute(file):
    publish(file, time.time() + 50)
    with Httpd(CONFIG, cache=file) as server:
        assert not said(server, "warn", "")
        assert generation(server)["state"] == "fresh"


def test_a_fresh_start_is_no_news(file):
    publish(file, time.time())
    with Httpd(CONFIG, cache=file) as server:
        server.graceful()
        assert not said(server, "notice", OVER)
        assert not said(server, "warn", "")


def test_the_next_generation_may_be_old_too(file):
    publish(file, LONG_AGO)
    with Httpd(CONFIG, cache=file) as server:
        publish(file, LONG_AGO + 1)
        server.graceful()
        assert len(said(server, "warn", f"generation 2 of {file} is ")) == 1
        assert not said(server, "notice", OVER)


def test_it_becomes_old_while_it_is_served(file):
    """Nobody restarts anything: the parent looks about every ten seconds."""
    publish(file, time.time() + 5)
    with Httpd("MirrorlistMaxAge 1\n" + CONFIG, cache=file) as server:
        runs = server._runs()
        wait_for(lambda: said(server, "warn", WARNING), "it is said")
        assert server._runs() == runs
        assert generation(server)["old"]


def test_a_new_limit_counts_from_the_next_graceful(file):
    publish(file, LONG_AGO)
    with Httpd(CONFIG, cache=file) as server:
        server.configure(config="MirrorlistMaxAge 3000000000\n" + CONFIG)
        server.graceful()
        assert len(said(server, "notice", OVER)) == 1
        assert not generation(server)["old"]
        server.configure(config=CONFIG)
        server.graceful()
        assert len(said(server, "warn", WARNING)) == 2


@pytest.mark.parametrize("first, second", [
    (3000000000, 60), (60, 3000000000)])
def test_of_two_hosts_limits_for_a_file_the_stricter_counts(
        file, first, second):
    publish(file, LONG_AGO)
    config = CONFIG + "".join(f"""
        <VirtualHost *>
            ServerName {name}.test
            MirrorlistMaxAge {limit}
        </VirtualHost>""" for name, limit in (("a", first), ("b", second)))
    with Httpd("MirrorlistMaxAge 3000000000\n" + config,
               cache=file) as server:
        assert len(said(server, "warn", WARNING)) == 1
        assert generation(server)["max_age_seconds"] == 60


@pytest.mark.parametrize("made, warnings", [(LONG_AGO, 2), (None, 1)])
def test_what_was_said_of_a_file_leaves_with_it(file, made, warnings):
    other = file.with_name("other.cache")
    publish(file, LONG_AGO)
    publish(other, time.time())
    with Httpd(CONFIG, cache=file) as server:
        server.configure(cache=other)
        server.graceful()
        publish(file, made or time.time())
        server.configure(cache=file)
        server.graceful()
        assert len(said(server, "warn", WARNING)) == warnings
        assert not said(server, "notice", OVER)
