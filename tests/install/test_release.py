# SPDX-License-Identifier: Apache-2.0
"""What a release consists of: the tarball, the version, what is said of it."""

import re

from harness.httpd import ROOT
from install.building import run


def test_the_same_commit_gives_the_same_tarball(tmp_path):
    for name in ("one", "two"):
        run("make", "-s", "dist", f"BUILD={tmp_path / name}")
    one, two = (next((tmp_path / name).glob("*.tar.gz")).read_bytes()
                for name in ("one", "two"))
    assert one == two


def test_the_version_is_the_newest_one_in_each_place():
    version = run("make", "-s", "version").strip()
    spec = (ROOT / "mod_mirrorlist.spec").read_text()
    newest = re.search(r"%changelog\n\* .+ - (\S+)-1\n- \w", spec)
    news = re.search(r"^(\d\S+)\n\n  \w", (ROOT / "NEWS").read_text(),
                     re.MULTILINE)
    assert re.findall(r"^Version: +(.+)", spec, re.MULTILINE) == [version]
    assert (newest[1], news[1]) == (version, version)
