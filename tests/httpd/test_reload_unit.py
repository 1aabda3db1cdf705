# SPDX-License-Identifier: Apache-2.0
"""mirrorlist-reload.service and mirrorlist-refresh.service as systemd would run
them, on a server of one's own.

Only the places of this build, the server that is told to reload and the pause
of a minute are others than shipped.
"""

import shutil
import tempfile
from pathlib import Path

import pytest

from harness import tools
from harness.httpd import ROOT, Httpd
from harness.mirrormanager import Rows
from harness.shipped import CONF_D, run_unit

NAME = tools.NAME
UNIT = "mirrorlist-reload.service"


def make(folder, name):
    rows = Rows()
    rows.topic(name).host("host-of-" + name)
    return tools.make_cache(folder, rows.db)


@pytest.fixture
def folder(tmp_path):
    """Where a proxy has its cache; one is there and good."""
    folder = tmp_path / "mirrormanager"
    folder.mkdir()
    for name in NAME, f"{NAME}.good":
        shutil.copy(make(tmp_path, "one"), folder / name)
    return folder


@pytest.fixture
def two(tmp_path):
    return make(tmp_path, "two").read_bytes()


@pytest.fixture
def elsewhere():
    """A folder on another file system."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        assert Path(name).stat().st_dev != ROOT.stat().st_dev
        yield Path(name)


def arrive(folder, content):
    """As rsync lets a file arrive: whole, under its name at once."""
    (folder / ".incoming").write_bytes(content)
    (folder / ".incoming").rename(folder / NAME)


def names(folder):
    return {file.name for file in folder.iterdir()}


def status(server, repo):
    return server.get(f"/mirrorlist?repo={repo}&arch=x86_64").status


def serves(server, repo):
    return [status(server, name) for name in ("one", "two")] == [
        200 if name == repo else 404 for name in ("one", "two")]


def reload(folder, server, expected, **about):
    """Runs the unit, which makes httpd begin anew."""
    runs, old = server._runs(), server.children()
    assert run_unit(UNIT, folder, server, **about) == expected
    server.wait_for_graceful(runs, old)


def test_a_new_cache_is_checked_copied_and_served(folder, two):
    with Httpd(cache=folder / NAME) as server:
        arrive(folder, two)
        reload(folder, server, 0)
        assert serves(server, "two")
    assert (folder / f"{NAME}.good").read_bytes() == two
    assert names(folder) == {NAME, f"{NAME}.good"}


def test_a_bad_cache_changes_nothing(folder, capfd):
    good = (folder / f"{NAME}.good").read_bytes()
    with Httpd(cache=folder / NAME) as server:
        runs = server._runs()
        arrive(folder, good[:-1])
        assert run_unit(UNIT, folder, server) == 2
        assert (f"{folder / NAME} is not valid: the file has"
                in capfd.readouterr().err)
        assert server._runs() == runs, "no reload"
        assert serves(server, "one")
    assert (folder / f"{NAME}.good").read_bytes() == good
    assert names(folder) == {NAME, f"{NAME}.good"}


def test_findings_do_not_stop_a_reload(folder, tmp_path):
    """A repository without hosts is a finding, and still a cache."""
    rows = Rows()
    rows.topic("two")
    arrive(folder, tools.make_cache(tmp_path, rows.db,
                                    options=["--force"]).read_bytes())
    check = tools.run("mirrorlist-query", "--check", folder / NAME)
    assert check.returncode == 1
    with Httpd(cache=folder / NAME) as server:
        reload(folder, server, 0)
    assert (folder / f"{NAME}.good").read_bytes() == (
        folder / NAME).read_bytes()


def test_a_write_into_the_one_file_leaves_the_other(folder, two):
    """As scp and rsync --inplace write, and break off."""
    file, good = folder / NAME, folder / f"{NAME}.good"
    arrive(folder, two)
    assert run_unit(UNIT, folder) == 0
    file.write_bytes(two[:1000])
    with Httpd(cache=file) as server:
        assert serves(server, "two")
        assert f"from {good}" in server.error_log
        file.write_bytes(two)
        good.write_bytes(two[:1000])
        server.graceful()
        assert serves(server, "two")
    assert file.read_bytes() == two


def test_links_to_another_file_system_are_followed(folder, two, elsewhere):
    file, good = elsewhere / "a.cache", elsewhere / "b.cache"
    for name, target in (NAME, file), (f"{NAME}.good", good):
        (folder / name).unlink()
        (folder / name).symlink_to(target)
    file.write_bytes(two)
    for _ in range(2):
        assert run_unit(UNIT, folder) == 0
        assert good.read_bytes() == file.read_bytes() == two
        assert (folder / NAME).readlink() == file
        assert (folder / f"{NAME}.good").readlink() == good
        assert names(elsewhere) == {"a.cache", "b.cache"}
    file.write_bytes(two[:1000])
    with Httpd(cache=folder / NAME) as server:
        assert serves(server, "two")


# --- what arrives meanwhile ---------------------------------------------------

@pytest.mark.parametrize("how", ["mv .next {}", "cat .next > {}"],
                         ids=["renamed", "in place"])
def test_what_arrives_meanwhile_comes_next(folder, two, how):
    (folder / ".next").write_bytes(two)
    arriving = f"[ ! -e .next ] || {{ {how.format(NAME)}; rm -f .next; }}"
    with Httpd(cache=folder / NAME) as server:
        reload(folder, server, 0, before={"systemctl": arriving})
        assert serves(server, "two")
    assert (folder / f"{NAME}.good").read_bytes() == two


def test_what_arrives_while_a_bad_one_fails_comes_next(folder, two):
    arrive(folder, two[:-1])
    (folder / ".next").write_bytes(two)
    arriving = f"[ ! -e .next ] || {{ mv .next {NAME}; exit 2; }}"
    with Httpd(cache=folder / NAME) as server:
        reload(folder, server, 0, before={"mirrorlist-query": arriving})
        assert serves(server, "two")


def test_what_arrives_while_it_is_copied_is_checked_too(folder, two, capfd):
    """What becomes the copy is what was checked."""
    good = (folder / f"{NAME}.good").read_bytes()
    arriving = f"case $2 in *.cache) mv .next {NAME}; exit 0; esac"
    (folder / ".next").write_bytes(two[:-1])
    assert run_unit(UNIT, folder, before={"mirrorlist-query": arriving}) != 0
    assert (folder / f"{NAME}.good").read_bytes() == good


# --- what cannot be done ------------------------------------------------------

def good_is_a_folder(folder):
    (folder / f"{NAME}.good").unlink()
    (folder / f"{NAME}.good").mkdir()


def good_is_a_loop(folder):
    (folder / f"{NAME}.good").unlink()
    (folder / f"{NAME}.good").symlink_to(f"{NAME}.good")


def no_copies(folder):
    (folder / f"{NAME}.good.checked").mkdir()
    (folder / f"{NAME}.good.checked" / "full").touch()


@pytest.mark.parametrize("spoil, reason", [
    (good_is_a_folder, "cannot overwrite directory"),
    (good_is_a_loop, "Too many levels of symbolic links"),
    (no_copies, "cannot overwrite directory")])
def test_without_its_copy_a_cache_is_served_and_the_unit_fails(
        folder, two, capfd, spoil, reason):
    with Httpd(cache=folder / NAME) as server:
        arrive(folder, two)
        spoil(folder)
        runs = server._runs()
        reload(folder, server, 1)
        assert serves(server, "two")
        assert reason in capfd.readouterr().err
        assert server._runs() == runs + 1, "once"


def test_a_service_that_refuses_fails_the_unit(folder, two):
    """Its reason is systemctl's; the copy is kept."""
    arrive(folder, two)
    refuses = "echo $* >> asked; exit 1"
    assert run_unit(UNIT, folder, before={"systemctl": refuses}) == 1
    assert (folder / "asked").read_text() == (
        "try-reload-or-restart httpd.service\n"), "once"
    assert (folder / f"{NAME}.good").read_bytes() == two


def test_a_cache_that_is_gone_ends_the_unit(folder, capfd):
    (folder / NAME).unlink()
    assert run_unit(UNIT, folder) == 1
    assert f"'{folder / NAME}': No such file" in capfd.readouterr().err


def test_systemd_does_not_begin_it_again():
    """It would, every second, on whatever cannot be done."""
    assert "Restart" not in (CONF_D / UNIT).read_text()


# --- the refresh --------------------------------------------------------------

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
