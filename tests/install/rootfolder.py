# SPDX-License-Identifier: Apache-2.0
"""A folder that is / for rpm and for the scriptlets it runs.

Has the few programs of this machine that the scriptlets and units call, with
their libraries. Knows nothing of the packages. Who is not root is root of a
name space that has no other user: there mirrormanager is another name of root.
"""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

PREFIX = [] if os.geteuid() == 0 else ["unshare", "--map-root-user"]
MOUNTS = ["unshare", "--mount"]
PROGRAMS = ("sh", "getent", "groupadd", "useradd", "systemctl", "ln", "mv",
            "rm", "sleep", "test", "nologin")
ALIAS = ("", "") if os.geteuid() == 0 else (
    "mirrormanager:x:0:0::/:/bin/sh\n", "mirrormanager:x:0:\n")
UNITS = Path("/usr/lib/systemd/system")
PRESETS = "usr/lib/systemd/system-preset"
DATABASE = "var/lib/rpm"

# What Fedora's scriptlets call; its own does the same through systemctl.
UPDATE_HELPER = """\
#!/bin/sh
verb=$1; shift
case $verb in
    install-system-units) systemctl --no-reload preset "$@" ;;
    remove-system-units) systemctl --no-reload disable "$@" ;;
esac
"""


# A mount of its own, or in a container that forbids it none.
PROC = 'mount --rbind /proc "$0/proc" 2>/dev/null; exec "$@"'


def command(*words):
    """The result of a command that runs as root, of a name space at least."""
    return subprocess.run([*PREFIX, *map(str, words)], capture_output=True,
                          text=True)


@functools.cache
def may_mount():
    return command(*MOUNTS, "true").returncode == 0


class RootFolder:
    def __init__(self, path):
        self.path = path
        path.chmod(0o755)
        for name in ("bin", "sbin", "lib", "lib64"):
            (path / "usr" / name).mkdir(parents=True)
            (path / name).symlink_to(f"usr/{name}")
        for name in PROGRAMS:
            self._copy_program(name)
        for file in UNITS.glob("*.target"):
            self._copy(file)
        self.write("usr/lib/systemd/systemd-update-helper", UPDATE_HELPER,
                   0o755)
        self.write(f"{PRESETS}/99-default-disable.preset", "disable *\n")
        for name in ("dev/null", "etc/passwd-", "etc/group-", "etc/shadow",
                     "etc/shadow-", "etc/gshadow", "etc/gshadow-",
                     "etc/.pwd.lock"):
            self.write(name, "")
        (path / "proc").mkdir()
        (path / "var/tmp").mkdir(parents=True)  # for scriptlets, since rpm 4.20
        self.users(*ALIAS)
        self.rpm("--initdb")
        self._before = set(self._all())

    def _copy_program(self, name):
        program = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin")
        linked = subprocess.run(["ldd", program], capture_output=True,
                                text=True, check=True).stdout
        for library in re.findall(r"(/\S+) \(0x", linked):
            self._copy(library)
        self._copy(program)

    def _copy(self, file):
        target = self.path / str(file)[1:]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)

    def write(self, name, text, mode=0o644):
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)
        return file

    def users(self, passwd, group):
        self.write("etc/passwd", "root:x:0:0::/:/bin/sh\n" + passwd)
        self.write("etc/group", "root:x:0:\n" + group)

    def rpm(self, *words):
        """The lines that rpm says; none when all is well."""
        result = self._command("rpm", "--root", self.path,
                               f"--dbpath=/{DATABASE}", *words)
        said = result.stdout + result.stderr
        assert result.returncode == 0, said
        return [line for line in said.splitlines()
                if not line.startswith("rpm: ")  # Debian's advice
                and line != "warning: private mounts in chroot not implemented"]

    def install(self, packages):
        return self.rpm("-U", "--nodeps", *packages.values())

    def find_altered(self, packages):
        """The lines of files that are not as in the package."""
        result = command("rpm", "--root", self.path, f"--dbpath=/{DATABASE}",
                         "-V", "--nodeps", *packages)
        return result.stdout.splitlines()

    def run(self, *words):
        """The result of a command inside."""
        return self._command("chroot", self.path, *words)

    def _command(self, *words):
        """With /proc in the folder, which systemctl wants."""
        mounted = [*MOUNTS, "sh", "-c", PROC, self.path]
        return command(*(mounted if may_mount() else ()), *words)

    def _all(self):
        for folder, folders, files in os.walk(self.path):
            for name in folders + files:
                path = "/" + str(Path(folder, name).relative_to(self.path))
                if not path.startswith(f"/{DATABASE}"):
                    yield path

    def files(self):
        """path -> content, or a link's target, of what came since it began."""
        found = {}
        for path in set(self._all()) - self._before:
            file = self.path / path[1:]
            if file.is_symlink():
                found[path] = os.readlink(file)
            elif file.is_file():
                found[path] = file.read_bytes()
        return found
