# SPDX-License-Identifier: Apache-2.0
"""What conf.d ships, with the places of a test instead of Fedora's.

Knows httpd's files and the commands of the units; runs these one after the
other as systemd would, without the pause of a minute.
"""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from harness.httpd import BUILD, ROOT, layout

CONF_D = ROOT / "conf.d"
FILES = (f'Include "{CONF_D}/10-mirrorlist.conf"\n'
         f'Include "{CONF_D}/mirrorlist.conf"\n')


def configuration(cache, log_dir):
    """The files, with all that may be defined."""
    return (f'Define MIRRORLIST_MODULE_DIR "{BUILD}"\n'
            f'Define MIRRORLIST_CACHE "{cache}"\n'
            f'Define MIRRORLIST_LOG_DIR "{log_dir}"\n' + FILES)


def commands(unit, folder):
    """The unit's ExecStart lines, with the places of this test."""
    places = [("/usr/bin/mirrorlist-", f"{BUILD}/mirrorlist-"),
              ("/usr/libexec/", f"{CONF_D}/"), (".service 60", ".service 0"),
              ("/etc/mirrormanager", str(folder)),
              ("/var/lib/mirrormanager", str(folder))]
    for line in (CONF_D / unit).read_text().splitlines():
        if line.startswith("ExecStart="):
            for shipped, ours in places:
                line = line.replace(shipped, ours)
            yield shlex.split(line.removeprefix("ExecStart="))


def run_unit(unit, folder, server=None, before=None, under=()):
    """The exit code of the first command that fails, or 0: then all ran.
    `before`: program -> commands of the shell that come before it."""
    control = shlex.join(["env", f"LD_PRELOAD={server.preload}",
                          str(layout()[0]), "-f", f"{server.root}/httpd.conf",
                          "-k", "graceful"]) if server else "true"
    query = shlex.join([f"{BUILD}/mirrorlist-query"]) + ' "$@"'
    with tempfile.TemporaryDirectory() as programs:
        Path(programs).chmod(0o755)
        for name, program in ("systemctl", control), ("mirrorlist-query", query):
            first = (before or {}).get(name, "")
            file = Path(programs, name)
            file.write_text(f"#!/bin/sh\n{first}\nexec {program}\n")
            file.chmod(0o755)
        environment = dict(os.environ,
                           PATH=f"{programs}:{os.environ['PATH']}")
        code = 0
        for command in commands(unit, folder):
            code = code or subprocess.run([*under, *command], cwd=folder,
                                          env=environment).returncode
    return code
