# SPDX-License-Identifier: Apache-2.0
"""The servers that are compared: the module writing MirrorManager's log, as
the others do, and one that is not the module.

Knows how they are started, stopped, and seen to answer. Knows nothing of what
they answer.
"""

import http.client
import os
import shlex
import signal

from bench.servers import Module, Server
from harness.httpd import PATIENCE, wait_for

RUST_COMMAND = (
    "{folder}/mirrorlist-server --port {{port}} --log {{root}}/log "
    "--cache {protobuf} --geoip {data}/countries.mmdb "
    "--global_netblocks {data}/global_netblocks.txt "
    "--cccsv {data}/country_continent.csv")

LOG = r"""
LogFormat "IP: %{mirrorlist-client}n; DATE: %{mirrorlist-date}n; \
COUNTRY: %{mirrorlist-country}n; REPO: %{mirrorlist-repo}n; \
ARCH: %{mirrorlist-arch}n" mirrorlist
CustomLog log mirrorlist env=MIRRORLIST_LOG
"""


class Logging(Module):
    def __init__(self, cache):
        super().__init__(cache)
        self.modules += ("log_config",)

    def lines(self):
        return super().lines() + LOG


class Other(Server):
    """A running server inside `with`. The command stays in the foreground;
    {port} and {root} stand for its port and for a folder of its own."""

    def __init__(self, command):
        super().__init__()
        self.command = command

    def configure(self, config=None, cache=None):
        """Its command is all its configuration."""

    def _command(self, *arguments):
        return shlex.split(self.command.format(port=self.port, root=self.root))

    def _ready(self):
        if self.process.poll() is not None:
            return "down"
        try:
            self.get("/mirrorlist")
        except (OSError, http.client.HTTPException):
            return None
        return "up"

    def stop(self):
        """It has nothing to save."""
        if not self.process:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        wait_for(lambda: not self.group(), "its processes are gone")
        self.process = None
