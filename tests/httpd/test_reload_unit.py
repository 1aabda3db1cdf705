# SPDX-License-Identifier: Apache-2.0
"""The commands of mirrorlist-reload.service and mirrorlist-refresh.service, one
after the other as systemd would run them, on a server of one's own.

Only the places of this build, the server that is told to reload and the pause
of a minute are others than shipped.
"""

import shutil
import subprocess

import pytest

from harness import tools
from harness.httpd import ROOT, Httpd
from harness.mirrormanager import Rows
from harness.shipped import commands, run_unit

NAME = tools.NAME


def make(folder, name):
    rows = Rows()
    rows.topic(name).host("host-of-" + name)
    return tools.make_cache(folder, rows.db)


@pytest.fixture
def folder(tmp_path):
    """Where a proxy has its cache; one is there and good."""
    folder = tmp_path / "mirrormanager"
    folder.mkdir()
    shutil.copy(make(tmp_path, "one"), folder / NAME)
    (folder / f"{NAME}.good").hardlink_to(folder / NAME)
    return folder


def arrive(folder, content):
    """As rsync lets a file arrive: whole, under its name at once."""
    (folder / ".incoming").write_bytes(content)
    (folder / ".incoming").rename(folder / NAME)


def status(server, repo):
    return server.get(f"/mirrorlist?repo={repo}&arch=x86_64").status


def test_a_new_cache_is_checked_linked_and_served(folder, tmp_path):
    with Httpd(cache=folder / NAME) as server:
        arrive(folder, make(tmp_path, "two").read_bytes())
        runs, old = server._runs(), server.children()
        assert run_unit("mirrorlist-reload.service", folder, server) == 0
        server.wait_for_graceful(runs, old)
        assert (status(server, "one"), status(server, "two")) == (404, 200)
    assert (folder / NAME).samefile(folder / f"{NAME}.good")
    assert {file.name for file in folder.iterdir()} == {NAME, f"{NAME}.good"}


def test_a_bad_cache_changes_nothing(folder, capfd):
    good = (folder / f"{NAME}.good").read_bytes()
    with Httpd(cache=folder / NAME) as server:
        runs = server._runs()
        arrive(folder, good[:-1])
        assert run_unit("mirrorlist-reload.service", folder, server) == 2
        assert "is not valid: the file has" in capfd.readouterr().out
        assert server._runs() == runs, "no reload"
        assert status(server, "one") == 200
    assert (folder / f"{NAME}.good").read_bytes() == good


def test_findings_do_not_stop_a_reload(folder, tmp_path):
    """A repository without hosts is a finding, and still a cache."""
    rows = Rows()
    rows.topic("two")
    arrive(folder, tools.make_cache(tmp_path, rows.db,
                                    options=["--force"]).read_bytes())
    check = tools.run("mirrorlist-query", "--check", folder / NAME)
    assert check.returncode == 1
    with Httpd(cache=folder / NAME) as server:
        assert run_unit("mirrorlist-reload.service", folder, server) == 0
    assert (folder / NAME).samefile(folder / f"{NAME}.good")


@pytest.mark.parametrize("tool", [False, True], ids=["rsync", "tool"])
def test_what_arrives_meanwhile_is_for_the_next_run(folder, tmp_path, tool):
    """The last command fails then, and the unit is started again. The tool
    renews the good name itself."""
    two = make(tmp_path, "two").read_bytes()
    with Httpd(cache=folder / NAME) as server:
        *first, last = commands("mirrorlist-reload.service", folder, server)
        for command in first:
            assert subprocess.run(command, cwd=folder).returncode == 0
        arrive(folder, two)
        if tool:
            (folder / f"{NAME}.good").unlink()
            (folder / f"{NAME}.good").hardlink_to(folder / NAME)
        assert subprocess.run(last, cwd=folder).returncode == 1
        assert run_unit("mirrorlist-reload.service", folder, server) == 0
    assert (folder / f"{NAME}.good").read_bytes() == two


def test_the_refresh_unit_makes_the_cache(tmp_path):
    """With the shipped configuration file, completed as its comments say."""
    rows = Rows()
    rows.topic("one").host("one")
    rows.db.sqlite(tmp_path / "rows.sqlite")
    text = (ROOT / "conf.d/mirrorlist-cachegen.conf").read_text()
    (tmp_path / "mirrorlist-cachegen.conf").write_text(
        text + f"DATABASE=sqlite:{tmp_path}/rows.sqlite\n"
        f"OUTPUT={tmp_path}/{NAME}\n")
    for _ in range(2):
        assert run_unit("mirrorlist-refresh.service", tmp_path) == 0
    assert tools.query(tmp_path / NAME,
                       "/mirrorlist?repo=one&arch=x86_64").status == 200
