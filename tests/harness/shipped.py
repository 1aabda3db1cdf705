# SPDX-License-Identifier: Apache-2.0
"""What conf.d ships, with the places of a test instead of Fedora's.

Knows httpd's files and the commands of the units; runs these one after the
other as systemd would, without the pause of a minute.
"""

import shlex
import subprocess

from harness.httpd import BUILD, ROOT, layout
from harness.tools import NAME

CONF_D = ROOT / "conf.d"
FILES = (f'Include "{CONF_D}/10-mirrorlist.conf"\n'
         f'Include "{CONF_D}/mirrorlist.conf"\n')


def configuration(cache, log_dir):
    """The files, with all that may be defined."""
    return (f'Define MIRRORLIST_MODULE_DIR "{BUILD}"\n'
            f'Define MIRRORLIST_CACHE "{cache}"\n'
            f'Define MIRRORLIST_LOG_DIR "{log_dir}"\n' + FILES)


def commands(unit, folder, server=None):
    """The unit's ExecStart lines, with the places of this test."""
    places = [("/usr/bin/mirrorlist-", f"{BUILD}/mirrorlist-"),
              ("/usr/bin/sleep 60", "/usr/bin/true"),
              ("/etc/mirrormanager", str(folder)), ("$$", "$")]
    if server:
        control = shlex.join(["env", f"LD_PRELOAD={server.preload}",
                              str(layout()[0]), "-f",
                              f"{server.root}/httpd.conf", "-k", "graceful"])
        places.append(("-/usr/bin/systemctl try-reload-or-restart "
                       "httpd.service", control))
    for line in (CONF_D / unit).read_text().splitlines():
        if line.startswith("ExecStart="):
            for shipped, ours in places:
                line = line.replace(shipped, ours)
            yield shlex.split(line.removeprefix("ExecStart="))


def run_unit(unit, folder, server=None):
    """The exit code of the first command that fails, or 0: then all ran."""
    code = 0
    for command in commands(unit, folder, server):
        code = code or subprocess.run(command, cwd=folder).returncode
    (folder / f"{NAME}.checked").unlink(missing_ok=True)  # ExecStopPost
    return code
