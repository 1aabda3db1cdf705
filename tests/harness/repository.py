# SPDX-License-Identifier: Apache-2.0
"""A small real repository: rpmbuild's package, createrepo_c's metadata.

Knows nothing of mirrors or of who serves it.
"""

import hashlib
import shutil
import subprocess

SPEC = """\
Name: hello-mirror
Version: {version}
Release: 1
Summary: A file
License: Apache-2.0
BuildArch: noarch
%description
A file.
%install
mkdir -p %{{buildroot}}/usr/share
echo {version} > %{{buildroot}}/usr/share/hello-mirror
%files
/usr/share/hello-mirror
"""


def run(*command, **about):
    """A helper program, which must do its work."""
    result = subprocess.run(list(map(str, command)), capture_output=True,
                            text=True, timeout=120, **about)
    assert result.returncode == 0, result.stdout + result.stderr
    return result


def build_rpm(folder, version):
    spec = folder / f"hello-mirror-{version}.spec"
    spec.write_text(SPEC.format(version=version))
    run("rpmbuild", "--quiet", "--nodeps", "-bb", "-D", f"_topdir {folder}/top",
        "-D", f"_rpmdir {folder}/rpms", "-D", "_build_id_links none", spec)
    return next((folder / "rpms").rglob(f"hello-mirror-{version}-*.rpm"))


def create_repository(folder, rpms, revision):
    """A repository in folder/e2e/os, as it was at `revision` seconds."""
    os = folder / "e2e" / "os"
    os.mkdir(parents=True)
    for rpm in rpms:
        shutil.copy(rpm, os)
    run("createrepo_c", "--no-database", "--general-compress-type=gz",
        "--revision", revision,
        "--set-timestamp-to-revision", os)
    return folder


def details(folder, timestamp):
    """The columns of file_detail for the repository's repomd.xml."""
    repomd = (folder / "e2e/os/repodata/repomd.xml").read_bytes()
    hashes = {name: hashlib.new(name, repomd).hexdigest()
              for name in ("md5", "sha1", "sha256", "sha512")}
    return dict(timestamp=timestamp, size=len(repomd), **hashes)
