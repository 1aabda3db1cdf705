# SPDX-License-Identifier: Apache-2.0
"""Builds the packages: those of `make rpm`, and the next version's.

Knows where rpmbuild leaves what, and what the next version changes. Knows
nothing of what is in a package.
"""

import os
import subprocess

from harness.httpd import ROOT
from install.rootfolder import PREFIX

MACROS = (["--nodeps", "--load=tests/install/fedora-macros"]
          if os.path.exists("/etc/debian_version") else [])
# As in mock: no network, not even the loopback interface.
NO_NETWORK = [*(PREFIX or ["unshare"]), "--net"]

NEXT = "99.0.0"
# What the next version ships otherwise: appended to files of conf.d.
NEXT_LINES = {"mirrorlist.conf": "# A new hint.\n",
              "10-mirrorlist.conf": "# Another new hint.\n"}


def run(*command, cwd=ROOT):
    """What it says on both outputs, if it succeeds."""
    result = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, cwd=cwd)
    assert result.returncode == 0, f"{command}\n{result.stdout[-6000:]}"
    return result.stdout


def without_network():
    """A container may not let its root do that."""
    try:
        run(*NO_NETWORK, "true")
    except AssertionError:
        return []
    return NO_NETWORK


def query(package, form):
    return run("rpm", "-qp", "--qf", form, package)


class Built:
    """What `make rpm` left in its folder.

    said      its output
    source    the source package
    binaries  name -> file of each binary package
    version   of all of them
    """

    def __init__(self, folder, said):
        self.folder = folder
        self.said = said
        self.source = next((folder / "rpm" / "SRPMS").glob("*.rpm"), None)
        self.binaries = {query(file, "%{name}"): file for file
                         in (folder / "rpm" / "RPMS").rglob("*.rpm")}
        self.version, = {query(file, "%{version}")
                         for file in self.binaries.values()}


def make_rpm(folder):
    return Built(folder, run(*without_network(), "make", "rpm",
                             f"BUILD={folder}"))


def unpack(built, folder):
    """The folder of the sources of which the packages are made."""
    name = f"mod_mirrorlist-{built.version}"
    run("tar", "-xzf", built.folder / f"{name}.tar.gz", cwd=folder)
    return folder / name


def make_next(built, folder):
    """The binary packages of a later version with a changed conf.d."""
    tree = folder / f"mod_mirrorlist-{NEXT}"
    unpack(built, folder).rename(tree)
    for name, lines in NEXT_LINES.items():
        with open(tree / "conf.d" / name, "a") as file:
            file.write(lines)
    spec = (ROOT / "mod_mirrorlist.spec").read_text().replace(
        f"\nVersion:        {built.version}\n", f"\nVersion:        {NEXT}\n")
    (folder / "next.spec").write_text(spec)
    run("tar", "-czf", f"{tree}.tar.gz", tree.name, cwd=folder)
    said = run("rpmbuild", "-bb", *MACROS, "--nocheck",
               "--define", f"_topdir {folder}/rpm",
               "--define", f"_sourcedir {folder}",
               "--define", "build_cflags -O0", folder / "next.spec")
    return Built(folder, said)
