# SPDX-License-Identifier: Apache-2.0
"""The packages that `make rpm` builds on Debian: no Fedora build is claimed.

Knows what belongs into which package, and that they fit each other.
"""

import subprocess
from pathlib import Path

import pytest
from harness.httpd import ROOT

MODULE = """\
-rw-r--r-- root root /etc/httpd/conf.d/mirrorlist.conf
-rw-r--r-- root root /etc/httpd/conf.modules.d/10-mirrorlist.conf
-rwxr-xr-x root root /usr/bin/mirrorlist-query
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-reload.path
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-reload.service
-rw-r--r-- root root /usr/lib/sysusers.d/mirrorlist.conf
-rw-r--r-- root root /usr/lib/tmpfiles.d/mirrorlist.conf
-rwxr-xr-x root root /usr/lib64/httpd/modules/mod_mirrorlist.so
-rw-r--r-- root root /usr/share/man/man1/mirrorlist-query.1
drwxr-xr-x mirrormanager mirrormanager /var/lib/mirrormanager
"""
TOOL = """\
drwxr-xr-x root root /etc/mirrormanager
-rw-r----- root mirrormanager /etc/mirrormanager/mirrorlist-cachegen.conf
-rwxr-xr-x root root /usr/bin/mirrorlist-cachegen
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-refresh.service
-rw-r--r-- root root /usr/lib/systemd/system/mirrorlist-refresh.timer
-rw-r--r-- root root /usr/lib/sysusers.d/mirrorlist.conf
-rw-r--r-- root root /usr/lib/tmpfiles.d/mirrorlist.conf
-rw-r--r-- root root /usr/share/man/man8/mirrorlist-cachegen.8
drwxr-xr-x mirrormanager mirrormanager /var/lib/mirrormanager
"""
CONFIGURATION = {
    "mod_mirrorlist": {"/etc/httpd/conf.d/mirrorlist.conf",
                       "/etc/httpd/conf.modules.d/10-mirrorlist.conf"},
    "mirrorlist-cachegen": {"/etc/mirrormanager/mirrorlist-cachegen.conf"}}


def run(*command):
    result = subprocess.run(list(map(str, command)), capture_output=True,
                            text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return result.stdout


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """name -> file of the binary package, built as `make rpm` does."""
    build = tmp_path_factory.mktemp("rpm")
    run("make", "rpm", f"BUILD={build}")
    files = (build / "rpm" / "RPMS").rglob("*.rpm")
    return {run("rpm", "-qp", "--qf", "%{name}", file): file for file in files}


def query(package, form):
    return run("rpm", "-qp", "--qf", form, package)


def test_there_are_two_packages(packages):
    assert set(packages) == {"mod_mirrorlist", "mirrorlist-cachegen"}


@pytest.mark.parametrize("name, expected", [
    ("mod_mirrorlist", MODULE), ("mirrorlist-cachegen", TOOL)],
    ids=("module", "tool"))
def test_files_owners_and_modes(packages, name, expected):
    listed = query(packages[name], "[%{filemodes:perms} %{fileusername} "
                                   "%{filegroupname} %{filenames}\n]")
    kept = [line for line in listed.splitlines(True)
            if "/usr/share/doc/" not in line
            and "/usr/share/licenses/" not in line]
    assert "".join(kept) == expected


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
    for library in ("libpq", "libsqlite3", "libmaxminddb", "libxml2"):
        assert library not in requires


def test_the_same_commit_gives_the_same_tarball(tmp_path):
    for name in ("one", "two"):
        run("make", "-s", "dist", f"BUILD={tmp_path / name}")
    one, two = (next((tmp_path / name).glob("*.tar.gz")).read_bytes()
                for name in ("one", "two"))
    assert one == two


def test_the_version_stands_once_in_each_place():
    version = run("make", "-s", "version").strip()
    spec = (ROOT / "mod_mirrorlist.spec").read_text()
    assert f"\nVersion:        {version}\n" in spec
    assert f"- {version}-1\n" in spec
    assert f"\n{version}\n" in (ROOT / "NEWS").read_text()


@pytest.mark.parametrize("unit", sorted(
    file.name for suffix in ("service", "timer", "path")
    for file in (ROOT / "conf.d").glob(f"*.{suffix}")))
def test_the_units_are_well_formed(tmp_path, unit):
    """systemd complains of what is not installed here, and of nothing else."""
    for file in (ROOT / "conf.d").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    result = subprocess.run(["systemd-analyze", "verify", "--man=no",
                             tmp_path / unit], capture_output=True, text=True)
    said = [line for line in result.stderr.splitlines()
            if "is not executable" not in line and unit in line]
    assert said == []


@pytest.mark.parametrize("page", ["mirrorlist-cachegen.8",
                                  "mirrorlist-query.1"])
def test_the_man_pages_are_clean(page):
    result = subprocess.run(["mandoc", "-Tlint", Path("docs", page)],
                            capture_output=True, text=True, cwd=ROOT)
    said = [line for line in result.stdout.splitlines()
            if "referenced manual not found" not in line]
    assert said == []
