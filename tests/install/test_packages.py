# SPDX-License-Identifier: Apache-2.0
"""The packages that `make rpm` builds on Debian: no Fedora build is claimed.

Knows what belongs into which package, and that they fit each other.
"""

import re
import subprocess
from pathlib import Path

import pytest

from harness.httpd import ROOT
from install.building import MACROS, query, run

MODULE = """\
-rw-r--r-- root root /etc/httpd/conf.d/mirrorlist.conf
-rw-r--r-- root root /etc/httpd/conf.modules.d/10-mirrorlist.conf
-rwxr-xr-x root root /usr/bin/mirrorlist-query
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-reload.path
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-reload.service
-rwxr-xr-x root root /usr/lib64/httpd/modules/mod_mirrorlist.so
-rwxr-xr-x root root /usr/libexec/mirrorlist-reload
-rw-r--r-- root root /usr/share/man/man1/mirrorlist-query.1.gz
"""
TOOL = """\
drwxr-xr-x root root /etc/mirrormanager
-rw-r----- root mirrormanager /etc/mirrormanager/mirrorlist-cachegen.conf
-rwxr-xr-x root root /usr/bin/mirrorlist-cachegen
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-refresh.service
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-refresh.timer
-rw-r--r-- root root /usr/share/man/man8/mirrorlist-cachegen.8.gz
"""
COMMON = """\
-rw-r--r-- root root /usr/lib/sysusers.d/mirrorlist.conf
-rw-r--r-- root root /usr/lib/tmpfiles.d/mirrorlist.conf
drwxr-xr-x mirrormanager mirrormanager /var/lib/mirrormanager
"""
UNITS = {"mod_mirrorlist": "mirrorlist-reload",
         "mirrorlist-cachegen": "mirrorlist-refresh"}
CONFIGURATION = {
    "mod_mirrorlist": {"/etc/httpd/conf.d/mirrorlist.conf",
                       "/etc/httpd/conf.modules.d/10-mirrorlist.conf"},
    "mirrorlist-cachegen": {"/etc/mirrormanager/mirrorlist-cachegen.conf"}}


# The build

def test_there_are_three_packages(packages):
    assert {name: query(file, "%{arch}") == "noarch"
            for name, file in packages.items()} == {
        "mod_mirrorlist": False, "mirrorlist-cachegen": False,
        "mod_mirrorlist-common": True}


def test_rpmbuild_warns_of_nothing(built):
    assert re.findall(r"^(?:warning|error): .*", built.said, re.M) == []


def test_the_unit_tests_run_during_the_build(built):
    programs = [file.stem for file in (ROOT / "tests/unit").glob("test_*.c")]
    started = re.findall(r"^build/unit/(\w+)$", built.said, re.M)
    assert sorted(started) == sorted(programs)
    assert built.said.count("100%: Checks: ") == len(programs)


# Contents


@pytest.mark.parametrize("name, expected", [
    ("mod_mirrorlist", MODULE), ("mirrorlist-cachegen", TOOL),
    ("mod_mirrorlist-common", COMMON)], ids=("module", "tool", "common"))
def test_files_owners_and_modes(packages, name, expected):
    listed = query(packages[name], "[%{filemodes:perms} %{fileusername} "
                                   "%{filegroupname} %{filenames}\n]")
    kept = [line for line in listed.splitlines(True)
            if "/usr/share/doc/" not in line
            and "/usr/share/licenses/" not in line]
    assert "".join(kept) == expected


@pytest.mark.parametrize("name", ["mod_mirrorlist", "mirrorlist-cachegen"])
def test_each_brings_the_account_of_the_same_version(built, packages, name):
    requires = run("rpm", "-qp", "--requires", packages[name]).splitlines()
    assert f"mod_mirrorlist-common = {built.version}-1.fc42" in requires


@pytest.mark.parametrize("name", CONFIGURATION)
def test_configuration_is_kept_on_an_upgrade(packages, name):
    flags = query(packages[name], "[%{filenames} %{fileflags:fflags}\n]")
    marked = {line.split()[0] for line in flags.splitlines()
              if line.split()[1:] == ["cn"]}
    assert marked == CONFIGURATION[name]


def test_the_module_fits_one_httpd_only(packages):
    requires = run("rpm", "-qp", "--requires", packages["mod_mirrorlist"])
    assert "httpd-mmn = " in requires


def test_a_proxy_needs_no_database_library(packages):
    requires = run("rpm", "-qp", "--requires", packages["mod_mirrorlist"])
    for library in ("libpq", "libsqlite3", "libmaxminddb", "libcares"):
        assert library not in requires


# Scriptlets

@pytest.mark.parametrize("name", UNITS)
def test_units_that_can_be_enabled_are_and_all_are_stopped(packages, name):
    """A service would run on with programs that are gone."""
    units = {file.name: "[Install]" in file.read_text()
             for file in (ROOT / "conf.d").glob(f"{UNITS[name]}.*")}
    for tag, verb, expected in (
            ("POSTIN", "install", {unit for unit in units if units[unit]}),
            ("PREUN", "remove", set(units))):
        scriptlet = query(packages[name], f"%{{{tag}}}")
        named, = re.findall(rf" {verb}-system-units (.*) \|\| :", scriptlet)
        assert set(named.split()) == expected


@pytest.mark.parametrize("system, makes_it", [
    ("fedora 41", True), ("fedora 42", False), ("rhel 9", True)])
def test_pre_makes_the_user_where_rpm_does_not(system, makes_it):
    macros = [word for word in MACROS if word.startswith("--load")]
    spec = run("rpmspec", *macros, "--define", system, "-P",
               "mod_mirrorlist.spec")
    assert spec.count("\nRequires(pre):  shadow-utils\n") == makes_it
    assert spec.count("useradd -r -g mirrormanager ") == makes_it
    assert re.findall("^%pre .*", spec, re.M) == ["%pre common"] * makes_it


# Man pages

@pytest.mark.parametrize("page", ["mirrorlist-cachegen.8",
                                  "mirrorlist-query.1"])
def test_the_man_pages_are_clean(page):
    result = subprocess.run(["mandoc", "-Tlint", Path("docs", page)],
                            capture_output=True, text=True, cwd=ROOT)
    said = [line for line in result.stdout.splitlines()
            if "referenced manual not found" not in line]
    assert said == []
