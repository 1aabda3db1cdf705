# SPDX-License-Identifier: Apache-2.0
"""The packages installed into an empty folder by rpm, and used from there.

Knows what an administrator finds after the installation. Of httpd and systemd
this machine's are used; the folder has no Fedora around the packages.
"""

import gzip
import re

import pytest

from harness.httpd import Httpd
from harness.mirrormanager import Rows
from install.building import query, run
from install.rootfolder import RootFolder, command

CACHE = "var/lib/mirrormanager/mirrorlist.cache"
UNITS = ("mirrorlist-refresh.service", "mirrorlist-refresh.timer",
         "mirrorlist-reload.path", "mirrorlist-reload.service")


@pytest.fixture(scope="module")
def said(root, packages):
    """What rpm and the scriptlets said during the installation."""
    return root.install(packages)


@pytest.fixture(scope="module")
def installed(root, said):
    return root


# Files

def test_the_scriptlets_find_all_that_they_need(said):
    assert said == []


def test_all_is_as_it_was_packed(installed, packages):
    assert installed.find_altered(packages) == []


def test_nothing_else_appears(installed, packages):
    packed = run("rpm", "-qpl", *packages.values()).split()
    assert set(installed.files()) <= set(packed)


# The user

def user(folder):
    """(name, full name, home, shell) of MirrorManager's user; its number."""
    lines = (folder / "etc/passwd").read_text().splitlines()
    only, = (line for line in lines if "MirrorManager" in line)
    name, _, number, _, *rest = only.split(":")
    return (name, *rest), int(number)


def test_the_user_is_the_one_of_sysusers(tmp_path, installed, packages):
    root = RootFolder(tmp_path)
    root.users("", "")
    for _ in range(2):  # the second time it is there
        result = root.run("sh", "-ec", query(
            packages["mod_mirrorlist-common"], "%{PREIN}"))
        assert (result.returncode, result.stderr) == (0, "")
    ours = user(tmp_path)
    root.users("", "")
    result = command("systemd-sysusers", f"--root={tmp_path}",
                     installed.path / "usr/lib/sysusers.d/mirrorlist.conf")
    assert result.returncode == 0, result.stderr
    assert ours[0] == user(tmp_path)[0]
    assert 0 < ours[1] < 1000


def test_tmpfiles_make_the_folder_of_the_package(installed, packages):
    (installed.path / "var/lib/mirrormanager").rmdir()
    result = command("systemd-tmpfiles", f"--root={installed.path}", "--create")
    assert result.returncode == 0, result.stderr
    assert installed.find_altered(packages) == []


# Units

@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_the_units_and_their_programs(installed, unit):
    result = command("systemd-analyze", "verify", "--man=no",
                     f"--root={installed.path}", unit)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("unit", UNITS)
def test_the_units_name_man_pages_that_are_there(installed, unit):
    files = installed.files()
    text = files[f"/usr/lib/systemd/system/{unit}"].decode()
    (name, section), = re.findall(r"^Documentation=man:(.+)\((.)\)$", text,
                                  re.MULTILINE)
    page = files[f"/usr/share/man/man{section}/{name}.{section}.gz"]
    assert f".Dt {name.upper()} {section}\n".encode() in gzip.decompress(page)


# Answers

@pytest.fixture(scope="module")
def cache(installed, tmp_path_factory):
    """What the installed tool makes with the installed configuration."""
    rows = Rows()
    rows.topic("geo").host("de1")
    file = rows.db.sqlite(tmp_path_factory.mktemp("rows") / "rows.sqlite")
    config = "etc/mirrormanager/mirrorlist-cachegen.conf"
    run(installed.path / "usr/bin/mirrorlist-cachegen",
        "--config", installed.path / config,
        "--database", f"sqlite:{file}", "--output", installed.path / CACHE)
    return installed.path / CACHE


@pytest.fixture(scope="module")
def server(installed, cache):
    """httpd with the installed files; it lies elsewhere than Fedora's."""
    httpd = installed.path / "etc/httpd"
    config = (f'Define MIRRORLIST_CACHE "{cache}"\n'
              f'Include "{httpd}/conf.modules.d/*.conf"\n'
              f'Include "{httpd}/conf.d/*.conf"\n')
    with Httpd(handler=False, start=False) as server:
        modules = installed.path / "usr/lib64/httpd/modules"
        (server.root / "modules").symlink_to(modules)  # as in ServerRoot there
        server.config = (f'Define MIRRORLIST_LOG_DIR "{server.root}"\n'
                         + config)
        server.start()
        yield server


@pytest.mark.parametrize("target, part", [
    ("/mirrorlist?repo=geo&arch=x86_64", b"\nhttps://de1.test/geo/os"),
    ("/metalink?repo=geo&arch=x86_64", b"https://de1.test/geo/os/repodata"),
    ("/mirrorlist-status", b"mirrorlist.cache")],
    ids=("mirrorlist", "metalink", "status"))
def test_httpd_answers_with_the_installed_files(server, target, part):
    response = server.get(target)
    assert response.status == 200
    assert part in response.body


def test_the_installed_query_tool_gives_the_same_answer(installed, server,
                                                        cache):
    target = "/mirrorlist?repo=geo&arch=x86_64"
    said = run(installed.path / "usr/bin/mirrorlist-query", "--cache", cache,
               target)
    assert said.partition("\n\n")[2] == server.get(target).text
