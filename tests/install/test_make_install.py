# SPDX-License-Identifier: Apache-2.0
"""`make install` with Fedora's places beside the packages; on Debian without.

Knows Debian's places. What differs between the builds: the packages' programs
are stripped, their man pages are compressed, and only they have documents.
"""

import gzip
import re
import stat

from harness.httpd import BUILD, ROOT, layout
from install.building import run, unpack

FEDORA = dict(
    LIBEXECDIR="/usr/lib64/httpd/modules", CONFDIR="/etc/httpd/conf.d",
    MODCONFDIR="/etc/httpd/conf.modules.d", MODULE_DIR="modules",
    LOG_DIR="/var/log/httpd", HTTPD_SERVICE="httpd.service")
DEBIAN = {
    "/etc/apache2/conf-available/10-mirrorlist.conf": 0o644,
    "/etc/apache2/conf-available/mirrorlist.conf": 0o644,
    "/etc/mirrormanager/mirrorlist-cachegen.conf": 0o640,
    "/usr/bin/mirrorlist-cachegen": 0o755,
    "/usr/bin/mirrorlist-query": 0o755,
    "/usr/lib/systemd/system/mirrorlist-refresh.service": 0o644,
    "/usr/lib/systemd/system/mirrorlist-refresh.timer": 0o644,
    "/usr/lib/systemd/system/mirrorlist-reload.path": 0o644,
    "/usr/lib/systemd/system/mirrorlist-reload.service": 0o644,
    "/usr/libexec/mirrorlist-reload": 0o755,
    "/usr/lib/sysusers.d/mirrorlist.conf": 0o644,
    "/usr/lib/tmpfiles.d/mirrorlist.conf": 0o644,
    "/usr/share/man/man1/mirrorlist-query.1": 0o644,
    "/usr/share/man/man8/mirrorlist-cachegen.8": 0o644,
    f"{layout()[1]}/mod_mirrorlist.so": 0o755}
DOCUMENTS = ("/usr/share/doc/", "/usr/share/licenses/")
CONFIGURATION = ("etc/mirrormanager/mirrorlist-cachegen.conf",
                 "etc/apache2/conf-available/mirrorlist.conf")


def make_install(folder, sources=ROOT, **places):
    """Under a umask that would hide what is not given a mode."""
    places = [f"{name}={place}" for name, place in places.items()]
    run("sh", "-c", 'umask 077; exec "$@"', "sh", "make", "-s", "-o", "all",
        "install", f"BUILD={BUILD}", f"DESTDIR={folder}", *places, cwd=sources)


def comparable(path, content):
    """The same for all builds."""
    if path.startswith("/usr/share/man/") and path.endswith(".gz"):
        path, content = path.removesuffix(".gz"), gzip.decompress(content)
    if content.startswith(b"\x7fELF"):
        content = b"a program"
    return path, content


def tree(folder, files=None):
    """path -> (mode, content) of all files, or of these."""
    found = {}
    for file in files or folder.rglob("*"):
        if file.is_file():
            path, content = comparable(f"/{file.relative_to(folder)}",
                                       file.read_bytes())
            found[path] = stat.S_IMODE(file.stat().st_mode), content
    return found


def test_with_fedoras_places_it_is_what_the_packages_have(tmp_path, root,
                                                          built):
    make_install(tmp_path / "root", unpack(built, tmp_path), **FEDORA)
    root.install(built.binaries)
    installed = [root.path / path[1:] for path in root.files()
                 if not path.startswith(DOCUMENTS)]
    assert tree(tmp_path / "root") == tree(root.path, installed)


def test_on_debian_the_places_are_debians(tmp_path):
    make_install(tmp_path)
    found = tree(tmp_path)
    assert {path: mode for path, (mode, _) in found.items()} == DEBIAN
    texts = b"".join(content for _, content in found.values())
    assert b"Define MIRRORLIST_LOG_DIR /var/log/apache2\n" in texts
    assert b" apache2.service 60\n" in texts
    assert b"httpd.service" not in texts


def test_units_call_the_programs_below_the_prefix(tmp_path):
    make_install(tmp_path, PREFIX="/opt/mirrors")
    found = tree(tmp_path)
    assert not [path for path in found if path.startswith("/usr/bin/")]
    called = {program for path, (_, content) in found.items()
              if path.startswith("/opt/mirrors/lib")
              for program in re.findall(rb"/\S+/mirrorlist-\w+(?= )", content)}
    assert called == {b"/opt/mirrors/bin/mirrorlist-cachegen",
                      b"/opt/mirrors/bin/mirrorlist-query",
                      b"/opt/mirrors/libexec/mirrorlist-reload"}


def test_files_keep_their_dates(tmp_path):
    make_install(tmp_path)
    for path, source in (
            ("etc/apache2/conf-available/mirrorlist.conf", "conf.d"),
            ("usr/lib/systemd/system/mirrorlist-reload.path", "conf.d"),
            ("usr/share/man/man1/mirrorlist-query.1", "docs")):
        shipped = ROOT / source / path.rpartition("/")[2]
        assert int((tmp_path / path).stat().st_mtime) == int(
            shipped.stat().st_mtime)


def test_the_folders_are_open_to_all(tmp_path):
    make_install(tmp_path / "root")
    assert {stat.S_IMODE(folder.stat().st_mode)
            for folder in (tmp_path / "root").rglob("*")
            if folder.is_dir()} == {0o755}


def test_configuration_that_is_there_stays(tmp_path):
    make_install(tmp_path)
    shipped = tree(tmp_path)
    changed, gone = CONFIGURATION
    (tmp_path / changed).write_text("# The administrator's.\n")
    (tmp_path / gone).unlink()
    make_install(tmp_path)
    expected = {**shipped, f"/{changed}.new": shipped[f"/{changed}"],
                f"/{changed}": (0o640, b"# The administrator's.\n")}
    assert tree(tmp_path) == expected


def test_uninstall_leaves_the_configuration(tmp_path):
    make_install(tmp_path)
    shipped = tree(tmp_path)
    run("make", "-s", "uninstall", f"BUILD={BUILD}", f"DESTDIR={tmp_path}")
    left = {f"/{path}": shipped[f"/{path}"] for path in CONFIGURATION}
    assert tree(tmp_path) == left
